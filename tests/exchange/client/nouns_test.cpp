#include "exchange/client/nouns.hpp"

#include "api/catalog/routes.hpp"

#include <boost/beast/http/verb.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The table of commands against the routes of the door: what one has, the other has.
namespace strait::exchange {
namespace {

using Asked = std::pair<std::string, std::string>;  // method and path

std::string method_of(HttpMethod method)
{
    switch (method) {
        case HttpMethod::get: return "GET";
        case HttpMethod::post: return "POST";
        case HttpMethod::patch: return "PATCH";
        case HttpMethod::delete_: return "DELETE";
    }
    std::unreachable();
}

std::set<Asked> commands()
{
    std::set<Asked> all;
    for (const auto& noun : nouns) {
        for (const auto& action : noun.actions) {
            EXPECT_TRUE(all.emplace(method_of(action.method), path_of(noun, action)).second)
                << noun.name << ' ' << action.name << " is there twice";
        }
    }
    return all;
}

// Asked by commands of their own, or not meant for this program.
const std::set<Asked> apart{
    {"GET", "/v1/about"},                 // for programs
    {"GET", "/activate"},                 // for browsers
    {"GET", "/v1/me"},                    // strait whoami
    {"POST", "/v1/activations"},          // strait login
    {"POST", "/v1/activations:preview"},  // the same, with the link alone
    {"POST", "/v1/bootstrap"},            // strait admin bootstrap, by the admin socket
    {"POST", "/v1/bootstrap:recover"},    // the same
    {"GET", "/v1/discover"},              // strait search
    {"GET", "/v1/discover/{}"},           // strait search --product
    {"GET", "/v1/usage"},                 // strait usage
    {"POST", "/v1/apply"},                // strait catalog apply
    {"GET", "/v1/export"},                // strait catalog export
    {"GET", "/v1/discover/{}/asyncapi"},  // for programs
};

// Without the names of its places: "/v1/products/{product}:list" is "/v1/products/{}:list".
std::string bare(std::string_view path)
{
    std::string text;
    bool named = false;
    for (const char c : path) {
        if (c == '}') named = false;
        if (!named) text += c;
        if (c == '{') named = true;
    }
    return text;
}

std::vector<api::Route> routes_of_the_catalog()
{
    std::vector<api::Route> all;
    for (const auto table : {api::people_routes, api::publishing_routes, api::access_routes}) {
        all.insert(all.end(), table.begin(), table.end());
    }
    return all;
}

TEST(Nouns, AskAllThatTheDoorAnswers)
{
    auto known = commands();
    known.insert(apart.begin(), apart.end());
    std::set<Asked> routes;
    for (const auto& route : routes_of_the_catalog()) {
        routes.emplace(std::string{boost::beast::http::to_string(route.method)}, bare(route.path));
    }
    for (const auto& [method, path] : routes) {
        EXPECT_TRUE(known.contains({method, path}))
            << method << ' ' << path << " has no command: add it to exchange/client/nouns.cpp";
    }
    for (const auto& [method, path] : known) {
        EXPECT_TRUE(routes.contains({method, path})) << method << ' ' << path << " has no route";
    }
}

TEST(Nouns, TakeAPrefixWhereTheDoorDoes)
{
    const auto routes = routes_of_the_catalog();
    for (const auto& noun : nouns) {
        for (const auto& action : noun.actions) {
            const auto path = path_of(noun, action);
            const auto route = std::ranges::find_if(routes, [&](const auto& each) {
                return bare(each.path) == path &&
                       to_string(each.method) == method_of(action.method);
            });
            ASSERT_NE(route, routes.end()) << path;
            const auto takes = [&](std::string_view name) {
                return std::ranges::count(route->parameters, name) == 1;
            };
            EXPECT_EQ(takes("prefix"), action.takes == Takes::prefix) << path;
            EXPECT_EQ(takes("page_token"), action.name == "list") << path;
            if (action.name == "list") EXPECT_EQ(takes("name"), noun.named) << path;
        }
    }
}

TEST(Nouns, HaveNamesOfTheirOwn)
{
    std::set<std::string_view> names;
    for (const auto& noun : nouns) {
        EXPECT_TRUE(names.insert(noun.name).second) << noun.name;
        EXPECT_FALSE(noun.columns.empty()) << noun.name;
        std::set<std::string_view> verbs;
        for (const auto& action : noun.actions) {
            EXPECT_TRUE(verbs.insert(action.name).second) << noun.name << ' ' << action.name;
            EXPECT_FALSE(action.about.empty()) << noun.name << ' ' << action.name;
        }
    }
}

TEST(Nouns, SayWhatTheirPlacesAre)
{
    const auto titles = [](std::string_view noun, std::string_view name) {
        const auto found = std::ranges::find(nouns, noun, &Noun::name);
        const auto action = std::ranges::find(found->actions, name, &Action::name);
        std::vector<std::string> all;
        for (const auto& place : places_of(*found, *action)) all.push_back(place.title);
        return all;
    };
    EXPECT_EQ(titles("org", "list"), std::vector<std::string>{});
    EXPECT_EQ(titles("org", "suspend"), std::vector<std::string>{"ORG"});
    EXPECT_EQ(titles("version", "list"), std::vector<std::string>{"PRODUCT"});
    EXPECT_EQ(titles("version", "publish"), (std::vector<std::string>{"PRODUCT", "VERSION"}));
    EXPECT_EQ(titles("offer", "terms"), (std::vector<std::string>{"OFFER", "NUMBER"}));
    EXPECT_EQ(titles("subscription", "receipt"), std::vector<std::string>{"SUBSCRIPTION"});
}

}  // namespace
}  // namespace strait::exchange
