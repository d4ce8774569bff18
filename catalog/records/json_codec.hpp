#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/semver.hpp"
#include "catalog/records/states.hpp"
#include "core/units.hpp"

#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Described structs as canonical JSON: members in the order in which they are declared, under their
// own names, whole numbers only, an empty std::optional left out. The same value is always the same
// bytes.
namespace strait::catalog {

// What the JSON is for. What is audited is kept for ever and handed to others, so it holds nothing
// of a person that would have to be taken out again.
enum class Purpose { stored, shown, audited };

// The SHA-256 or HMAC of a secret, in hexadecimal: stored, and never seen again.
struct Hidden {
    std::string hex;

    bool operator==(const Hidden&) const = default;
};

// A name or an address of a person, or what one person has written to another: not audited.
struct Personal {
    std::string text;

    bool operator==(const Personal&) const = default;
};

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

// The member `operator_` is called "operator": C++ has that word for itself.
constexpr std::string_view wire_name(std::string_view member)
{
    if (member.ends_with('_')) member.remove_suffix(1);
    return member;
}

inline boost::json::value to_json(bool value, Purpose) { return value; }
inline boost::json::value to_json(const std::string& text, Purpose) { return {text}; }
inline boost::json::value to_json(const Personal& value, Purpose) { return {value.text}; }
inline boost::json::value to_json(const Hidden& value, Purpose) { return {value.hex}; }
inline boost::json::value to_json(const boost::json::object& value, Purpose) { return value; }
inline boost::json::value to_json(Timestamp value, Purpose) { return {written(value)}; }
inline boost::json::value to_json(const Principal& value, Purpose) { return {to_string(value)}; }

inline boost::json::value to_json(const Semver& value, Purpose) { return {to_string(value)}; }
inline boost::json::value to_json(const SemverRange& value, Purpose) { return {to_string(value)}; }

template <std::integral T>
boost::json::value to_json(T value, Purpose)
{
    return value;
}

template <DescribedEnum E>
boost::json::value to_json(E value, Purpose)
{
    return boost::json::string{to_string(value)};
}

template <Noun N>
boost::json::value to_json(const Id<N>& id, Purpose)
{
    return {to_string(id)};
}

// Declared before they are used for what is inside each other.
template <class T>
boost::json::value to_json(const std::vector<T>& items, Purpose purpose);
template <class T>
boost::json::value to_json(const std::map<std::string, T>& items, Purpose purpose);
template <DescribedStruct T>
boost::json::value to_json(const T& value, Purpose purpose);

template <class T>
void add_member(boost::json::object& to, std::string_view name, const T& value, Purpose purpose)
{
    if constexpr (std::same_as<T, Hidden>) {
        if (purpose != Purpose::stored) return;
    }
    if constexpr (std::same_as<T, Personal>) {
        if (purpose == Purpose::audited) return;
    }
    to.emplace(name, to_json(value, purpose));
}

template <class T>
void add_member(boost::json::object& to,
                std::string_view name,
                const std::optional<T>& value,
                Purpose purpose)
{
    if (value) add_member(to, name, *value, purpose);
}

template <class T>
boost::json::value to_json(const std::vector<T>& items, Purpose purpose)
{
    boost::json::array list;
    list.reserve(items.size());
    for (const auto& item : items) list.push_back(to_json(item, purpose));
    return list;
}

template <class T>
boost::json::value to_json(const std::map<std::string, T>& items, Purpose purpose)
{
    boost::json::object object;
    for (const auto& [name, item] : items) object.emplace(name, to_json(item, purpose));
    return object;
}

template <class T>
using MembersOf =
    boost::describe::describe_members<T,
                                      boost::describe::mod_public | boost::describe::mod_inherited>;

template <DescribedStruct T>
boost::json::value to_json(const T& value, Purpose purpose)
{
    boost::json::object object;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
        add_member(object, wire_name(member.name), value.*member.pointer, purpose);
    });
    if constexpr (requires { value.unknown; }) {
        if (purpose == Purpose::stored) {
            for (const auto& [name, foreign] : value.unknown) object.emplace(name, foreign);
        }
    }
    return object;
}

