#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::testing {
namespace {

// acme's product, which globex subscribes to.
struct AsyncapiTest : PublishingDoor {
    std::string acme = organise("acme-2");
    std::string globex = organise("globex");
    std::string product = publish_product(acme, "orders", make_cluster("acme-2", "oslo"));
};

TEST_F(AsyncapiTest, DescribesAProductToWhoeverMaySeeIt)
{
    const auto target = "/v1/discover/" + product + "/asyncapi";
    const auto shown = ask(globex, verb::get, target);

    ASSERT_EQ(shown.status, 200U) << shown.text;
    EXPECT_EQ(shown.at("/asyncapi"), "3.1.0");
    EXPECT_EQ(shown.at("/info/title"), "acme-2/orders");
    EXPECT_EQ(shown.at("/info/version"), "1.0.0");
    EXPECT_EQ(shown.at("/channels/orders/address"), "orders");
    EXPECT_FALSE(shown.text.contains("sales.orders.v2")) << "the provider's own name of it";
    EXPECT_FALSE(shown.text.contains("oslo")) << "the provider's cluster";

    EXPECT_EQ(ask(globex, verb::get, target + "?version=1.0.0").text, shown.text);
    EXPECT_EQ(ask(globex, verb::get, target + "?version=1.0.1").status, 404U);
    EXPECT_EQ(ask(globex, verb::get, target + "?version=one").status, 400U);

    ask(acme, verb::patch, "/v1/products/" + product, R"({"audience": {"kind": "private"}})", any);
    EXPECT_EQ(ask(globex, verb::get, target).status, 404U);
    EXPECT_EQ(ask(acme, verb::get, target).status, 200U) << "its own";
}

TEST_F(AsyncapiTest, DescribesASubscriptionToItsConsumerAlone)
{
    const auto made = make_offer(acme, offer(product, "partner"));
    const auto application = make_application(globex, "checkout");
    auto wanted = asking(globex, made, application);
    const auto requested = ask(globex, verb::post, "/v1/requests", boost::json::serialize(wanted));
    const auto approved =
        ask(acme, verb::post, "/v1/requests/" + requested.at("/request/id") + ":approve");
    const auto id = approved.at("/subscription/id");
    ASSERT_FALSE(id.empty()) << approved.text;

    const auto target = "/v1/subscriptions/" + id + "/asyncapi";
    const auto shown = ask(globex, verb::get, target);
    ASSERT_EQ(shown.status, 200U) << shown.text;
    EXPECT_EQ(shown.at("/info/title"), "acme-2/orders for globex/checkout");
    EXPECT_EQ(shown.at("/x-strait/subscription"), id);
    EXPECT_FALSE(shown.text.contains("sales.orders.v2"));

    const auto provider = ask(acme, verb::get, target);
    EXPECT_EQ(provider.status, 403U) << provider.text;
}

}  // namespace
}  // namespace strait::testing
