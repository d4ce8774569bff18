#pragma once

#include "api/openapi/schemas.hpp"
#include "api/refusal.hpp"
#include "catalog/records/json_codec.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Which records of a list a caller wants (catalog.md 4):
//
//     state = "active" AND NOT (kind = "webhook" OR ends_at < "2027-01-01T00:00:00Z")
//
// NOT binds before AND, AND before OR. A field is a member of what is shown, its parts joined by
// dots. `=`, `!=`, `<`, `<=`, `>`, `>=` compare with a text in quotes (\" and \\ stand for
// themselves), a whole number, true or false; times are texts whose order is theirs. `:` asks
// whether a list or a text has that in it, or an object a member of that name. What is not there,
// or is of another type, is not equal, and has no order.
namespace strait::api {

inline constexpr std::size_t filter_size_max = 1'024;
inline constexpr std::size_t filter_depth_max = 8;

using FieldNames = std::set<std::string, std::less<>>;

namespace detail {

template <class T>
struct Inner {
    using Type = T;
};
template <class T>
struct Inner<std::optional<T>> {
    using Type = T;
};

template <class T>
void add_fields(FieldNames& names, const std::string& before)
{
    boost::mp11::mp_for_each<catalog::MembersOf<T>>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        using Type = Inner<Member>::Type;
        if constexpr (std::same_as<Type, catalog::Hidden>) return;
        auto name = before + std::string{catalog::wire_name(member.name)};
        if constexpr (catalog::DescribedStruct<Type>) add_fields<Type>(names, name + ".");
        names.insert(std::move(name));
    });
    if constexpr (TwoSided<T>) names.insert(before + "side");
}

}  // namespace detail

// All that a filter of a list of these may name.
template <class T>
const FieldNames& fields_of()
{
    static const auto names = [] {
        FieldNames all;
        detail::add_fields<T>(all, "");
        return all;
    }();
    return names;
}

// What a member of what is shown is; null for none. "audience.kind" is one in another.
const boost::json::value* find_field(const boost::json::object& shown, std::string_view field);

class Filter {
  public:
    // Lets everything through.
    Filter() = default;

    // 400 invalid-request, with the place, for a text that is longer, deeper or otherwise, and for
    // fields that are not among these. An empty text lets everything through.
    static Answered<Filter> parse(std::string_view text, const FieldNames& fields);

    [[nodiscard]] bool lets(const boost::json::object& shown) const;

  private:
    friend class FilterParser;

    enum class Kind { all, any, none, equal, unequal, less, at_most, more, at_least, has };

    struct Node {
        Kind kind = Kind::all;
        std::vector<Node> parts{};  // of all, any and none
        std::string field{};        // of the others
        boost::json::value value{};
    };

    static bool lets(const Node& node, const boost::json::object& shown);
    static bool compares(const Node& node, const boost::json::value* found);

    Node root_;
};

}  // namespace strait::api
