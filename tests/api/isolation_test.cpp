#include "api/catalog/routes.hpp"
#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The whole matrix of the route table: every route, every role, and an object that is the caller's
// own, another organisation's, or nobody's.
namespace strait::api {
namespace {

namespace http = boost::beast::http;

// In everything that initech makes: no other organisation may ever be shown it.
constexpr auto canary = "canary";

struct IsolationTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::map<std::string, std::string> keys;                 // of globex, by role
    std::map<std::string, std::vector<std::string>> theirs;  // ids of initech, by collection

    IsolationTest()
    {
        keys["org_admin"] = globex;
        for (const auto* const role : {"product_owner", "developer", "auditor"}) {
            keys[role] = invite(globex, role);
        }
        keys["operator"] = operator_key;
        const auto made = ask(
            initech, verb::post, "/v1/applications", R"({"name": "canary", "title": "canary"})");
        theirs["applications"].push_back(made.at("/id"));
        const boost::json::object key{{"principal", made.at("/id")},
                                      {"scopes", boost::json::array{"catalog:read"}}};
        theirs["credentials"].push_back(
            ask(initech, verb::post, "/v1/credentials", boost::json::serialize(key)).at("/id"));
        const auto invited = ask(initech,
                                 verb::post,
                                 "/v1/invitations",
                                 R"({"email": "canary@x.example", "roles": ["developer"],)"
                                 R"( "message": "canary"})");
        theirs["invitations"].push_back(invited.at("/id"));
        theirs["users"].push_back(invited.at("/user"));
        const auto contract =
            ask(initech,
                verb::post,
                "/v1/contracts",
                R"({"name": "canary", "version": "1.0.0", "event_type": "canary",)"
                R"( "schema": {"type": "avro", "text": "\"string\""}})");
        theirs["contracts"].push_back(contract.at("/id"));
        theirs["organisations"].push_back(organisation["initech"]);
        theirs["products"].push_back(make_product(initech, canary));
        theirs["clusters"].push_back(make_cluster("initech", canary));
        add_version(initech, theirs["products"].front(), theirs["clusters"].front(), "1.0.0");
        share_with_itself();
        theirs["discover"] = theirs["products"];
        index();
    }

    // Nobody else sees the product.
    void share_with_itself()
    {
        const auto product = publish_product(initech, "shared", make_cluster("initech", "shared"));
        ask(initech,
            verb::patch,
            "/v1/products/" + product,
            R"({"audience": {"kind": "private"}})",
            any);
        theirs["offers"].push_back(make_offer(initech, offer(product, canary)));
        auto wanted = asking(initech, theirs["offers"].front(), theirs["applications"].front());
        wanted["purpose"] = {{"code", canary}, {"text", canary}};
        const auto requested =
            ask(initech, verb::post, "/v1/requests", boost::json::serialize(wanted));
        theirs["requests"].push_back(requested.at("/request/id"));
        const auto approved =
            ask(initech, verb::post, "/v1/requests/" + theirs["requests"].front() + ":approve");
        theirs["agreements"].push_back(approved.at("/subscription/agreement"));
        theirs["subscriptions"].push_back(approved.at("/subscription/id"));
    }

    // What an operator does to everybody's objects: so it may know that they are there, and is told
    // which of their sides it has not.
    static bool operates(const Route& route)
    {
        const auto collection = collection_of(route.path);
        const bool bars = route.path.ends_with(":disable") || route.path.ends_with(":enable");
        return collection == "organisations" ||
               (collection == "subscriptions" && route.method == verb::post) ||
               (collection == "clusters" && bars);
    }

    static std::vector<Route> of_the_catalog()
    {
        std::vector<Route> all;
        for (const auto& table : {people_routes, publishing_routes, access_routes}) {
            all.insert(all.end(), table.begin(), table.end());
        }
        return all;
    }

    // The collection of a path like "/v1/users/{user}:disable".
    static std::string collection_of(std::string_view path)
    {
        const auto rest = path.substr(path.find('/', 1) + 1);
        return std::string{rest.substr(0, rest.find('/'))};
    }

    static void fill(std::string& target, std::string_view with)
    {
        const auto begin = target.find('{');
        target.replace(begin, target.find('}') + 1 - begin, with);
    }

    // A second one names a part of the object: all have the same.
    static std::string with_id(std::string_view path, const std::string& id)
    {
        std::string target{path};
        fill(target, id);
        if (target.contains('{')) fill(target, target.contains("/versions/") ? "1.0.0" : "1");
        return target;
    }

    // Another one of its noun, that nobody has.
    static std::string absent(std::string id)
    {
        id.back() = id.back() == '0' ? '4' : '0';
        id[id.size() - 2] = id[id.size() - 2] == '0' ? '1' : '0';
        return id;
    }
};

TEST_F(IsolationTest, TellsNobodyOfAnothersObjects)
{
    int compared = 0;
    for (const auto& route : of_the_catalog()) {
        if (!route.path.contains('{')) continue;
        const auto collection = collection_of(route.path);
        ASSERT_FALSE(theirs[collection].empty()) << "nothing is made of " << collection;
        for (const auto& [role, key] : keys) {
            if (role == "operator" && operates(route)) continue;  // whose business it is
            const auto& id = theirs[collection].front();
            const auto foreign = ask(key, route.method, with_id(route.path, id), "{}", any);
            const auto unknown = ask(key, route.method, with_id(route.path, absent(id)), "{}", any);
            const auto where = role + " " + std::string{route.path};
            EXPECT_EQ(foreign.text, unknown.text) << where;
            EXPECT_TRUE(foreign.status == 404 || foreign.status == 403) << where << foreign.text;
            EXPECT_EQ(foreign.status == 403, unknown.status == 403) << where;
            ++compared;
        }
    }
    EXPECT_GT(compared, 80);
}

TEST_F(IsolationTest, AsksEveryRouteForAKey)
{
    for (const auto& table : exchange_routes()) {
        for (const auto& route : table) {
            if (route.right == Right::none) continue;
            const auto path =
                route.path.contains('{') ? with_id(route.path, "x") : std::string{route.path};
            const auto answer = ask("", route.method, path, {});
            EXPECT_EQ(answer.status, route.right == Right::host ? 404U : 401U) << path;
        }
    }
}

TEST_F(IsolationTest, ShowsNobodyTheCanary)
{
    for (const auto& route : of_the_catalog()) {
        if (route.path.contains('{') || route.method != verb::get) continue;
        for (const auto& [role, key] : keys) {
            const auto answer = ask(key, route.method, std::string{route.path}, {});
            EXPECT_FALSE(answer.text.contains(canary)) << role << ' ' << route.path << answer.text;
        }
    }
    EXPECT_TRUE(ask(initech, verb::get, "/v1/applications").text.contains(canary));
}

TEST_F(IsolationTest, LetsNobodyChangeAnything)
{
    const auto before = catalog.revision();
    for (const auto& route : of_the_catalog()) {
        if (!route.path.contains('{') || route.method == verb::get) continue;
        for (const auto& [role, key] : keys) {
            if (role == "operator") continue;
            for (const auto& id : theirs[collection_of(route.path)]) {
                static_cast<void>(ask(key, route.method, with_id(route.path, id), "{}", any));
            }
        }
    }
    EXPECT_EQ(catalog.revision(), before);
}

}  // namespace
}  // namespace strait::api
