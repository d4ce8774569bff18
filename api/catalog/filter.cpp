#include "api/catalog/filter.hpp"

#include "api/catalog/lists.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <system_error>

namespace strait::api {

namespace {

bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

bool is_word_character(char c)
{
    return is_name_character(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '+';
}

// Nothing where they have no order, or none with each other.
std::optional<std::strong_ordering> order_of(const boost::json::value& a,
                                             const boost::json::value& b)
{
    if (a.is_string() && b.is_string()) {
        return std::string_view{a.get_string()} <=> std::string_view{b.get_string()};
    }
    const auto is_whole = [](const boost::json::value& value) {
        return value.is_int64() || value.is_uint64();
    };
    if (!is_whole(a) || !is_whole(b)) return std::nullopt;
    if (a.is_uint64() && a.get_uint64() > INT64_MAX) return std::strong_ordering::greater;
    return a.to_number<std::int64_t>() <=> b.to_number<std::int64_t>();
}

bool has(const boost::json::value& in, const boost::json::value& wanted)
{
    if (const auto* const list = in.if_array()) {
        return std::ranges::find(*list, wanted) != list->end();
    }
    const auto* const text = wanted.if_string();
    if (text == nullptr) return false;
    if (const auto* const object = in.if_object()) return object->contains(*text);
    const auto* const whole = in.if_string();
    return whole != nullptr && std::string_view{*whole}.contains(std::string_view{*text});
}

}  // namespace

// By recursive descent; after the first misfit everything ends.
class FilterParser {
  public:
    FilterParser(std::string_view text, const FieldNames& fields) : text_{text}, fields_{fields} {}

    Answered<Filter> parse()
    {
        Filter filter;
        filter.root_ = any(0);
        skip_spaces();
        if (misfit_.empty() && at_ < text_.size()) fail("AND, OR or the end");
        if (!misfit_.empty()) return refuse(wrong_parameter("filter", misfit_));
        return filter;
    }

  private:
    using Kind = Filter::Kind;
    using Node = Filter::Node;

    Node any(std::size_t depth) { return joined(Kind::any, "OR", depth); }

    Node joined(Kind kind, std::string_view word, std::size_t depth)
    {
        const auto part = [&] {
            return kind == Kind::any ? joined(Kind::all, "AND", depth) : one(depth);
        };
        Node node{.kind = kind};
        node.parts.push_back(part());
        while (misfit_.empty() && takes_word(word)) node.parts.push_back(part());
        return node;
    }

    Node one(std::size_t depth)
    {
        if (depth == filter_depth_max) {
            fail("no more than " + std::to_string(filter_depth_max) + " levels");
            return {};
        }
        if (takes_word("NOT")) {
            Node node{.kind = Kind::none};
            node.parts.push_back(one(depth + 1));
            return node;
        }
        if (!takes("(")) return comparison();
        auto node = any(depth + 1);
        if (misfit_.empty() && !takes(")")) fail("\")\"");
        return node;
    }

    Node comparison()
    {
        struct Operator {
            std::string_view text;
            Kind kind{};
        };
        constexpr std::array operators{Operator{"!=", Kind::unequal},
                                       Operator{"<=", Kind::at_most},
                                       Operator{">=", Kind::at_least},
                                       Operator{"=", Kind::equal},
                                       Operator{"<", Kind::less},
                                       Operator{">", Kind::more},
                                       Operator{":", Kind::has}};
        Node node;
        node.field = field();
        const auto* const found =
            misfit_.empty() ? std::ranges::find_if(
                                  operators, [&](const Operator& each) { return takes(each.text); })
                            : operators.end();
        if (found == operators.end()) {
            fail("one of = != < <= > >= :");
            return node;
        }
        node.kind = found->kind;
        node.value = value();
        return node;
    }

    std::string field()
    {
        skip_spaces();
        const auto begin = at_;
        while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
        std::string name{text_.substr(begin, at_ - begin)};
        if (fields_.contains(name)) return name;
        at_ = begin;
        fail(name.empty() ? "a field, NOT or \"(\"" : "a field of this list, not " + name);
        return {};
    }

    boost::json::value value()
    {
        skip_spaces();
        if (takes("\"")) return quoted();
        const auto begin = at_;
        while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
        const auto word = text_.substr(begin, at_ - begin);
        if (word == "true") return true;
        if (word == "false") return false;
        std::int64_t number = 0;
        const auto* const end = word.data() + word.size();
        const auto [last, failure] = std::from_chars(word.data(), end, number);
        if (failure == std::errc{} && last == end) return number;
        at_ = begin;
        fail("a text in quotes, a whole number, true or false");
        return nullptr;
    }

    boost::json::value quoted()
    {
        boost::json::string text;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size();
            if (escapes) ++at_;
            text.push_back(text_[at_]);
        }
        if (!takes("\"")) fail("a \" at the end of the text");
        return text;
    }

    void skip_spaces()
    {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }

    bool takes(std::string_view token)
    {
        skip_spaces();
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }

    bool takes_word(std::string_view word)
    {
        skip_spaces();
        const auto rest = text_.substr(at_);
        const bool ends = rest.size() <= word.size() || !is_word_character(rest[word.size()]);
        return rest.starts_with(word) && ends && takes(word);
    }

    void fail(const std::string& wanted)
    {
        if (!misfit_.empty()) return;
        misfit_ = "filter: at character " + std::to_string(at_ + 1) + ": " + wanted;
    }

    std::string_view text_;
    const FieldNames& fields_;
    std::size_t at_ = 0;
    std::string misfit_;
};

const boost::json::value* find_field(const boost::json::object& shown, std::string_view field)
{
    const auto* object = &shown;
    for (;;) {
        const auto dot = field.find('.');
        const auto* const found = object->if_contains(field.substr(0, dot));
        if (found == nullptr || dot == std::string_view::npos) return found;
        object = found->if_object();
        if (object == nullptr) return nullptr;
        field.remove_prefix(dot + 1);
    }
}

Answered<Filter> Filter::parse(std::string_view text, const FieldNames& fields)
{
    if (text.empty()) return Filter{};
    if (text.size() > filter_size_max) {
        return refuse(wrong_parameter(
            "filter", "filter: longer than " + std::to_string(filter_size_max) + " bytes"));
    }
    return FilterParser{text, fields}.parse();
}

bool Filter::lets(const boost::json::object& shown) const { return lets(root_, shown); }

bool Filter::lets(const Node& node, const boost::json::object& shown)
{
    const auto part = [&](const Node& each) { return lets(each, shown); };
    if (node.kind == Kind::all) return std::ranges::all_of(node.parts, part);
    if (node.kind == Kind::any) return std::ranges::any_of(node.parts, part);
    if (node.kind == Kind::none) return std::ranges::none_of(node.parts, part);
    return compares(node, find_field(shown, node.field));
}

bool Filter::compares(const Node& node, const boost::json::value* found)
{
    if (node.kind == Kind::unequal) return found == nullptr || *found != node.value;
    if (found == nullptr) return false;
    if (node.kind == Kind::equal) return *found == node.value;
    if (node.kind == Kind::has) return has(*found, node.value);
    const auto order = order_of(*found, node.value);
    if (!order) return false;
    switch (node.kind) {
        case Kind::less: return std::is_lt(*order);
        case Kind::at_most: return std::is_lteq(*order);
        case Kind::more: return std::is_gt(*order);
        case Kind::at_least: return std::is_gteq(*order);
        case Kind::all:
        case Kind::any:
        case Kind::none:
        case Kind::equal:
        case Kind::unequal:
        case Kind::has: break;
    }
    return false;
}

}  // namespace strait::api
