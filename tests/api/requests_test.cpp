#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

// globex publishes orders, initech asks for them.
struct RequestsTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string product = publish_product(globex, "orders", make_cluster("globex", "oslo"));
    std::string partner = make_offer(globex, offer(product, "partner"));
    std::string checkout = make_application(initech, "checkout");

    Answer request(const boost::json::object& wanted)
    {
        return ask(initech, verb::post, "/v1/requests", boost::json::serialize(wanted));
    }
};

TEST_F(RequestsTest, AreSeenByBothSides)
{
    auto wanted = asking(initech, partner, checkout);
    wanted["purpose"] = {{"code", "shop"}, {"text", "To show stock."}};
    const auto made = request(wanted);
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto path = "/v1/requests/" + made.at("/request/id");
    EXPECT_EQ(made.response["Location"], path);
    EXPECT_FALSE(made.body.as_object().contains("subscription"));
    EXPECT_EQ(made.at("/request/side"), "consumer");

    const auto mine = ask(initech, verb::get, path);
    EXPECT_EQ(mine.body, made.body.at("request"));
    EXPECT_EQ(mine.response["ETag"], made.response["ETag"]);
    const auto theirs = ask(globex, verb::get, path);
    EXPECT_EQ(theirs.at("/side"), "provider");
    EXPECT_EQ(theirs.at("/purpose/text"), "To show stock.");
    EXPECT_TRUE(theirs.at("/terms/accepted_by").empty());
    EXPECT_TRUE(mine.at("/terms/accepted_by").starts_with("usr_")) << mine.text;
    EXPECT_EQ(ask(globex, verb::get, "/v1/requests").at("/items/0/id"), mine.at("/id"));
    EXPECT_EQ(ask(operator_key, verb::get, path).status, 404U);

    const auto again = request(wanted);
    EXPECT_EQ(again.at("/type"), "/problems/request-open") << again.text;
}

TEST_F(RequestsTest, AreMadeOnTermsThatWereRead)
{
    auto wanted = asking(initech, partner, checkout);
    wanted["terms"].as_object()["version"] = 7;
    const auto outdated = request(wanted);
    EXPECT_EQ(outdated.at("/type"), "/problems/terms-outdated");
    EXPECT_EQ(outdated.at("/current/0"), "1") << outdated.text;
    wanted.erase("terms");
    EXPECT_EQ(request(wanted).at("/type"), "/problems/terms-required");
    wanted["duration_d"] = 91;
    wanted["kind"] = "webhook";
    const auto wrong = request(wanted);
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_EQ(wrong.at("/errors/0/pointer"), "/kind");
    EXPECT_EQ(wrong.at("/errors/1/pointer"), "/duration_d");
}

TEST_F(RequestsTest, AreDecidedByTheOtherSide)
{
    const auto made = request(asking(initech, partner, checkout));
    const auto path = "/v1/requests/" + made.at("/request/id");
    EXPECT_EQ(ask(initech, verb::post, path + ":approve").status, 403U);
    EXPECT_EQ(ask(globex, verb::post, path + ":withdraw").status, 403U);
    EXPECT_EQ(ask(invite(globex, "developer"), verb::post, path + ":approve").status, 403U);

    const auto returned =
        ask(globex, verb::post, path + ":request-changes", R"({"reason": "why so long?"})");
    EXPECT_EQ(returned.at("/request/state"), "changes_requested") << returned.text;
    const auto told = ask(initech, verb::get, path);
    EXPECT_EQ(told.at("/decisions/0/reason"), "why so long?");
    EXPECT_TRUE(told.at("/decisions/0/by").empty()) << "who it was is the provider's";
    const auto illegal = ask(globex, verb::post, path + ":approve");
    EXPECT_EQ(illegal.status, 409U);
    EXPECT_EQ(boost::json::serialize(illegal.body.at("allowed")),
              R"(["resubmit","reject","withdraw","expire"])");

    EXPECT_EQ(ask(initech, verb::post, path + ":resubmit").at("/request/state"), "submitted");
    const auto late = ask(globex, verb::post, path + ":reject", {}, {{"If-Match", "\"1\""}});
    EXPECT_EQ(late.status, 412U);
    EXPECT_EQ(ask(globex, verb::post, path + ":reject").at("/request/state"), "rejected");
    EXPECT_EQ(ask(initech, verb::post, path + ":withdraw").status, 409U);
}

