#pragma once

#include "api/openapi/schemas.hpp"
#include "api/route.hpp"

#include <boost/json/object.hpp>

// The bodies that the tables of routes name, by the type of what they hold.
namespace strait::api {

inline constexpr BodyOf nothing = nullptr;

template <class T, Way W>
boost::json::object json_body(Schemas& schemas)
{
    const boost::json::object schema{{"schema", schemas.of<T>(W)}};
    boost::json::object body{{"application/json", schema}};
    if (W == Way::patched) body.emplace("application/merge-patch+json", schema);
    return body;
}

template <class T>
inline constexpr BodyOf answered = json_body<T, Way::answered>;
template <class T>
inline constexpr BodyOf converted = json_body<T, Way::converted>;
template <class T>
inline constexpr BodyOf asked = json_body<T, Way::asked>;
template <class T>
inline constexpr BodyOf patched_to = json_body<T, Way::patched>;

// JSON whose form another specification has.
inline boost::json::object foreign_document(Schemas&)
{
    return {{"application/json", {{"schema", {{"type", "object"}}}}}};
}

inline boost::json::object text_body(Schemas&)
{
    return {{"text/plain", {{"schema", {{"type", "string"}}}}}};
}

}  // namespace strait::api
