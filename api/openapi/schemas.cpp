#include "api/openapi/schemas.hpp"

#include <utility>

namespace strait::api {

namespace json = boost::json;

namespace {

constexpr std::string_view id_pattern = "[0-7][0-9a-hjkmnp-tv-z]{25}";  // records/base32
constexpr std::string_view number_pattern = "(0|[1-9][0-9]*)";

json::object text_like(std::string pattern)
{
    return {{"type", "string"}, {"pattern", "^" + std::move(pattern) + "$"}};
}

std::string semver_pattern()
{
    const std::string number{number_pattern};
    return number + "\\." + number + "\\." + number;
}

}  // namespace

json::object Schemas::make(Type<Timestamp>, Way)
{
    return {{"type", "string"}, {"format", "date-time"}};
}

json::object Schemas::make(Type<catalog::Principal>, Way)
{
    return text_like("(system|host|anyone|(usr|app)_" + std::string{id_pattern} + ")");
}

json::object Schemas::make(Type<catalog::Semver>, Way) { return text_like(semver_pattern()); }

json::object Schemas::make(Type<catalog::SemverRange>, Way)
{
    return text_like("\\^?" + semver_pattern());
}

json::object Schemas::of_id(std::string_view prefix)
{
    return text_like(std::string{prefix}.append(id_pattern));
}

json::object Schemas::side()
{
    return {{"type", "string"},
            {"enum", json::array{"consumer", "provider", "both"}},
            {"description", "whose view this is"}};
}

json::object Schemas::reference(const std::string& name)
{
    return {{"$ref", "#/components/schemas/" + name}};
}

json::object Schemas::or_null(json::object schema)
{
    return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

json::object Schemas::object_of(json::object properties, json::array required, Way way)
{
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema.emplace("required", std::move(required));
    const bool closed = way == Way::asked || way == Way::patched;
    if (closed) schema.emplace("additionalProperties", false);
    return schema;
}

// "strait::catalog::Plan" is Plan where it is answered, PlanInput where it is asked for. What is
// made of a template has no name.
std::string Schemas::component_name(std::string_view type, Way way)
{
    if (type.contains('<')) return {};
    std::string name{type.substr(type.rfind(':') + 1)};
    if (way == Way::patched) name += "Patch";
    if (way == Way::asked && !name.ends_with("Input")) name += "Input";
    return name;
}

json::object Schemas::components() const
{
    json::object all;
    for (const auto& [name, schema] : named_) all.emplace(name, schema);
    return all;
}

}  // namespace strait::api
