#include "tests/api/described.hpp"

#include "api/openapi/document.hpp"
#include "api/routes.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace strait::testing {

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

using valijson::adapters::BoostJsonAdapter;

// No member but those that are named: /v1 may grow, but not unsaid.
void close(json::value& schema)
{
    if (auto* const list = schema.if_array()) {
        for (auto& each : *list) close(each);
    }
    auto* const object = schema.if_object();
    if (object == nullptr) return;
    for (auto& each : *object) close(each.value());
    const bool names_members = object->contains("properties") && object->contains("type");
    if (names_members) object->emplace("additionalProperties", false);
}

class Checker {
  public:
    Checker() : document_{api::openapi_document(api::exchange_routes())}
    {
        auto& schemas = document_.at("components").at("schemas").as_object();
        for (auto& [name, schema] : schemas) {
            if (name != "Problem") close(schema);  // each has members of its own
        }
    }

    // Of a route; null if there is none.
    const json::object* operation(const api::Route& route) const
    {
        const auto& path = document_.at("paths").at(route.path).as_object();
        std::string method{http::to_string(route.method)};
        std::ranges::transform(method, method.begin(), [](char c) { return char(c | 0x20); });
        const auto* const found = path.if_contains(method);
        return found == nullptr ? nullptr : &found->as_object();
    }

    const json::value& resolved(const json::value& part) const
    {
        const auto* const reference = part.as_object().if_contains("$ref");
        if (reference == nullptr) return part;
        boost::system::error_code none;
        const auto* const found =
            document_.find_pointer(reference->as_string().subview(1), none);  // without "#"
        return *found;
    }

    // What of `body` is not as the schema; empty if all is.
    std::string difference(const json::value& schema, const json::value& body)
    {
        const auto key = json::serialize(schema);
        auto& parsed = parsed_[key];
        if (!parsed) {
            json::value whole = schema;
            whole.as_object().emplace("components", document_.at("components"));
            parsed.emplace();
            valijson::SchemaParser{}.populateSchema(BoostJsonAdapter{whole}, *parsed);
        }
        valijson::ValidationResults results;
        valijson::Validator validator;
        if (validator.validate(*parsed, BoostJsonAdapter{body}, &results)) return {};
        std::string all;
        for (valijson::ValidationResults::Error error; results.popError(error);) {
            for (const auto& step : error.context) all += step;
            all += ": " + error.description + '\n';
        }
        return all;
    }

  private:
    json::value document_;
    std::map<std::string, std::optional<valijson::Schema>> parsed_;
};

std::optional<api::Route> route_of(const api::Request& request)
{
    const auto target = api::read_target(request.target());
    if (!target) return std::nullopt;
    const auto method = request.method() == http::verb::head ? http::verb::get : request.method();
    for (const auto& table : api::exchange_routes()) {
        for (const auto& route : table) {
            if (route.method == method && match(route.path, *target)) return route;
        }
    }
    return std::nullopt;
}

std::string media_type(std::string_view content_type)
{
    return std::string{content_type.substr(0, content_type.find(';'))};
}

void expect_body(Checker& checker,
                 const json::object& content,
                 std::string_view content_type,
                 const std::string& body)
{
    const auto type = media_type(content_type);
    const auto* const described = content.if_contains(type);
    ASSERT_NE(described, nullptr) << type << " is not described";
    const auto* const schema = described->as_object().if_contains("schema");
    if (schema == nullptr || !type.ends_with("json")) return;
    const auto difference = checker.difference(*schema, json::parse(body));
    EXPECT_TRUE(difference.empty()) << difference << body.substr(0, 1'000);
}

}  // namespace

void expect_described(const api::Request& request, const api::Response& response)
{
    static Checker checker;
    const auto route = route_of(request);
    if (!route || route->right == api::Right::host) return;
    const auto* const operation = checker.operation(*route);
    const auto where = std::string{request.method_string()} + " " + std::string{route->path};
    const ::testing::ScopedTrace trace{__FILE__, __LINE__, where};
    ASSERT_NE(operation, nullptr);
    const auto& responses = operation->at("responses").as_object();
    const auto* found = responses.if_contains(std::to_string(response.result_int()));
    if (found == nullptr && response.result_int() >= 400) found = responses.if_contains("default");
    ASSERT_NE(found, nullptr) << response.result_int() << response.body();
    const auto& described = checker.resolved(*found).as_object();
    const auto* const content = described.if_contains("content");
    EXPECT_EQ(content == nullptr, response.body().empty());
    if (content != nullptr) {
        expect_body(
            checker, content->as_object(), response[http::field::content_type], response.body());
    }
    const bool done = response.result_int() < 300;
    if (!done || request.body().empty()) return;
    const auto* const input = operation->if_contains("requestBody");
    ASSERT_NE(input, nullptr) << request.body();
    expect_body(checker,
                input->at("content").as_object(),
                request[http::field::content_type],
                request.body());
}

}  // namespace strait::testing
