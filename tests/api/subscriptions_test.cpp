#include "catalog/commands/subscriptions.hpp"

#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace strait::api {
namespace {

// globex publishes orders, initech subscribes to them.
struct SubscriptionsTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string cluster = make_cluster("globex", "oslo");
    std::string partner =
        make_offer(globex, offer(publish_product(globex, "orders", cluster), "partner"));

    // That was approved; its path.
    std::string subscribe()
    {
        const auto wanted = asking(initech, partner, make_application(initech, "checkout"));
        const auto made = ask(initech, verb::post, "/v1/requests", boost::json::serialize(wanted));
        const auto approved =
            ask(globex, verb::post, "/v1/requests/" + made.at("/request/id") + ":approve");
        EXPECT_EQ(approved.status, 200U) << approved.text;
        return "/v1/subscriptions/" + approved.at("/subscription/id");
    }

    // As the data plane says it.
    void report_ready(const std::string& path)
    {
        const auto id =
            catalog::id_from<catalog::Noun::subscription>(path.substr(path.rfind('/') + 1));
        static_cast<void>(as_system<catalog::Subscription>(
            [id = id.value()](catalog::Draft& draft, const catalog::Act& act) {
                return catalog::report_conditions(draft,
                                                  act,
                                                  id,
                                                  {{catalog::ConditionType::ready,
                                                    true,
                                                    "",
                                                    "",
                                                    "",
                                                    catalog::HoldBy::system,
                                                    draft.now()}});
            }));
    }

    // What the caller has at that place of its chain.
    boost::json::value entry_at(const std::string& key, std::int64_t seq)
    {
        const auto audit = ask(key, verb::get, "/v1/audit?page_size=500");
        for (const auto& each : audit.body.at("items").as_array()) {
            if (each.at("seq").as_int64() == seq) return each;
        }
        return nullptr;
    }
};

TEST_F(SubscriptionsTest, LetTheirKeysFindNoMoreThanTheirProduct)
{
    const auto other = publish_product(globex, "prices", cluster);
    const auto path = subscribe();
    const auto seen = ask(initech, verb::get, path);
    const boost::json::object wanted{{"principal", seen.at("/application")},
                                     {"scopes", boost::json::array{"catalog:read"}},
                                     {"subscription", seen.at("/id")}};
    const auto made = ask(initech, verb::post, "/v1/credentials", boost::json::serialize(wanted));
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto key = made.at("/secret");
    index();

    EXPECT_EQ(ask(key, verb::get, "/v1/discover").status, 403U);
    EXPECT_EQ(ask(key, verb::get, "/v1/discover/" + other).status, 404U);
    const auto own = ask(key, verb::get, "/v1/discover/" + seen.at("/product"));
    EXPECT_EQ(own.status, 200U) << own.text;
    EXPECT_EQ(own.at("/access"), "live");
}

