#include "api/openapi/document.hpp"

#include "api/openapi/schemas.hpp"
#include "api/response.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

namespace json = boost::json;

constexpr auto introduction =
    "Organisations publish streams of records, and subscribe to those of others.\n\n"
    "Every GET has its HEAD. Members, routes and words of enumerations may be added: take those "
    "that you do not know as if they were not there. Every answer carries Strait-Request-Id; what "
    "is not 2xx or 304 is a problem document (RFC 9457), whose `type` is the page that explains "
    "it. A member of an input that is left out has its default, and one that is not listed is "
    "refused.";

std::string lower(std::string_view text)
{
    std::string out{text};
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return out;
}

std::string_view method_of(const Route& route)
{
    const auto name = http::to_string(route.method);
    return {name.data(), name.size()};
}

std::vector<std::string_view> segments_of(std::string_view path)
{
    std::vector<std::string_view> segments;
    for (const auto part : std::views::split(path.substr(1, path.find(':') - 1), '/')) {
        segments.emplace_back(part.begin(), part.end());
    }
    return segments;
}

std::string_view verb_of(std::string_view path)
{
    const auto colon = path.find(':');
    return colon == std::string_view::npos ? std::string_view{} : path.substr(colon + 1);
}

bool changes(const Route& route) { return route.method != http::verb::get; }

json::object parameter(std::string_view name, std::string_view in, json::object schema)
{
    json::object out{{"name", name}, {"in", in}, {"schema", std::move(schema)}};
    if (in == "path") out.emplace("required", true);
    return out;
}

json::object header(std::string_view name, bool required, std::string_view text)
{
    auto out = parameter(name, "header", {{"type", "string"}});
    out.emplace("required", required);
    out.emplace("description", text);
    return out;
}

json::object type_of_parameter(std::string_view name)
{
    if (name != "page_size") return {{"type", "string"}};
    return {{"type", "integer"}, {"minimum", 1}, {"maximum", 500}};
}

json::array parameters_of(const Route& route)
{
    json::array all;
    for (const auto segment : segments_of(route.path)) {
        if (!segment.starts_with('{')) continue;
        all.push_back(
            parameter(segment.substr(1, segment.size() - 2), "path", {{"type", "string"}}));
    }
    for (const auto name : route.parameters) {
        auto query = parameter(name, "query", type_of_parameter(name));
        if (name == "filter") {
            query.emplace("description",
                          "comparisons (= != < <= > >= :) of members of what is listed with texts "
                          "in quotes, whole numbers, true or false, joined by AND, OR, NOT and "
                          "parentheses: state = \"active\" AND NOT kind = \"webhook\"");
        }
        all.push_back(std::move(query));
    }
    if (route.dry_run) {
        auto dry_run = parameter("dry_run", "query", {{"type", "boolean"}});
        dry_run.emplace("description", "say what would come of it, and change nothing");
        all.push_back(std::move(dry_run));
    }
    if (route.about.repeatable) {
        all.push_back(header("Idempotency-Key",
                             false,
                             "the same request under the same key is carried out once, and "
                             "answered the same for 24 h"));
    }
    if (route.about.match != Match::none) {
        all.push_back(header("If-Match",
                             route.about.match == Match::required,
                             "the ETag of what the caller has seen, or *; a dry run needs none"));
    }
    if (route.about.tagged) {
        all.push_back(header("If-None-Match", false, "the ETag of what the caller has"));
    }
    return all;
}

// Of what is refused before anybody looks for the route: the default of them all.
bool is_early(http::status status)
{
    using enum http::status;
    return status == request_timeout || status == uri_too_long || status == expectation_failed ||
           status == request_header_fields_too_large || status == http_version_not_supported;
}

// The response that answers with one of these problems.
json::object problem_response(const std::vector<ProblemCode>& codes)
{
    json::array types;
    std::string text;
    json::object named;
    for (const auto& code : codes) {
        types.push_back(json::string{"/problems/" + std::string{code->code}});
        text.append(text.empty() ? "" : " Or: ").append(code->meaning);
        if (code->named_as.empty()) continue;
        named.emplace(code->named_as,
                      json::object{{"type", "array"}, {"items", {{"type", "string"}}}});
    }
    json::object properties{{"type", {{"enum", std::move(types)}}}};
    for (auto& each : named) properties.emplace(each.key(), std::move(each.value()));
    const json::object schema{
        {"allOf",
         json::array{json::object{{"$ref", "#/components/schemas/Problem"}},
                     json::object{{"type", "object"}, {"properties", std::move(properties)}}}}};
    return {{"description", text},
            {"content", {{"application/problem+json", {{"schema", schema}}}}}};
}

class Writer {
  public:
    explicit Writer(const Router::Routes& tables)
    {
        for (const auto& table : tables) {
            for (const auto& route : table) {
                if (route.right != Right::host) add(route);
            }
        }
    }

