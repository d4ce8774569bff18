#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/json_codec.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/semver.hpp"
#include "catalog/records/states.hpp"
#include "core/document.hpp"
#include "core/object_reader.hpp"
#include "core/read_value.hpp"

#include <boost/describe/enumerators.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Described structs from what a caller sends, as JSON or as YAML: a struct of inputs says by itself
// which members there are. What is not said keeps its default, and what nobody asked for is
// refused; what a value may be is for the command to check, and for the types of the members.
namespace strait::catalog {

std::optional<Misfit> read_value(const Document& from, Principal& to);
std::optional<Misfit> read_value(const Document& from, Semver& to);
std::optional<Misfit> read_value(const Document& from, SemverRange& to);
std::optional<Misfit> read_value(const Document& from, Personal& to);

// What is kept as it comes.
struct AnyObject {
    boost::json::object json;
};
std::optional<Misfit> read_value(const Document& from, AnyObject& to);

template <Noun N>
std::optional<Misfit> read_value(const Document& from, Id<N>& to)
{
    std::string text;
    if (auto misfit = strait::read_value(from, text)) return misfit;
    const auto id = id_from<N>(text);
    if (!id) return Misfit{"wrong_type", in_quotes(text) + " is no id like " + to_string(Id<N>{})};
    to = *id;
    return std::nullopt;
}

template <DescribedEnum E>
std::optional<Misfit> read_value(const Document& from, E& to)
{
    std::string word;
    if (auto misfit = strait::read_value(from, word)) return misfit;
    if (const auto known = from_string<E>(word)) {
        to = *known;
        return std::nullopt;
    }
    std::string words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto each) { words.append(words.empty() ? "" : ", ").append(to_string(each.value)); });
    return Misfit{"out_of_range", in_quotes(word) + " is not one of " + words};
}

// What stands as one word or number.
template <class T>
concept ScalarInput = requires(const Document& from, T& to) {
    { read_value(from, to) } -> std::same_as<std::optional<Misfit>>;
};

template <DescribedStruct T>
void read_input(ObjectReader& reader, T& to);

template <ScalarInput T>
void read_member(ObjectReader& reader, std::string_view name, T& to)
{
    to = reader.optional(name, std::move(to));
}

inline void read_member(ObjectReader& reader, std::string_view name, boost::json::object& to)
{
    to = reader.optional(name, AnyObject{std::move(to)}).json;
}

template <DescribedStruct T>
void read_member(ObjectReader& reader, std::string_view name, T& to)
{
    reader.object(name, [&](ObjectReader& in) { read_input(in, to); });
}

template <ScalarInput T>
void read_member(ObjectReader& reader, std::string_view name, std::vector<T>& to)
{
    if (!reader.has(name)) return;
    to.clear();
    reader.texts(name, [&](const std::string& text, const Spot& spot) {
        Document item;
        item.kind = Document::Kind::text;
        item.scalar = text;
        const auto misfit = read_value(item, to.emplace_back());
        if (misfit) reader.problems().add(spot, misfit->code, misfit->text);
    });
}

template <DescribedStruct T>
void read_member(ObjectReader& reader, std::string_view name, std::vector<T>& to)
{
    if (!reader.has(name)) return;
    to.clear();
    reader.list(name, [&](ObjectReader& in) { read_input(in, to.emplace_back()); });
}

template <class T>
void read_member(ObjectReader& reader, std::string_view name, std::optional<T>& to)
{
    if (!reader.has(name)) return;
    T value{};
    read_member(reader, name, value);
    to = std::move(value);
}

template <DescribedStruct T>
void read_input(ObjectReader& reader, T& to)
{
    boost::mp11::mp_for_each<MembersOf<T>>(
        [&](auto member) { read_member(reader, wire_name(member.name), to.*member.pointer); });
}

// `known` with what a caller wants to be otherwise (RFC 7396): what the patch does not name stays,
// and null is the default again.
template <DescribedStruct T>
T read_patch(const T& known, const Document& patch, Problems& problems)
{
    const auto text = boost::json::serialize(to_json(known, Purpose::shown));
    const auto whole = merged(parse_json(text, "body", problems), patch);
    ObjectReader reader{whole, "", problems};
    T input{};
    read_input(reader, input);
    return input;
}

}  // namespace strait::catalog
