#include "api/gate.hpp"

#include "tests/api/catalog_door.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strait::api {
namespace {

using GateTest = testing::CatalogDoor;

TEST_F(GateTest, RefusesEveryWrongKeyInTheSameWords)
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

TEST_F(GateTest, TakesAKeyAsThePasswordOfBasic)
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

TEST_F(GateTest, TakesLittleFromWhoIsNotKnown)
{
    constexpr std::size_t usual = 1 << 20;
    const auto activation = request_of(verb::post, "/v1/activations", "", {});
    auto shown = activation;
    shown.set("Authorization", "Bearer x");
    auto known = request_of(verb::post, "/v1/applications", "", {});
    EXPECT_EQ(api_router.body_bytes_max(activation, usual), 4U << 10U);
    EXPECT_EQ(api_router.body_bytes_max(shown, usual), 4U << 10U);
    EXPECT_EQ(api_router.body_bytes_max(known, usual), 4U << 10U);
    known.set("Authorization", "Bearer x");
    EXPECT_EQ(api_router.body_bytes_max(known, usual), usual);
    const auto translate = request_of(verb::post, "/v1/links/eu:translate", "", {});
    EXPECT_EQ(admin_router.body_bytes_max(translate, usual), 8U << 20U);
    EXPECT_EQ(admin_router.body_bytes_max(known, usual), usual);
}

TEST_F(GateTest, TellsWhoAsksTooOftenHowLongToWait)
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

TEST_F(GateTest, BoundsWhatAllKeysOfAnOrganisationAskTogether)
{
    RateLimiter limiter{clock};
    services.limits.organisation_reads = {"organisation-reads", 3, std::chrono::minutes{1}};
    services.limiter = &limiter;
    const auto globex = organise("globex");
    const auto key = invite(globex, "developer");
    const auto first = ask(globex, verb::get, "/v1/me");
    EXPECT_EQ(first.response["RateLimit"], R"("organisation-reads";r=2;t=0)");
    EXPECT_EQ(ask(key, verb::get, "/v1/me").status, 200U);
    EXPECT_EQ(ask(globex, verb::get, "/v1/me").status, 200U);
    const auto late = ask(key, verb::get, "/v1/me");
    EXPECT_EQ(late.status, 429U);
    EXPECT_EQ(late.response["RateLimit-Policy"], R"("organisation-reads";q=3;w=60)");
    EXPECT_EQ(late.response["Retry-After"], "20");
    EXPECT_EQ(ask(operator_key, verb::get, "/v1/me").status, 200U);
}

TEST_F(GateTest, TakesAWrongKeyOnlySoOften)
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

TEST_F(GateTest, KeepsToTheHostWhatIsTheHosts)
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