// These take what to_json() made for Purpose::stored, and return false for everything else. A
// member that is not there keeps its default, so that a struct may gain members; one that nobody
// knows goes to the `unknown` that every struct has, and is written again. An enumeration gains no
// value without a new number of the format: a word that nobody knows is refused.
bool from_json(const boost::json::value& from, bool& to);
bool from_json(const boost::json::value& from, std::string& to);
bool from_json(const boost::json::value& from, Personal& to);
bool from_json(const boost::json::value& from, Hidden& to);
bool from_json(const boost::json::value& from, boost::json::object& to);
bool from_json(const boost::json::value& from, Timestamp& to);
bool from_json(const boost::json::value& from, Principal& to);
bool from_json(const boost::json::value& from, Semver& to);
bool from_json(const boost::json::value& from, SemverRange& to);
bool from_json(const boost::json::value& from, std::int64_t& to);
bool from_json(const boost::json::value& from, std::uint64_t& to);

template <std::integral T>
bool from_json(const boost::json::value& from, T& to)
{
    std::int64_t wide = 0;
    if (!from_json(from, wide) || !std::in_range<T>(wide)) return false;
    to = static_cast<T>(wide);
    return true;
}

template <DescribedEnum E>
bool from_json(const boost::json::value& from, E& to)
{
    const auto* const text = from.if_string();
    const auto found = text == nullptr ? std::nullopt : from_string<E>(*text);
    if (!found) return false;
    to = *found;
    return true;
}

template <Noun N>
bool from_json(const boost::json::value& from, Id<N>& to)
{
    const auto* const text = from.if_string();
    const auto found = text == nullptr ? std::nullopt : id_from<N>(*text);
    if (!found) return false;
    to = *found;
    return true;
}

template <class T>
bool from_json(const boost::json::value& from, std::vector<T>& to);
template <class T>
bool from_json(const boost::json::value& from, std::map<std::string, T>& to);
template <DescribedStruct T>
bool from_json(const boost::json::value& from, T& to);

template <class T>
bool from_json(const boost::json::value& from, std::optional<T>& to)
{
    return from_json(from, to.emplace());
}

template <class T>
bool from_json(const boost::json::value& from, std::vector<T>& to)
{
    const auto* const list = from.if_array();
    if (list == nullptr) return false;
    to.clear();
    to.reserve(list->size());
    for (const auto& item : *list) {
        if (!from_json(item, to.emplace_back())) return false;
    }
    return true;
}

template <class T>
bool from_json(const boost::json::value& from, std::map<std::string, T>& to)
{
    const auto* const object = from.if_object();
    if (object == nullptr) return false;
    to.clear();
    for (const auto& [name, item] : *object) {
        if (!from_json(item, to[name])) return false;
    }
    return true;
}

// What of `object` is no member of T.
template <DescribedStruct T>
boost::json::object unknown_members(const boost::json::object& object)
{
    boost::json::object unknown;
    for (const auto& [name, value] : object) {
        bool known = false;
        boost::mp11::mp_for_each<MembersOf<T>>(
            [&](auto member) { known = known || wire_name(member.name) == name; });
        if (!known) unknown.emplace(name, value);
    }
    return unknown;
}

template <DescribedStruct T>
bool from_json(const boost::json::value& from, T& to)
{
    const auto* const object = from.if_object();
    if (object == nullptr) return false;
    bool good = true;
    std::size_t known = 0;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
        const auto* const found = object->if_contains(wire_name(member.name));
        if (found == nullptr) return;
        ++known;
        good = good && from_json(*found, to.*member.pointer);
    });
    if (known != object->size()) to.unknown = unknown_members<T>(*object);
    return good;
}

}  // namespace strait::catalog
