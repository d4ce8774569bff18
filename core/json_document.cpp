#include "core/document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

namespace strait {

namespace {

// Builds a Document from the parser's events. Not from boost::json::value, in which of a member
// that is given twice only the last is left, and the text of a number is not. The names of the
// functions are Boost's.
class JsonBuilder {
  public:
    using Failure = boost::system::error_code;

    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    JsonBuilder(const std::string& name, Problems& problems) : name_{name}, problems_{problems} {}

    Document take() { return std::move(root_); }

    bool on_document_begin(Failure&) { return true; }
    bool on_document_end(Failure&) { return true; }
    bool on_object_begin(Failure&) { return open(Document::Kind::object); }
    bool on_object_end(std::size_t, Failure&) { return close(); }
    bool on_array_begin(Failure&) { return open(Document::Kind::list); }
    bool on_array_end(std::size_t, Failure&) { return close(); }
    bool on_key_part(std::string_view part, std::size_t, Failure&) { return keep(part); }
    bool on_key(std::string_view rest, std::size_t, Failure&)
    {
        keep(rest);
        auto& [node, pointer, keys] = open_.back();
        auto key = std::exchange(text_, {});
        if (!keys.insert(key).second) {
            problems_.add({name_,
                           pointer_to(pointer, key),
                           "duplicate_key",
                           in_quotes(key) + " is given already"});
        }
        node->members.push_back({std::move(key), name_, {}});
        return true;
    }
    bool on_string_part(std::string_view part, std::size_t, Failure&) { return keep(part); }
    bool on_string(std::string_view rest, std::size_t, Failure&)
    {
        return add(Document::Kind::text, rest);
    }
    bool on_number_part(std::string_view part, Failure&) { return keep(part); }
    bool on_int64(std::int64_t, std::string_view rest, Failure&) { return add_number(rest); }
    bool on_uint64(std::uint64_t, std::string_view rest, Failure&) { return add_number(rest); }
    bool on_double(double, std::string_view rest, Failure&) { return add_number(rest); }
    bool on_bool(bool value, Failure&)
    {
        return add(Document::Kind::boolean, value ? "true" : "false");
    }
    bool on_null(Failure&) { return add(Document::Kind::null, {}); }
    bool on_comment_part(std::string_view, Failure&) { return true; }
    bool on_comment(std::string_view, Failure&) { return true; }

  private:
    // A container whose end has not come; its parent does not grow meanwhile, so `node` stays.
    struct Open {
        Document* node;
        std::string pointer;
        std::set<std::string> keys;
    };

    bool keep(std::string_view part)
    {
        text_ += part;
        return true;
    }

    bool add_number(std::string_view rest) { return add(Document::Kind::number, rest); }

    bool add(Document::Kind kind, std::string_view rest)
    {
        keep(rest);
        place(kind).scalar = std::exchange(text_, {});
        return true;
    }

    Document& place(Document::Kind kind)
    {
        auto* node = &root_;
        if (!open_.empty()) {
            auto& parent = *open_.back().node;
            node = parent.kind == Document::Kind::object ? &parent.members.back().value
                                                         : &parent.items.emplace_back();
        }
        node->kind = kind;
        node->place = name_;
        return *node;
    }

    bool open(Document::Kind kind)
    {
        auto& node = place(kind);
        std::string pointer;
        if (!open_.empty()) {
            const auto& [parent, above, keys] = open_.back();
            pointer = parent->kind == Document::Kind::object
                          ? pointer_to(above, parent->members.back().name)
                          : above + "/" + std::to_string(parent->items.size() - 1);
        }
        open_.push_back({&node, std::move(pointer), {}});
        return true;
    }

    bool close()
    {
        open_.pop_back();
        return true;
    }

    const std::string& name_;
    Problems& problems_;
    Document root_;
    std::vector<Open> open_;
    std::string text_;  // of a key or a scalar, as far as it came
};

boost::json::value value_of(const Document& document)
{
    switch (document.kind) {
        case Document::Kind::unreadable:
        case Document::Kind::null: return nullptr;
        case Document::Kind::boolean: return document.scalar == "true";
        case Document::Kind::text: return boost::json::string{document.scalar};
        case Document::Kind::number: {
            boost::system::error_code failure;
            auto number = boost::json::parse(document.scalar, failure);
            if (failure) return boost::json::string{document.scalar};
            return number;
        }
        case Document::Kind::list: {
            boost::json::array items;
            items.reserve(document.items.size());
            for (const auto& item : document.items) items.push_back(value_of(item));
            return items;
        }
        case Document::Kind::object: {
            boost::json::object members;
            for (const auto& member : document.members) {
                members.emplace(member.name, value_of(member.value));
            }
            return members;
        }
    }
    std::unreachable();
}

}  // namespace

std::string json_of(const Document& document) { return boost::json::serialize(value_of(document)); }

Document parse_json(std::string_view text, const std::string& name, Problems& problems)
{
    boost::json::basic_parser<JsonBuilder> parser{
        {.max_depth = Document::depth_max}, name, problems};
    boost::system::error_code failure;
    const auto used = parser.write_some(false, text.data(), text.size(), failure);
    if (!failure && used == text.size()) return parser.handler().take();
    if (!failure) failure = boost::json::error::extra_data;
    problems.add({name, "", "not_json", failure.message()});
    return {};
}

}  // namespace strait