// Over HTTP from the product to the receipt; only what the exchange sees of a cluster is not.
TEST_F(SubscriptionsTest, ComeOfAnApprovalAndEndWithAReceipt)
{
    const auto umbrella = organise("umbrella");
    const auto path = subscribe();
    const auto consumers = ask(initech, verb::get, path);
    const auto providers = ask(globex, verb::get, path);
    EXPECT_EQ(consumers.at("/state"), "provisioning");
    EXPECT_EQ(consumers.at("/side"), "consumer");
    EXPECT_EQ(providers.at("/side"), "provider");
    EXPECT_EQ(consumers.at("/ports/0/alias"), "orders");
    EXPECT_FALSE(consumers.text.contains(cluster)) << consumers.text;
    EXPECT_FALSE(consumers.text.contains("sales.orders.v2"));
    EXPECT_EQ(providers.at("/ports/0/topic"), "sales.orders.v2");
    EXPECT_FALSE(providers.body.as_object().contains("target"));
    for (const auto& [key, seen] : {std::pair{globex, providers}, {initech, consumers}}) {
        const auto listed = ask(key, verb::get, "/v1/subscriptions");
        EXPECT_EQ(listed.body.at("items").at(0), seen.body);
    }
    EXPECT_EQ(ask(umbrella, verb::get, path).status, 404U);
    EXPECT_EQ(ask(umbrella, verb::get, "/v1/subscriptions").text, R"({"items":[]})");
    EXPECT_EQ(ask(globex, verb::get, path + "/receipt").status, 404U) << "it lives";

    const auto revoked = ask(globex, verb::post, path + ":revoke", R"({"reason": "misuse"})");
    EXPECT_EQ(revoked.at("/state"), "terminating") << revoked.text;
    EXPECT_EQ(revoked.at("/receipt/reason"), "revoked");
    EXPECT_FALSE(revoked.body.at("receipt").as_object().contains("audit_seq"));
    EXPECT_EQ(ask(globex, verb::post, path + ":revoke").status, 200U) << "it took effect";
    for (const auto& key : {globex, initech}) {
        const auto receipt = ask(key, verb::get, path + "/receipt");
        ASSERT_EQ(receipt.status, 200U) << receipt.text;
        EXPECT_EQ(receipt.at("/reason"), "revoked");
        EXPECT_EQ(receipt.at("/by"), organisation["globex"]);
        EXPECT_EQ(receipt.at("/subscription"), consumers.at("/id"));
        const auto entry = entry_at(key, receipt.body.at("audit_seq").as_int64());
        ASSERT_TRUE(entry.is_object()) << receipt.text;
        EXPECT_EQ(entry.at("common").at("verb").as_string(), "revoke");
        EXPECT_EQ(entry.at("common").at("reason").as_string(), "misuse");
        EXPECT_EQ(receipt.at("/digest"), "sha256:" + std::string{entry.at("hash").as_string()});
    }
    EXPECT_EQ(ask(umbrella, verb::get, path + "/receipt").status, 404U);
}

TEST_F(SubscriptionsTest, AreHeldByEachSideForItself)
{
    const auto path = subscribe();
    const auto state_after = [&](const std::string& key, const std::string& verb_said) {
        const auto changed =
            ask(key, verb::post, path + ":" + verb_said, R"({"reason": "because"})");
        EXPECT_EQ(changed.status, 200U) << changed.text;
        return changed.at("/state");
    };
    report_ready(path);
    EXPECT_EQ(ask(initech, verb::get, path).at("/state"), "active");

    EXPECT_EQ(state_after(initech, "pause"), "paused");
    EXPECT_EQ(state_after(globex, "suspend"), "suspended");
    const auto seen = ask(initech, verb::get, path);
    EXPECT_EQ(seen.at("/holds/0/by"), "consumer");
    EXPECT_EQ(seen.at("/holds/1/by"), "provider");
    EXPECT_EQ(seen.at("/holds/1/reason"), "because");
    EXPECT_EQ(state_after(initech, "resume"), "suspended") << "the other side's stays";
    EXPECT_EQ(state_after(operator_key, "suspend"), "suspended");
    EXPECT_EQ(state_after(globex, "reinstate"), "suspended") << "the operator's stays";
    EXPECT_EQ(state_after(operator_key, "reinstate"), "active");

    EXPECT_EQ(ask(globex, verb::post, path + ":pause").status, 403U);
    EXPECT_EQ(ask(globex, verb::post, path + ":cancel").status, 403U);
    EXPECT_EQ(ask(initech, verb::post, path + ":suspend").status, 403U);
    EXPECT_EQ(ask(invite(initech, "auditor"), verb::post, path + ":pause").status, 403U);
}

TEST_F(SubscriptionsTest, ShowTheOperatorNothingButThatTheyAreThere)
{
    const auto path = subscribe();
    EXPECT_EQ(ask(operator_key, verb::get, path).status, 404U);
    const auto stopped = ask(operator_key, verb::post, path + ":suspend");
    EXPECT_EQ(stopped.status, 200U);
    EXPECT_EQ(stopped.body.as_object().size(), 4U) << stopped.text;
}

