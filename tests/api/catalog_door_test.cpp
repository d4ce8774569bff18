#include "tests/api/catalog_door.hpp"

#include "catalog/audit/exported_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace strait::api {
namespace {

using testing::CatalogDoor;

struct CatalogDoorTest : CatalogDoor {
    std::string make_application(const std::string& key, const std::string& name)
    {
        const auto made = ask(
            key, verb::post, "/v1/applications", R"({"name": ")" + name + R"(", "title": "It"})");
        EXPECT_EQ(made.status, 201U) << made.text;
        EXPECT_EQ(made.response["Location"], "/v1/applications/" + made.at("/id"));
        return made.at("/id");
    }
};

TEST_F(CatalogDoorTest, LetsSomebodyInByALinkOnce)
{
    const auto made =
        ask(operator_key,
            verb::post,
            "/v1/organisations",
            R"({"name": "globex", "title": "Globex", "admin_email": "it@globex.example"})");
    const auto link = made.at("/activation_url");
    ASSERT_TRUE(link.starts_with("https://x.example/activate#")) << link;

    const auto joined = join(link, "it@globex.example");
    EXPECT_EQ(joined.at("/profile/bearerToken"), joined.at("/secret"));
    const auto me = ask(joined.at("/secret"), verb::get, "/v1/me");
    EXPECT_EQ(me.at("/organisation"), made.at("/id"));
    EXPECT_EQ(me.at("/principal"), joined.at("/user/id"));

    // Used, unknown, or shown by somebody else: in the same words.
    std::set<std::string> refusals;
    for (const auto& [token, email] : std::vector<std::pair<std::string, std::string>>{
             {link.substr(link.find('#') + 1), "it@globex.example"},
             {std::string(52, '0'), "it@globex.example"},
             {"x", "it@globex.example"}}) {
        const boost::json::object body{{"token", token},
                                       {"user", {{"email", email}, {"display_name", "X"}}}};
        const auto refused = ask("", verb::post, "/v1/activations", boost::json::serialize(body));
        EXPECT_EQ(refused.status, 410U);
        refusals.insert(refused.text);
    }
    EXPECT_EQ(refusals.size(), 1U);
}

TEST_F(CatalogDoorTest, SaysWhoInvitesAndUsesNothingUp)
{
    const auto link =
        ask(operator_key,
            verb::post,
            "/v1/organisations",
            R"({"name": "globex", "title": "Globex", "admin_email": "it@globex.example"})")
            .at("/activation_url");
    const auto preview = [&] {
        const boost::json::object body{{"token", link.substr(link.find('#') + 1)}};
        return ask("", verb::post, "/v1/activations:preview", boost::json::serialize(body));
    };
    const auto seen = preview();
    EXPECT_EQ(seen.status, 200U) << seen.text;
    EXPECT_EQ(seen.at("/organisation/name"), "globex");
    EXPECT_EQ(seen.at("/roles/0"), "org_admin");
    EXPECT_EQ(seen.at("/kind"), "member");
    EXPECT_FALSE(seen.text.contains("it@globex.example")) << seen.text;
    EXPECT_EQ(join(link, "it@globex.example").status, 201U);

    const auto used = preview();
    EXPECT_EQ(used.status, 410U);
    EXPECT_EQ(used.text, ask("", verb::post, "/v1/activations:preview", R"({"token": "x"})").text);
}

TEST_F(CatalogDoorTest, ChangesWhatAUserMayDo)
{
    const auto key = organise("globex");
    const auto developer = invite(key, "developer");
    const auto user = "/v1/users/" + ask(developer, verb::get, "/v1/me").at("/principal");
    const Headers any{{"If-Match", "*"}};
    EXPECT_EQ(ask(developer, verb::patch, user, R"({"roles": ["org_admin"]})", any).status, 403U);
    EXPECT_EQ(ask(organise("initech"), verb::patch, user, R"({"roles": ["auditor"]})", any).status,
              404U);
    EXPECT_EQ(ask(key, verb::patch, user, R"({"roles": ["operator"]})", any).status, 400U);
    EXPECT_EQ(ask(key, verb::patch, user, R"({"email": "x@y.example"})", any).status, 400U);
    const auto changed = ask(key, verb::patch, user, R"({"roles": ["auditor"]})", any);
    EXPECT_EQ(changed.status, 200U) << changed.text;
    EXPECT_EQ(changed.at("/roles/0"), "auditor");
    EXPECT_EQ(ask(developer, verb::get, "/v1/applications").status, 403U);
    EXPECT_EQ(ask(developer, verb::get, "/v1/audit").status, 200U);
    const auto me = "/v1/users/" + ask(key, verb::get, "/v1/me").at("/principal");
    EXPECT_EQ(ask(key, verb::patch, me, R"({"roles": ["auditor"]})", any).at("/type"),
              "/problems/in-use");
}

TEST_F(CatalogDoorTest, TellsWhoOpensALinkWhatToDo)
{
    const auto page = ask("", verb::get, "/activate");
    EXPECT_EQ(page.status, 200U);
    EXPECT_TRUE(page.text.contains("\nstrait login --link 'LINK' --email YOU@EXAMPLE\n"));
    EXPECT_TRUE(page.text.contains("curl https://x.example/v1/activations")) << page.text;
    EXPECT_EQ(page.response["Content-Type"], "text/plain; charset=utf-8");
}

TEST_F(CatalogDoorTest, ShowsASecretOnceAndNeverAgain)
{
    const auto key = organise("globex");
    const auto program = make_application(key, "checkout");
    const boost::json::object body{{"principal", program},
                                   {"scopes", boost::json::array{"catalog:read"}}};
    const auto made = ask(key, verb::post, "/v1/credentials", boost::json::serialize(body));
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto secret = made.at("/secret");

    EXPECT_EQ(ask(secret, verb::get, "/v1/me").at("/principal"), program);
    for (const auto* const path : {"/v1/credentials", "/v1/applications", "/v1/users"}) {
        const auto listed = ask(key, verb::get, path).text;
        EXPECT_FALSE(listed.contains(secret.substr(24, 52))) << path;
        EXPECT_FALSE(listed.contains("\"secret\"")) << path;
    }
}

TEST_F(CatalogDoorTest, TakesARevokedKeyNoLonger)
{
    const auto key = organise("globex");
    const auto program = make_application(key, "checkout");
    const boost::json::object body{{"principal", program},
                                   {"scopes", boost::json::array{"catalog:read"}}};
    const auto made = ask(key, verb::post, "/v1/credentials", boost::json::serialize(body));
    ASSERT_EQ(ask(made.at("/secret"), verb::get, "/v1/me").status, 200U);

    EXPECT_EQ(ask(key, verb::post, "/v1/credentials/" + made.at("/id") + ":revoke").status, 200U);

    EXPECT_EQ(ask(made.at("/secret"), verb::get, "/v1/me").status, 401U);
    // What took effect before succeeds again.
    EXPECT_EQ(ask(key, verb::post, "/v1/credentials/" + made.at("/id") + ":revoke").status, 200U);
}

TEST_F(CatalogDoorTest, StopsAnOrganisationThatIsSuspended)
{
    const auto key = organise("globex");
    const auto path = "/v1/organisations/" + organisation["globex"];
    EXPECT_EQ(ask(key, verb::post, path + ":suspend").status, 403U);
    EXPECT_EQ(ask(operator_key, verb::post, path + ":suspend").status, 200U);
    EXPECT_EQ(ask(key, verb::get, "/v1/me").status, 401U);
    EXPECT_EQ(ask(operator_key, verb::post, path + ":resume").status, 200U);
    EXPECT_EQ(ask(key, verb::get, "/v1/me").status, 200U);
}

TEST_F(CatalogDoorTest, NamesWhatIsWrongAndWhatIsLegal)
{
    const auto key = organise("globex");
    const auto refused = ask(key,
                             verb::post,
                             "/v1/applications",
                             R"({"name": "No Name", "titel": 1, "roles": ["king"]})");
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(refused.at("/errors/0/pointer"), "/roles/0");
    EXPECT_EQ(refused.at("/errors/1/pointer"), "/titel");

    const auto program = make_application(key, "checkout");
    EXPECT_EQ(ask(key, verb::delete_, "/v1/applications/" + program).status, 428U);
    EXPECT_EQ(
        ask(key, verb::delete_, "/v1/applications/" + program, {}, {{"If-Match", "*"}}).status,
        200U);
    const auto illegal = ask(key, verb::post, "/v1/applications/" + program + ":enable");
    EXPECT_EQ(illegal.status, 409U) << illegal.text;
    EXPECT_EQ(illegal.at("/type"), "/problems/illegal-transition");
    EXPECT_TRUE(illegal.body.at("allowed").as_array().empty());
}

TEST_F(CatalogDoorTest, TriesWithoutChanging)
{
    const auto key = organise("globex");
    const auto before = catalog.revision();
    const auto tried = ask(
        key, verb::post, "/v1/applications?dry_run=true", R"({"name": "checkout", "title": "It"})");
    EXPECT_EQ(tried.status, 200U) << tried.text;
    EXPECT_EQ(tried.at("/name"), "checkout");
    EXPECT_EQ(catalog.revision(), before);
    EXPECT_EQ(ask(key, verb::get, "/v1/applications").text, R"({"items":[]})");
}

TEST_F(CatalogDoorTest, ChangesOnlyWhatTheCallerHasSeen)
{
    const auto key = organise("globex");
    const auto path = "/v1/applications/" + make_application(key, "checkout");
    const auto seen = ask(key, verb::get, path);
    const std::string tag = seen.response["ETag"];
    EXPECT_EQ(ask(key, verb::get, path, {}, {{"If-None-Match", tag}}).status, 304U);

    EXPECT_EQ(ask(key, verb::post, path + ":disable", {}, {{"If-Match", tag}}).status, 200U);
    const auto late = ask(key, verb::post, path + ":enable", {}, {{"If-Match", tag}});
    EXPECT_EQ(late.status, 412U);
    EXPECT_EQ(ask(key, verb::get, path).at("/state"), "disabled");
}

TEST_F(CatalogDoorTest, DoesOnceWhatIsAskedTwice)
{
    const auto key = organise("globex");
    const Headers once{{"Idempotency-Key", "order-66"}};
    const std::string body = R"({"name": "checkout", "title": "It"})";
    const auto first = ask(key, verb::post, "/v1/applications", body, once);
    const auto revision = catalog.revision();
    const auto again = ask(key, verb::post, "/v1/applications", body, once);
    EXPECT_EQ(first.status, 201U);
    EXPECT_EQ(again.status, 201U);
    EXPECT_EQ(again.text, first.text);
    EXPECT_EQ(again.response["Location"], first.response["Location"]);
    EXPECT_EQ(again.response["Idempotency-Replayed"], "true");
    EXPECT_EQ(catalog.revision(), revision);

    const auto other = R"({"name": "billing", "title": "It"})";
    EXPECT_EQ(ask(key, verb::post, "/v1/applications", other, once).status, 422U);
    EXPECT_EQ(ask(organise("initech"), verb::post, "/v1/applications", body, once).status, 201U);
}

TEST_F(CatalogDoorTest, ReplaysNoSecret)
{
    const auto key = organise("globex");
    const boost::json::object wanted{{"principal", make_application(key, "checkout")},
                                     {"scopes", boost::json::array{"catalog:read"}}};
    const auto body = boost::json::serialize(wanted);
    const Headers once{{"Idempotency-Key", "k"}};
    const auto first = ask(key, verb::post, "/v1/credentials", body, once);
    const auto again = ask(key, verb::post, "/v1/credentials", body, once);
    EXPECT_TRUE(first.at("/secret").starts_with("strait_"));
    EXPECT_EQ(again.at("/id"), first.at("/id"));
    EXPECT_TRUE(again.body.at("secret").is_null());
    EXPECT_TRUE(again.body.at("profile").is_null());
}

TEST_F(CatalogDoorTest, LetsTheHostRecoverTheOperator)
{
    const auto body = R"({"email": "a@acme.example"})";
    EXPECT_EQ(ask(operator_key, verb::post, "/v1/bootstrap:recover", body).status, 404U);
    const auto recovered = host(verb::post, "/v1/bootstrap:recover", body);
    ASSERT_EQ(recovered.status, 200U) << recovered.text;
    const auto key = join(recovered.at("/activation_url"), "a@acme.example").at("/secret");
    EXPECT_EQ(ask(key, verb::get, "/v1/links").status, 200U);
    EXPECT_EQ(ask(operator_key, verb::get, "/v1/me").status, 401U);
}

TEST_F(CatalogDoorTest, MakesAKeyOnlyNarrower)
{
    const auto key = organise("globex");
    const boost::json::object wanted{{"principal", make_application(key, "checkout")},
                                     {"scopes", {"catalog:read", "usage:read"}}};
    const auto made = ask(key, verb::post, "/v1/credentials", boost::json::serialize(wanted));
    const auto path = "/v1/credentials/" + made.at("/id");
    const Headers any{{"If-Match", "*"}};
    EXPECT_EQ(ask(key, verb::patch, path, R"({"scopes": ["catalog:read"]})", any).status, 200U);
    EXPECT_EQ(ask(key, verb::patch, path, R"({"scopes": ["usage:read"]})", any).status, 400U);
    EXPECT_EQ(ask(key, verb::patch, path, R"({"scopes": ["catalog:read"]})").status, 428U);
}

TEST_F(CatalogDoorTest, KeepsWhySomebodyDidIt)
{
    const auto key = organise("globex");
    const auto path = "/v1/applications/" + make_application(key, "checkout");
    EXPECT_EQ(ask(key, verb::post, path + ":disable", R"({"reason": "leaked"})").status, 200U);
    EXPECT_EQ(ask(key, verb::post, path + ":enable", R"({"because": "x"})").status, 400U);
    EXPECT_EQ(ask(key, verb::post, path + ":enable", "{{{").status, 400U);
    const auto audit = ask(key, verb::get, "/v1/audit?page_size=500");
    EXPECT_EQ(audit.body.at("items").as_array().back().at("common").at("reason").as_string(),
              "leaked");
}

TEST_F(CatalogDoorTest, LetsAKeyMakeNoneOfMoreNetworks)
{
    const auto key = organise("globex");
    const auto program = make_application(key, "checkout");
    const auto me = ask(key, verb::get, "/v1/me").at("/principal");
    const auto body = [](const std::string& principal, const char* network) {
        boost::json::object wanted{{"principal", principal}, {"scopes", {"apps:write"}}};
        if (network != nullptr) wanted.emplace("allow_ips", boost::json::array{network});
        return boost::json::serialize(wanted);
    };
    const auto limited =
        ask(key, verb::post, "/v1/credentials", body(me, "192.0.2.0/24")).at("/secret");
    ASSERT_EQ(ask(limited, verb::get, "/v1/me").status, 200U);
    EXPECT_EQ(ask(limited, verb::post, "/v1/credentials", body(program, nullptr)).status, 403U);
    EXPECT_EQ(ask(limited, verb::post, "/v1/credentials", body(me, nullptr)).status, 403U);
    const auto open = ask(key, verb::post, "/v1/credentials", body(program, nullptr)).at("/id");
    EXPECT_EQ(ask(limited, verb::post, "/v1/credentials/" + open + ":rotate").status, 403U);
    EXPECT_EQ(ask(limited, verb::post, "/v1/credentials", body(program, "192.0.2.7")).status, 201U);
}

TEST_F(CatalogDoorTest, LetsNobodyMakeMoreOfAProgramThanOfItself)
{
    const auto globex = organise("globex");
    const auto made = ask(globex,
                          verb::post,
                          "/v1/applications",
                          R"({"name": "ci", "title": "It", "allow_ips": ["192.0.2.0/24"],)"
                          R"( "roles": ["product_owner"]})");
    const auto path = "/v1/applications/" + made.at("/id");
    const Headers any{{"If-Match", "*"}};
    const auto described = ask(globex, verb::patch, path, R"({"title": "CI"})", any);
    ASSERT_EQ(described.status, 200U) << described.text;
    EXPECT_EQ(described.at("/title"), "CI");
    EXPECT_EQ(described.at("/allow_ips/0"), "192.0.2.0/24");
    EXPECT_EQ(described.at("/roles/0"), "product_owner");

    const auto developer = invite(globex, "developer");
    EXPECT_EQ(ask(developer, verb::patch, path, R"({"roles": []})", any).status, 403U);
    const auto own = "/v1/applications/" + make_application(developer, "own");
    EXPECT_EQ(ask(developer, verb::patch, own, R"({"title": "Own"})", any).status, 200U);
    EXPECT_EQ(ask(developer, verb::patch, own, R"({"roles": ["auditor"]})", any).status, 400U);
    EXPECT_EQ(ask(developer, verb::patch, own, R"({"name": "other"})", any).status, 400U);

    ASSERT_EQ(ask(globex, verb::delete_, own, {}, any).status, 200U);
    EXPECT_EQ(ask(globex, verb::patch, own, R"({"title": "Own"})", any).status, 409U);
}

TEST_F(CatalogDoorTest, ShowsEachOrganisationItsOwnChain)
{
    const auto globex = organise("globex");
    const auto initech = organise("initech");
    make_application(initech, "canary");
    make_application(globex, "checkout");
    make_application(globex, "billing");

    std::vector<boost::json::value> entries;
    std::string token;
    do {
        const auto page =
            ask(globex,
                verb::get,
                "/v1/audit?page_size=2" + (token.empty() ? "" : "&page_token=" + token));
        ASSERT_EQ(page.status, 200U) << page.text;
        EXPECT_FALSE(page.text.contains("canary")) << page.text;
        EXPECT_FALSE(page.text.contains("it@globex.example")) << "a person is not audited";
        for (const auto& entry : page.body.at("items").as_array()) entries.push_back(entry);
        token = page.at("/next_page_token");
    } while (!token.empty());

    ASSERT_EQ(entries.size(), 4U);  // made, joined, two applications
    std::string previous(64, '0');
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].at("seq").to_number<std::uint64_t>(), i + 1);
        EXPECT_EQ(entries[i].at("previous").as_string(), previous);
        previous = entries[i].at("hash").as_string();
    }
    const auto head = ask(globex, verb::get, "/v1/audit/head");
    EXPECT_EQ(head.at("/hash"), previous);

    // It proves itself by what was handed out.
    catalog::ExportedChain chain;
    chain.expect(*catalog::read_chain_head(head.body));
    for (const auto& entry : entries) {
        const auto taken = chain.take(entry);
        EXPECT_TRUE(taken) << taken.error().detail();
    }
    EXPECT_TRUE(chain.finish());
    EXPECT_EQ(to_string(*chain.organisation()), organisation["globex"]);
    const auto& last = entries.back();
    EXPECT_EQ(last.at("common").at("verb").as_string(), "create");
    EXPECT_EQ(last.at("common").at("key_id").as_string(), globex.substr(7, 16));
    EXPECT_EQ(last.at("common").at("address").as_string(), "192.0.2.0/24");
    EXPECT_EQ(ask(invite(globex, "developer"), verb::get, "/v1/audit").status, 403U);
    EXPECT_EQ(ask(invite(globex, "auditor"), verb::get, "/v1/audit").status, 200U);
}

}  // namespace
}  // namespace strait::api
