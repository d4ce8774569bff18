#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

using AgreementsTest = testing::PublishingDoor;

TEST_F(AgreementsTest, AreTheSameForBothSides)
{
    const auto globex = organise("globex");
    const auto initech = organise("initech");
    const auto product = publish_product(globex, "orders", make_cluster("globex", "oslo"));
    auto wanted = offer(product, "partner");
    wanted["plan"].as_object()["approval"] = "auto";
    const auto partner = make_offer(globex, wanted);
    const auto asked = asking(initech, partner, make_application(initech, "checkout"));
    const auto made = ask(initech, verb::post, "/v1/requests", boost::json::serialize(asked));
    const auto path = "/v1/agreements/" + made.at("/subscription/agreement");

    const auto consumers = ask(initech, verb::get, path);
    const auto providers = ask(globex, verb::get, path);
    EXPECT_EQ(consumers.at("/side"), "consumer") << consumers.text;
    EXPECT_EQ(providers.at("/side"), "provider");
    EXPECT_FALSE(consumers.at("/digest").empty());
    EXPECT_EQ(consumers.at("/digest"), providers.at("/digest"));
    EXPECT_EQ(consumers.at("/plan/kinds/0"), "http_pull");
    EXPECT_EQ(ask(initech, verb::get, "/v1/agreements").at("/items/0/id"), consumers.at("/id"));

    // What was accepted stays, whatever the offer says now.
    const auto newer =
        ask(globex,
            verb::post,
            "/v1/offers/" + partner + "/terms",
            R"({"title": "More", "text": "Be nicer.", "accept_by": "2099-01-01T00:00:00.000Z"})");
    ASSERT_EQ(newer.status, 201U) << newer.text;
    for (const auto& key : {globex, initech}) {
        const auto terms = ask(key, verb::get, path + "/terms");
        EXPECT_EQ(terms.at("/text"), "Be nice.") << terms.text;
        EXPECT_EQ(terms.at("/sha256"), consumers.at("/terms/sha256"));
    }
    const auto umbrella = organise("umbrella");
    EXPECT_EQ(ask(umbrella, verb::get, path).status, 404U);
    EXPECT_EQ(ask(umbrella, verb::get, path + "/terms").status, 404U);
}

TEST_F(AgreementsTest, MayHaveNoTerms)
{
    const auto globex = organise("globex");
    auto wanted =
        offer(publish_product(globex, "orders", make_cluster("globex", "oslo")), "internal");
    wanted.erase("terms");
    wanted["plan"].as_object()["approval"] = "auto";
    const boost::json::object asked{{"offer", make_offer(globex, wanted)},
                                    {"application", make_application(globex, "checkout")},
                                    {"kind", "http_pull"},
                                    {"duration_d", 30}};
    const auto made = ask(globex, verb::post, "/v1/requests", boost::json::serialize(asked));
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto path = "/v1/agreements/" + made.at("/subscription/agreement");
    EXPECT_EQ(ask(globex, verb::get, path).at("/side"), "both") << "it shares with itself";
    EXPECT_EQ(ask(globex, verb::get, path + "/terms").status, 404U);
}

}  // namespace
}  // namespace strait::api