    json::object finish() &&
    {
        static_cast<void>(schemas_.of<ProblemDocument>(Way::converted));
        auto schemas = schemas_.components();
        auto problem = schemas.at("ProblemDocument");
        schemas.erase("ProblemDocument");
        schemas.emplace("Problem", std::move(problem));
        json::object responses;
        for (auto& [name, response] : responses_) responses.emplace(name, std::move(response));
        json::array tags;
        for (const auto& tag : tags_) tags.push_back(json::object{{"name", tag}});
        return {
            {"openapi", "3.1.0"},
            {"info",
             {{"title", "Strait"},
              {"version", "v1"},
              {"description", introduction},
              {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{json::object{{"url", "/"}}}},
            {"tags", std::move(tags)},
            {"paths", std::move(paths_)},
            {"components",
             {{"schemas", std::move(schemas)},
              {"responses", std::move(responses)},
              {"securitySchemes",
               {{"key", {{"type", "http"}, {"scheme", "bearer"}}},
                {"password", {{"type", "http"}, {"scheme", "basic"}}}}}}},
        };
    }

  private:
    void add(const Route& route)
    {
        auto& path = paths_[route.path];
        if (path.is_null()) path = json::object{};
        path.as_object().emplace(lower(method_of(route)), operation_of(route));
    }

    json::object operation_of(const Route& route)
    {
        const auto segments = segments_of(route.path);
        const auto tag = segments.front() == "v1" ? segments.at(1) : "about";
        tags_.emplace(tag);
        json::object operation{
            {"operationId", operation_id(route)},
            {"summary", route.about.summary},
            {"tags", json::array{json::string{tag}}},
            {"x-right", boost::describe::enum_to_string(route.right, "")},
        };
        const json::array keys{json::object{{"key", json::array{}}},
                               json::object{{"password", json::array{}}}};
        operation.emplace("security", route.right == Right::none ? json::array{} : keys);
        if (auto all = parameters_of(route); !all.empty()) {
            operation.emplace("parameters", std::move(all));
        }
        if (route.about.input != nullptr) {
            operation.emplace("requestBody",
                              json::object{{"content", route.about.input(schemas_)}});
        }
        operation.emplace("responses", responses_of(route));
        return operation;
    }

    json::object success(const Route& route, BodyOf body, http::status status)
    {
        json::object response{{"description", std::string{http::obsolete_reason(status)}}};
        json::object headers;
        const auto add = [&](std::string_view name) {
            headers.emplace(name, json::object{{"schema", {{"type", "string"}}}});
        };
        if (route.about.tagged || route.about.match != Match::none) add("ETag");
        if (status == http::status::created || status == http::status::accepted) add("Location");
        if (!headers.empty()) response.emplace("headers", std::move(headers));
        if (body != nullptr) response.emplace("content", body(schemas_));
        return response;
    }

    json::object responses_of(const Route& route)
    {
        json::object responses;
        const auto& about = route.about;
        const auto add = [&](http::status status, json::value response) {
            responses.emplace(std::to_string(static_cast<unsigned>(status)), std::move(response));
        };
        add(about.success, success(route, about.answer, about.success));
        if (route.dry_run) {
            const auto tried = about.tried == nullptr ? about.answer : about.tried;
            add(http::status::ok, success(route, tried, http::status::ok));
        }
        if (about.tagged) {
            add(http::status::not_modified,
                json::object{{"description", "It is as If-None-Match says."}});
        }
        std::map<http::status, std::vector<ProblemCode>> problems;
        for (const auto& code : problems_of(route)) problems[code->status].push_back(code);
        std::vector<ProblemCode> early;
        for (const auto& [status, codes] : problems) {
            if (is_early(status)) early.insert(early.end(), codes.begin(), codes.end());
            if (!is_early(status)) add(status, reference_to(codes));
        }
        responses.emplace("default", reference_to(early));
        return responses;
    }

    json::object reference_to(const std::vector<ProblemCode>& codes)
    {
        std::string name;
        for (const auto& code : codes) name.append(name.empty() ? "" : ".").append(code->code);
        if (!responses_.contains(name)) responses_[name] = problem_response(codes);
        return {{"$ref", "#/components/responses/" + name}};
    }

    Schemas schemas_;
    json::object paths_;
    std::set<std::string> tags_;
    std::map<std::string, json::object> responses_;
};

}  // namespace

std::string operation_id(const Route& route)
{
    std::vector<std::string> words;
    for (const auto segment : segments_of(route.path)) {
        if (segment == "v1") continue;
        const bool placeholder = segment.starts_with('{');
        std::string word{placeholder ? segment.substr(1, segment.size() - 2) : segment};
        if (placeholder && !words.empty() && words.back() == word + "s") words.pop_back();
        words.push_back(std::move(word));
    }
    const auto verb = verb_of(route.path);
    auto id = verb.empty() ? lower(method_of(route)) : std::string{verb};
    for (const auto& word : words) id.append("_").append(word);
    std::ranges::replace_if(id, [](char c) { return c == '-' || c == '.'; }, '_');
    return id;
}

boost::json::object openapi_document(const Router::Routes& routes)
{
    return Writer{routes}.finish();
}

std::vector<ProblemCode> problems_of(const Route& route)
{
    // What is wrong before anybody looks which route it is.
    std::vector<ProblemCode> codes{"framing",
                                   "invalid-request",
                                   "request-timeout",
                                   "payload-too-large",
                                   "uri-too-long",
                                   "unsupported-media-type",
                                   "expectation-failed",
                                   "rate-limited",
                                   "headers-too-large",
                                   "internal",
                                   "http-version-not-supported",
                                   "overloaded",
                                   "unavailable"};
    const auto add = [&](bool may_be, std::initializer_list<ProblemCode> some) {
        if (may_be) codes.insert(codes.end(), some);
    };
    const bool known = route.right != Right::none;
    const auto match = route.about.match;
    add(known, {"unauthenticated", "right-missing"});
    add(known && changes(route), {"storage-full"});
    add(route.path.contains('{') || route.about.input != nullptr, {"not-found"});
    add(match != Match::none, {"illegal-transition", "precondition-failed"});
    add(match == Match::required, {"precondition-required"});
    add(route.about.repeatable, {"idempotency-mismatch"});
    for (const auto& code : route.about.problems) {
        if (code) codes.push_back(*code);
    }
    std::ranges::sort(codes);
    const auto twice = std::ranges::unique(codes);
    codes.erase(twice.begin(), twice.end());
    return codes;
}

}  // namespace strait::api
