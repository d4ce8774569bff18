#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

struct OffersTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string product = publish_product(globex, "orders", make_cluster("globex", "oslo"));

    Answer make(const boost::json::object& wanted)
    {
        return ask(globex, verb::post, "/v1/offers", boost::json::serialize(wanted));
    }
};

TEST_F(OffersTest, AreSeenWithoutWhatIsTheirOwners)
{
    auto wanted = offer(product, "partner");
    wanted["policy"] = {{"organisations", {organisation["initech"], organisation["globex"]}}};
    const auto made = make(wanted);
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto path = "/v1/offers/" + made.at("/id");
    EXPECT_EQ(made.response["Location"], path);
    EXPECT_EQ(ask(initech, verb::get, path).status, 404U) << "it is staging";
    EXPECT_EQ(ask(initech, verb::get, path + "/terms/1").status, 404U);
    ASSERT_EQ(ask(globex, verb::post, path + ":publish").status, 200U);

    const auto owners = ask(globex, verb::get, path);
    auto expected = owners.body.as_object();
    expected.erase("created_by");
    expected.erase("labels");
    expected["policy"].as_object().erase("organisations");
    const auto seen = ask(initech, verb::get, path);
    EXPECT_EQ(seen.body, expected) << seen.text;
    EXPECT_EQ(seen.at("/plan/kinds/0"), "http_pull");
    EXPECT_EQ(seen.at("/terms/0/title"), "Terms");
    EXPECT_EQ(ask(initech, verb::get, "/v1/offers").text, R"({"items":[]})");
    EXPECT_EQ(ask(organise("umbrella"), verb::get, path).status, 404U) << "it is not invited";
    EXPECT_EQ(ask(initech, verb::post, path + ":close").status, 404U);

    ASSERT_EQ(ask(globex, verb::post, path + ":close").status, 200U);
    EXPECT_EQ(ask(initech, verb::get, path).at("/state"), "closed");
    const auto illegal = ask(globex, verb::post, path + ":publish");
    EXPECT_EQ(illegal.status, 409U);
    EXPECT_TRUE(illegal.body.at("allowed").as_array().empty());
    ASSERT_EQ(ask(globex, verb::post, "/v1/products/" + product + ":unlist").status, 200U);
    EXPECT_EQ(ask(initech, verb::get, path).status, 404U) << "the product is hidden";
}

TEST_F(OffersTest, ChangeWhileNobodySeesThem)
{
    const auto made = make(offer(product, "partner"));
    const auto path = "/v1/offers/" + made.at("/id");
    const auto changed =
        ask(globex, verb::patch, path, R"({"plan": {"quota": {"bytes_s": 1000}}})", any);
    ASSERT_EQ(changed.status, 200U) << changed.text;
    auto expected = made.body.as_object();
    expected["plan"].as_object()["quota"].as_object()["bytes_s"] = 1000;
    expected["revision"] = changed.body.at("revision");
    expected["updated_at"] = changed.body.at("updated_at");
    EXPECT_EQ(changed.body, expected);
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"versions": null})", any).at("/errors/0/pointer"),
              "/versions");
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"terms": {}})", any).status, 400U);
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"plan": {"kinds": []}})", any).status, 400U);

    ASSERT_EQ(ask(globex, verb::post, path + ":publish").status, 200U);
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"versions": "^2.0.0"})", any).at("/type"),
              "/problems/version-immutable");
    auto without = offer(product, "other");
    without.erase("versions");
    EXPECT_EQ(make(without).at("/errors/0/pointer"), "/versions");
}

TEST_F(OffersTest, HaveTermsInVersions)
{
    const auto path = "/v1/offers/" + make_offer(globex, offer(product, "partner")) + "/terms";
    EXPECT_EQ(ask(globex, verb::post, path, R"({"title": "T", "text": "Soon."})").status, 400U);
    const auto added =
        ask(globex,
            verb::post,
            path,
            R"({"title": "More", "text": "Be nicer.", "accept_by": "2099-01-01T00:00:00.000Z"})");
    ASSERT_EQ(added.status, 201U) << added.text;
    EXPECT_EQ(added.response["Location"], path + "/2");
    EXPECT_FALSE(added.at("/sha256").empty());

    EXPECT_EQ(ask(initech, verb::get, path + "/1").at("/text"), "Be nice.");
    const auto current = ask(initech, verb::get, path + "/2");
    EXPECT_EQ(current.at("/text"), "Be nicer.");
    EXPECT_EQ(current.at("/sha256"), added.at("/sha256"));
    for (const auto* const absent : {"/0", "/3", "/01", "/x"}) {
        EXPECT_EQ(ask(initech, verb::get, path + absent).status, 404U) << absent;
    }
    EXPECT_EQ(ask(initech, verb::post, path, R"({"title": "T", "text": "x"})").status, 404U);
}

}  // namespace
}  // namespace strait::api
