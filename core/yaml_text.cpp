#include "core/yaml_text.hpp"

#include "core/document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace strait {

namespace json = boost::json;

namespace {

constexpr std::size_t flow_size_max = 72;

// Words that YAML 1.1 takes for a boolean or a null.
constexpr std::array<std::string_view, 11> words{
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ""};

bool is_word(std::string_view text)
{
    return std::ranges::any_of(words, [&](std::string_view word) {
        return std::ranges::equal(word, text, [](char expected, char c) {
            return expected == std::tolower(static_cast<unsigned char>(c));
        });
    });
}

// What may stand for a number, a time or a merge of YAML 1.1: rather quoted once too often.
bool may_be_other(std::string_view text)
{
    constexpr std::string_view of_numbers = "0123456789abcdefxABCDEFox_.:+-TZtz ,";
    const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
    return is_word(text) || text.starts_with('.') || text.starts_with("---") || text == "<<" ||
           text == "=" ||
           (has_digit && text.find_first_not_of(of_numbers) == std::string_view::npos);
}

// Whether it stands as it is below a "|": with one end of line at its end and none before, and
// without what is no text.
bool is_block(std::string_view text)
{
    if (!text.ends_with('\n') || text.ends_with("\n\n") || text.front() == '\n') return false;
    if (text.front() == ' ' || text.front() == '\t') return false;
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
}

// A short list of words and numbers stands on one line.
bool is_flow(const json::array& items)
{
    const bool simple = std::ranges::none_of(items, [](const json::value& item) {
        return item.is_structured() ||
               (item.is_string() && item.get_string().find('\n') != json::string::npos);
    });
    return simple && json::serialize(items).size() <= flow_size_max;
}

class Writer {
  public:
    Writer() { out_.SetIndent(2); }

    void write(const json::value& value)
    {
        switch (value.kind()) {
            case json::kind::null: out_ << YAML::Null; break;
            case json::kind::bool_: out_ << value.get_bool(); break;
            case json::kind::string: write_text(std::string{value.get_string()}); break;
            case json::kind::array: write_list(value.get_array()); break;
            case json::kind::object: write_object(value.get_object()); break;
            case json::kind::int64:
            case json::kind::uint64:
            case json::kind::double_: out_ << json::serialize(value); break;
        }
    }

    std::string text() const { return std::string{out_.c_str()} + "\n"; }

  private:
    void write_text(const std::string& text)
    {
        if (is_block(text)) {
            out_ << YAML::Literal << text.substr(0, text.size() - 1);  // it ends its last line
        } else {
            write_line(text);
        }
    }

    void write_line(const std::string& text)
    {
        if (may_be_other(text) || text.contains('\n')) out_ << YAML::DoubleQuoted;
        out_ << text;
    }

    void write_list(const json::array& items)
    {
        if (is_flow(items)) out_ << YAML::Flow;
        out_ << YAML::BeginSeq;
        for (const auto& item : items) write(item);
        out_ << YAML::EndSeq;
    }

    void write_object(const json::object& members)
    {
        if (members.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginMap;
        for (const auto& [name, value] : members) {
            out_ << YAML::Key;
            write_line(std::string{name});
            out_ << YAML::Value;
            write(value);
        }
        out_ << YAML::EndMap;
    }

    YAML::Emitter out_;
};

}  // namespace

std::string yaml_of(const json::value& value)
{
    Writer writer;
    writer.write(value);
    return writer.text();
}

}  // namespace strait