TEST_F(SubscriptionsTest, AreRenewedByARequest)
{
    const auto path = subscribe();
    const auto id = path.substr(path.rfind('/') + 1);
    const auto before = ask(initech, verb::get, path);
    EXPECT_EQ(ask(globex, verb::post, path + ":renew", R"({"duration_d": 30})").status, 403U);
    const auto asked = ask(initech, verb::post, path + ":renew", R"({"duration_d": 30})");
    ASSERT_EQ(asked.status, 201U) << asked.text;
    const auto request = "/v1/requests/" + asked.at("/request/id");
    EXPECT_EQ(asked.response[boost::beast::http::field::location], request);
    EXPECT_EQ(asked.at("/request/renews"), id);
    EXPECT_EQ(ask(initech, verb::get, path).text, before.text) << "nothing is decided";
    const auto again = ask(initech, verb::post, path + ":renew", R"({"duration_d": 30})");
    EXPECT_EQ(again.at("/type"), "/problems/request-open") << again.text;

    const auto approved = ask(globex, verb::post, request + ":approve");
    ASSERT_EQ(approved.status, 200U) << approved.text;
    EXPECT_EQ(approved.at("/subscription/id"), id);
    const auto after = ask(initech, verb::get, path);
    EXPECT_GT(after.at("/ends_at"), before.at("/ends_at"));
    const auto agreement = ask(initech, verb::get, "/v1/agreements/" + after.at("/agreement"));
    EXPECT_EQ(agreement.at("/supersedes"), before.at("/agreement"));
    const auto old = ask(globex, verb::get, "/v1/agreements/" + before.at("/agreement"));
    EXPECT_EQ(old.at("/state"), "superseded");
}

TEST_F(SubscriptionsTest, ComeUnderNewTerms)
{
    const auto path = subscribe();
    const boost::json::object terms{
        {"title", "New"}, {"text", "Be nicer."}, {"accept_by", "2099-01-01T00:00:00.000Z"}};
    const auto added =
        ask(globex, verb::post, "/v1/offers/" + partner + "/terms", boost::json::serialize(terms));
    ASSERT_EQ(added.status, 201U) << added.text;
    const boost::json::object accepted{{"version", 2}, {"sha256", added.at("/sha256")}};
    const auto text = boost::json::serialize(accepted);
    const auto renewed = ask(initech, verb::post, path + ":renew", R"({"duration_d": 30})");
    EXPECT_EQ(renewed.at("/type"), "/problems/terms-outdated") << renewed.text;
    EXPECT_EQ(ask(globex, verb::post, path + ":accept-terms", text).status, 403U);
    const auto old =
        ask(initech, verb::post, path + ":accept-terms", R"({"version": 1, "sha256": "00"})");
    EXPECT_EQ(old.at("/type"), "/problems/terms-outdated") << old.text;

    const auto done = ask(initech, verb::post, path + ":accept-terms", text);
    ASSERT_EQ(done.status, 200U) << done.text;
    const auto agreement = "/v1/agreements/" + done.at("/agreement");
    EXPECT_EQ(ask(globex, verb::get, agreement + "/terms").at("/text"), "Be nicer.");
}

TEST_F(SubscriptionsTest, NeverComeBack)
{
    const auto path = subscribe();
    EXPECT_EQ(ask(initech, verb::post, path + ":cancel").at("/receipt/reason"), "cancelled");
    for (const auto& [key, name] : {std::pair{initech, "pause"},
                                    {initech, "resume"},
                                    {globex, "suspend"},
                                    {globex, "reinstate"}}) {
        const auto refused = ask(key, verb::post, path + ":" + name);
        EXPECT_EQ(refused.status, 409U) << name;
        EXPECT_EQ(refused.at("/type"), "/problems/illegal-transition");
        EXPECT_TRUE(refused.body.as_object().contains("allowed")) << refused.text;
    }
    const auto agreement = ask(initech, verb::get, path).at("/agreement");
    EXPECT_EQ(ask(globex, verb::get, "/v1/agreements/" + agreement).at("/state"), "terminated");
}

TEST_F(SubscriptionsTest, EndWithTheirVersion)
{
    const auto path = subscribe();
    const auto product = ask(globex, verb::get, path).at("/product");
    const auto version = "/v1/products/" + product + "/versions/1.0.0";
    ask(globex, verb::post, version + ":deprecate", R"({"sunset_at": "2099-01-01T00:00:00.000Z"})");
    const auto id = path.substr(path.rfind('/') + 1);
    const auto tried = ask(globex, verb::post, version + ":retire?dry_run=true");
    EXPECT_EQ(tried.at("/subscriptions/0"), id) << tried.text;
    EXPECT_EQ(ask(globex, verb::get, path).at("/state"), "provisioning");
    EXPECT_EQ(ask(globex, verb::post, version + ":retire").at("/subscriptions/0"), id);
    EXPECT_EQ(ask(initech, verb::get, path + "/receipt").at("/reason"), "product_retired");
}

}  // namespace
}  // namespace strait::api
