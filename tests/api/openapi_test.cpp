#include "api/openapi/document.hpp"
#include "api/routes.hpp"
#include "tests/api/catalog_door.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

// What the public door says of itself.
namespace strait::api {
namespace {

namespace json = boost::json;

std::string read(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// With a line for each member, for people to compare.
void print(const json::value& value, const std::string& margin, std::string& to)
{
    const auto list = [&](char open, char close, const auto& items, auto print_item) {
        to += open;
        bool first = true;
        for (const auto& item : items) {
            to += (first ? "\n" : ",\n") + margin + "  ";
            first = false;
            print_item(item);
        }
        to += first ? "" : "\n" + margin;
        to += close;
    };
    if (const auto* const object = value.if_object()) {
        list('{', '}', *object, [&](const auto& member) {
            to += json::serialize(member.key()) + ": ";
            print(member.value(), margin + "  ", to);
        });
    } else if (const auto* const array = value.if_array()) {
        list('[', ']', *array, [&](const auto& item) { print(item, margin + "  ", to); });
    } else {
        to += json::serialize(value);
    }
}

std::string pretty(const json::value& value)
{
    std::string text;
    print(value, "", text);
    return text + '\n';
}

struct OpenApiTest : testing::CatalogDoor {};

TEST_F(OpenApiTest, IsTheGoldenCopy)
{
    const auto answer = ask("", verb::get, "/openapi.json");
    ASSERT_EQ(answer.status, 200U);
    const auto golden = std::filesystem::path{STRAIT_TEST_DIR} / "golden" / "openapi.json";
    const auto now = std::filesystem::path{STRAIT_BUILD_DIR} / "openapi.json";
    const auto text = pretty(answer.body);
    const bool same = text == read(golden);
    if (!same) std::ofstream{now, std::ios::binary} << text;
    EXPECT_TRUE(same) << "if the API is to be as it is now: cp " << now << ' ' << golden;
}

TEST_F(OpenApiTest, HasEveryRouteOfThePublicDoorAndNoOther)
{
    std::set<std::string> routes;
    std::set<std::string> ids;
    for (const auto& table : exchange_routes()) {
        for (const auto& route : table) {
            if (route.right == Right::host) continue;
            std::string method{boost::beast::http::to_string(route.method)};
            std::ranges::transform(
                method, method.begin(), [](char c) { return static_cast<char>(c | 0x20); });
            routes.insert(method + " " + std::string{route.path});
            EXPECT_TRUE(ids.insert(operation_id(route)).second) << operation_id(route);
        }
    }
    std::set<std::string> described;
    const auto document = openapi_document(exchange_routes());
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : operations.as_object()) {
            described.insert(std::string{method} + " " + std::string{path});
        }
    }
    EXPECT_EQ(described, routes);
    EXPECT_GT(routes.size(), 100U);
}

TEST_F(OpenApiTest, ExplainsEveryProblemThatItNames)
{
    std::string before;
    for (const auto& kind : problem_kinds()) {
        const auto page = ask("", verb::get, "/problems/" + std::string{kind.code});
        EXPECT_EQ(page.at("/code"), kind.code);
        EXPECT_FALSE(page.at("/meaning").empty() || page.at("/remedy").empty()) << kind.code;
        const auto place = std::to_string(static_cast<unsigned>(kind.status));
        EXPECT_GE(place, before) << kind.code << " is not where its status is";
        before = place;
    }
    EXPECT_EQ(ask("", verb::get, "/problems/nothing").at("/type"), "/problems/not-found");
}

}  // namespace
}  // namespace strait::api
