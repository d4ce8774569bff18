#pragma once

#include "catalog/records/json_codec.hpp"
#include "core/units.hpp"

#include <boost/core/type_name.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace strait::api {

// Which way a value goes, and how it is written there.
enum class Way {
    answered,   // by catalog::to_json(): what is empty is left out
    converted,  // by boost::json::value_from(): what is empty is null
    asked,      // by catalog::read_input(): nothing but these members
    patched,    // the same as a merge patch (RFC 7396): null is the default again
};

// One of these; and what is shown once, and null when its request is repeated. No value has these
// types: they stand in structs that are made to be described.
template <class... Each>
struct AnyOf {};
template <class T>
struct Once {};

// Members of T that are not shown to everybody who is shown a T.
template <class T>
inline constexpr auto left_out = std::array<std::string_view, 0>{};

// What is between two organisations is shown with the side that the caller has (views.hpp).
template <class T>
concept TwoSided = requires(const T& record) {
    record.provider;
    record.organisation;
};

// The JSON Schemas (draft 2020-12, as OpenAPI 3.1 has it) of described types: from the same
// descriptions by which values of them are written and read, so that neither can say something
// else. A struct and an enumeration have a name in `components`, and are referred to by it.
class Schemas {
  public:
    template <class T>
    boost::json::object of(Way way)
    {
        return make(std::type_identity<T>{}, way);
    }

    // By their names, sorted.
    [[nodiscard]] boost::json::object components() const;

  private:
    template <class T>
    using Type = std::type_identity<T>;

    static boost::json::object make(Type<bool>, Way) { return {{"type", "boolean"}}; }
    static boost::json::object make(Type<double>, Way) { return {{"type", "number"}}; }
    static boost::json::object make(Type<std::string>, Way) { return {{"type", "string"}}; }
    static boost::json::object make(Type<catalog::Personal>, Way) { return {{"type", "string"}}; }
    static boost::json::object make(Type<boost::json::object>, Way) { return {{"type", "object"}}; }
    static boost::json::object make(Type<boost::json::value>, Way) { return {}; }
    static boost::json::object make(Type<Timestamp>, Way);
    static boost::json::object make(Type<catalog::Principal>, Way);
    static boost::json::object make(Type<catalog::Semver>, Way);
    static boost::json::object make(Type<catalog::SemverRange>, Way);

    template <std::integral T>
    static boost::json::object make(Type<T>, Way)
    {
        using Limits = std::numeric_limits<T>;
        boost::json::object schema{{"type", "integer"}};
        if constexpr (sizeof(T) < sizeof(std::int64_t) || std::unsigned_integral<T>) {
            schema.emplace("minimum", static_cast<std::int64_t>(Limits::min()));
        }
        if constexpr (sizeof(T) < sizeof(std::int64_t)) {
            schema.emplace("maximum", std::int64_t{Limits::max()});
        }
        return schema;
    }

    template <catalog::Noun N>
    static boost::json::object make(Type<catalog::Id<N>>, Way)
    {
        return of_id(catalog::prefix_of(N));
    }

    template <class T>
    boost::json::object make(Type<std::optional<T>>, Way way)
    {
        auto schema = of<T>(way);
        return way == Way::converted ? or_null(std::move(schema)) : schema;
    }

    template <class T>
    boost::json::object make(Type<Once<T>>, Way way)
    {
        return or_null(of<T>(way));
    }

    template <class T>
    boost::json::object make(Type<std::vector<T>>, Way way)
    {
        // Inside of a list, a patch is no patch any more.
        return {{"type", "array"}, {"items", of<T>(way == Way::patched ? Way::asked : way)}};
    }

    template <class T>
    boost::json::object make(Type<std::map<std::string, T>>, Way way)
    {
        return {{"type", "object"}, {"additionalProperties", of<T>(way)}};
    }

    template <class... Each>
    boost::json::object make(Type<AnyOf<Each...>>, Way way)
    {
        return {{"anyOf", boost::json::array{of<Each>(way)...}}};
    }

    template <catalog::DescribedEnum E>
    boost::json::object make(Type<E>, Way)
    {
        const auto name = name_of<E>(Way::answered);
        if (!named_.contains(name)) {
            boost::json::array words;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto each) {
                words.push_back(boost::json::string{catalog::to_string(each.value)});
            });
            named_[name] = {{"type", "string"}, {"enum", std::move(words)}};
        }
        return reference(name);
    }

    template <catalog::DescribedStruct T>
    boost::json::object make(Type<T>, Way way)
    {
        const auto name = name_of<T>(way);
        if (name.empty()) return members_of<T>(way);
        if (!named_.contains(name)) {
            named_[name] = {};  // it may be inside of itself
            named_[name] = members_of<T>(way);
        }
        return reference(name);
    }

    template <catalog::DescribedStruct T>
    boost::json::object members_of(Way way)
    {
        boost::json::object properties;
        boost::json::array required;
        boost::mp11::mp_for_each<catalog::MembersOf<T>>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
            if constexpr (!std::same_as<Member, catalog::Hidden>) {
                const auto name = catalog::wire_name(member.name);
                auto schema = of<Member>(way);
                properties.emplace(name, way == Way::patched ? or_null(std::move(schema)) : schema);
                const bool seen = std::ranges::find(left_out<T>, name) == left_out<T>.end();
                if (is_there<Member>(way) && seen) required.push_back(boost::json::string{name});
            }
        });
        if constexpr (TwoSided<T>) {
            if (way == Way::answered) properties.emplace("side", side());
        }
        return object_of(std::move(properties), std::move(required), way);
    }

    // Whether a member of that type is always there.
    template <class T>
    static bool is_there(Way way)
    {
        if (way == Way::converted) return true;
        return way == Way::answered && !optional_type<T>;
    }

    template <class T>
    static constexpr bool optional_type = false;
    template <class T>
    static constexpr bool optional_type<std::optional<T>> = true;
    template <class T>
    static constexpr bool optional_type<Once<T>> = true;

    template <class T>
    static std::string name_of(Way way)
    {
        return component_name(boost::core::type_name<T>(), way);
    }

    static std::string component_name(std::string_view type, Way way);
    static boost::json::object reference(const std::string& name);
    static boost::json::object or_null(boost::json::object schema);
    static boost::json::object of_id(std::string_view prefix);
    static boost::json::object side();
    static boost::json::object object_of(boost::json::object properties,
                                         boost::json::array required,
                                         Way way);

    std::map<std::string, boost::json::object> named_;
};

}  // namespace strait::api
