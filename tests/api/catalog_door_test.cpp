#include "tests/api/catalog_door.hpp"

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

TEST_F(CatalogDoorTest, TellsWhoOpensALinkWhatToDo)
{
    const auto page = ask("", verb::get, "/activate");
    EXPECT_EQ(page.status, 200U);
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

TEST_F(CatalogDoorTest, RefusesEveryWrongKeyInTheSameWords)
{
    const auto key = organise("globex");
    auto wrong_secret = key;
    wrong_secret[30] = wrong_secret[30] == '0' ? '1' : '0';
    auto unknown_id = key;
    unknown_id[8] = unknown_id[8] == '0' ? '1' : '0';
    std::set<std::string> refusals;
    for (const auto& shown : {wrong_secret, unknown_id, std::string{"strait_"}, std::string{"x"}}) {
        const auto refused = ask(shown, verb::get, "/v1/me");
        EXPECT_EQ(refused.status, 401U) << shown;
        refusals.insert(refused.text);
    }
    EXPECT_EQ(refusals.size(), 1U);
}

TEST_F(CatalogDoorTest, TakesAKeyAsThePasswordOfBasic)
{
    const Headers basic{
        {"Authorization", "Basic " + [&] {
             const auto pair = "x:" + operator_key;
             std::string text(4 * ((pair.size() + 2) / 3), '\0');
             constexpr std::string_view digits =
                 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
             for (std::size_t i = 0; i < text.size(); ++i) {
                 const auto bit = i * 6;
                 const auto byte = [&](std::size_t at) {
                     return at < pair.size() ? static_cast<unsigned char>(pair[at]) : 0U;
                 };
                 const auto two = byte(bit / 8) << 8U | byte(bit / 8 + 1);
                 text[i] = bit / 8 < pair.size() ? digits[two >> (10 - bit % 8) & 63U] : '=';
             }
             return text;
         }()}};
    EXPECT_EQ(ask("", verb::get, "/v1/me", {}, basic).status, 200U);
    EXPECT_EQ(ask("", verb::get, "/v1/me", {}, {{"Authorization", "Basic !!!!"}}).status, 401U);
    EXPECT_EQ(ask("", verb::get, "/v1/me", {}, {{"Authorization", "Digest x"}}).status, 401U);
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
    EXPECT_EQ(ask(key, verb::delete_, "/v1/applications/" + program).status, 200U);
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
    EXPECT_EQ(ask(key, verb::patch, path, R"({"scopes": ["catalog:read"]})").status, 200U);
    EXPECT_EQ(ask(key, verb::patch, path, R"({"scopes": ["usage:read"]})").status, 400U);
}

TEST_F(CatalogDoorTest, ListsInPagesOfOneCaller)
{
    const auto globex = organise("globex");
    const auto initech = organise("initech");
    std::set<std::string> made;
    for (const auto* const name : {"one", "two", "three", "four", "five"}) {
        made.insert(make_application(globex, name));
    }
    std::set<std::string> seen;
    std::string token;
    int pages = 0;
    do {
        const auto page =
            ask(globex,
                verb::get,
                "/v1/applications?page_size=2" + (token.empty() ? "" : "&page_token=" + token));
        ASSERT_EQ(page.status, 200U) << page.text;
        for (const auto& item : page.body.at("items").as_array()) {
            EXPECT_TRUE(seen.emplace(item.at("id").as_string()).second);
        }
        ++pages;
        token = page.at("/next_page_token");
        if (pages == 1) {
            const auto target = "/v1/applications?page_size=2&page_token=" + token;
            EXPECT_EQ(ask(initech, verb::get, target).status, 400U);
            EXPECT_EQ(ask(globex, verb::get, "/v1/users?page_token=" + token).status, 400U);
        }
    } while (!token.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen, made);
    for (const auto* const wrong :
         {"page_size=0", "page_size=501", "page_size=x", "page_token=x"}) {
        EXPECT_EQ(ask(globex, verb::get, std::string{"/v1/users?"} + wrong).status, 400U) << wrong;
    }
}

TEST_F(CatalogDoorTest, TellsWhoAsksTooOftenHowLongToWait)
{
    RateLimiter limiter{clock};
    services.limits.reads.count = 2;
    services.limiter = &limiter;
    const auto first = ask(operator_key, verb::get, "/v1/me");
    EXPECT_EQ(first.response["RateLimit-Policy"], R"("reads";q=2;w=1)");
    EXPECT_EQ(first.response["RateLimit"], R"("reads";r=1;t=0)");
    EXPECT_EQ(ask(operator_key, verb::get, "/v1/me").status, 200U);
    const auto late = ask(operator_key, verb::get, "/v1/me");
    EXPECT_EQ(late.status, 429U);
    EXPECT_EQ(late.at("/type"), "/problems/rate-limited");
    EXPECT_EQ(late.response["Retry-After"], "1");
    // Another kind of request, and another key, have limits of their own.
    EXPECT_EQ(ask(operator_key, verb::post, "/v1/users/x:disable").status, 404U);
}

TEST_F(CatalogDoorTest, TakesAWrongKeyOnlySoOften)
{
    RateLimiter limiter{clock};
    services.limiter = &limiter;
    auto wrong = operator_key;
    wrong[30] = wrong[30] == '0' ? '1' : '0';
    std::vector<unsigned> statuses;
    for (int i = 0; i < 11; ++i) statuses.push_back(ask(wrong, verb::get, "/v1/me").status);
    EXPECT_EQ(std::ranges::count(statuses, 401U), 10);
    EXPECT_EQ(statuses.back(), 429U);
    // Somebody else's wrong keys shut nobody out.
    const auto elsewhere =
        testing::run(
            io,
            api_router.answer(
                request_of(verb::get, "/v1/me", "", {{"Authorization", "Bearer " + operator_key}}),
                "r-1",
                "198.51.100.9"))
            .value();
    EXPECT_EQ(elsewhere.result_int(), 200U);
}

TEST_F(CatalogDoorTest, KeepsToTheHostWhatIsTheHosts)
{
    const auto bootstrap = ask(operator_key, verb::post, "/v1/bootstrap", "{}");
    EXPECT_EQ(bootstrap.status, 404U);
    EXPECT_EQ(ask(operator_key, verb::post, "/v1/config:apply", "{}").status, 404U);
    EXPECT_EQ(host(verb::post, "/v1/bootstrap", "{}").status, 409U);
    EXPECT_EQ(ask(operator_key, verb::get, "/v1/links").status, 200U);
    EXPECT_EQ(ask(organise("globex"), verb::get, "/v1/links").status, 403U);
}

}  // namespace
}  // namespace strait::api