TEST_F(RequestsTest, AreChangedWhenTheyAreSentBack)
{
    const auto made = request(asking(initech, partner, checkout));
    const auto path = "/v1/requests/" + made.at("/request/id");
    const auto change = [&](const std::string& key, const std::string& patch) {
        return ask(key, verb::patch, path, patch, any);
    };
    const std::string shorter = R"({"duration_d": 7, "purpose": {"text": "A week will do."}})";
    EXPECT_EQ(change(initech, shorter).status, 409U);
    ask(globex, verb::post, path + ":request-changes", R"({"reason": "why so long?"})");
    EXPECT_EQ(change(globex, shorter).status, 403U);
    EXPECT_EQ(ask(initech, verb::patch, path, shorter).status, 428U);
    EXPECT_EQ(change(initech, R"({"offer": "x"})").status, 400U) << "that is another request";
    EXPECT_EQ(change(initech, R"({"terms": {"version": 9}})").at("/type"),
              "/problems/terms-outdated");

    const auto changed = change(initech, shorter);
    ASSERT_EQ(changed.status, 200U) << changed.text;
    EXPECT_EQ(changed.at("/purpose/text"), "A week will do.");
    EXPECT_EQ(changed.at("/state"), "changes_requested");
    ask(initech, verb::post, path + ":resubmit");
    const auto seen = ask(globex, verb::get, path);
    EXPECT_EQ(seen.body.at("duration_d"), 7) << seen.text;
    EXPECT_EQ(ask(globex, verb::post, path + ":approve").status, 200U);
}

TEST_F(RequestsTest, AreGrantedNoMoreThanTheyAsked)
{
    const auto made = request(asking(initech, partner, checkout));
    const auto path = "/v1/requests/" + made.at("/request/id");
    const auto wider =
        ask(globex,
            verb::post,
            path + ":approve",
            R"({"ends_at": "2099-01-01T00:00:00.000Z", "quota": {"records_s": 101}})");
    EXPECT_EQ(wider.status, 400U);
    EXPECT_EQ(wider.at("/errors/0/pointer"), "/ends_at");
    EXPECT_EQ(wider.at("/errors/1/pointer"), "/quota");

    const std::string narrower = R"({"reason": "fine", "quota": {"records_s": 50}})";
    const auto tried = ask(globex, verb::post, path + ":approve?dry_run=true", narrower);
    EXPECT_EQ(tried.at("/subscription/state"), "provisioning") << tried.text;
    EXPECT_EQ(ask(globex, verb::get, path).at("/state"), "submitted");
    const auto approved = ask(globex, verb::post, path + ":approve", narrower);
    EXPECT_EQ(approved.at("/request/state"), "approved");
    EXPECT_EQ(approved.at("/subscription/state"), "provisioning");
    EXPECT_EQ(approved.at("/subscription/side"), "provider");
    EXPECT_EQ(approved.at("/request/subscription"), approved.at("/subscription/id"));
    const auto again = ask(globex, verb::post, path + ":approve");
    EXPECT_EQ(again.status, 200U) << "what took effect succeeds again";
    EXPECT_EQ(again.at("/subscription/id"), approved.at("/subscription/id"));
}

TEST_F(RequestsTest, AreApprovedByAnOfferThatSaysSo)
{
    auto open = offer(product, "open");
    open["plan"].as_object()["approval"] = "auto";
    const auto made = request(asking(initech, make_offer(globex, open), checkout));
    ASSERT_EQ(made.status, 201U) << made.text;
    EXPECT_EQ(made.at("/request/state"), "approved");
    EXPECT_EQ(made.at("/subscription/state"), "provisioning");
    EXPECT_EQ(made.at("/subscription/side"), "consumer");
}

TEST_F(RequestsTest, SeeNothingOfAnOfferThatIsNotForThem)
{
    auto hidden = offer(product, "hidden");
    hidden["policy"] = {{"organisations", {organisation["globex"]}}};
    auto wanted = asking(initech, partner, checkout);
    wanted["offer"] = make_offer(globex, hidden);
    EXPECT_EQ(request(wanted).status, 404U);
}

}  // namespace
}  // namespace strait::api
