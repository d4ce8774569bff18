#include "tests/api/publishing_door.hpp"
#include "tests/support/scripted_probe.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

struct DeclarationsTest : testing::PublishingDoor {
    static constexpr auto cluster = R"({"kind": "Cluster", "metadata": {"name": "bergen"},
        "spec": {"bootstrap": ["bergen.globex.example:9093"],
                 "security": {"protocol": "sasl_tls",
                              "sasl": {"mechanism": "scram_sha_512", "username": "strait",
                                       "password": "canary-1"}}}})";
    static constexpr auto product = R"({"kind": "DataProduct",
        "metadata": {"organisation": "globex", "name": "orders"},
        "spec": {"title": "Orders", "summary": "Every order", "audience": {"kind": "public"},
                 "support": [{"purpose": "support", "address": "help@globex.example"}],
                 "versions": [{"version": "1.0.0", "state": "published",
                     "ports": [{"alias": "orders", "cluster": "oslo", "topic": "sales.orders",
                                "rights": ["consume"], "kinds": ["kafka_mirror"]}]}]}})";

    testing::ScriptedProbe probe;
    std::string globex = organise("globex");

    DeclarationsTest()
    {
        services.clusters = &probe;
        probe.topics = {{"sales.orders", {"AAAA", 3, 1'000}}};
        make_cluster("globex", "oslo");
    }

    Answer apply(const std::string& key,
                 const std::string& documents,
                 const std::string& query = "",
                 const Headers& headers = {})
    {
        return ask(
            key, verb::post, "/v1/apply" + query, R"({"documents": [)" + documents + "]}", headers);
    }

    std::string exported(const std::string& key)
    {
        const auto answer = ask(key, verb::get, "/v1/export");
        EXPECT_EQ(answer.status, 200U) << answer.text;
        return boost::json::serialize(answer.body.at("documents"));
    }
};

TEST_F(DeclarationsTest, PublishAtOnceWhatTheExchangeSees)
{
    const auto shown = apply(globex, product, "?dry_run=true");
    EXPECT_EQ(shown.status, 200U) << shown.text;
    EXPECT_EQ(shown.at("/changes/0/change"), "create");
    EXPECT_FALSE(exported(globex).contains("orders")) << "it only said what it would do";

    const auto applied = apply(globex, product);

    EXPECT_EQ(applied.status, 200U) << applied.text;
    EXPECT_EQ(ask(globex, verb::get, "/v1/products?name=orders").at("/items/0/state"), "published");
    const auto asked = probe.asked.size();
    EXPECT_EQ(apply(globex, product).at("/changes/0/change"), "same");
    EXPECT_EQ(probe.asked.size(), asked) << "it has been seen";
}

TEST_F(DeclarationsTest, AreRefusedWithAllThatIsWrong)
{
    probe.topics.clear();
    const auto refused = apply(globex, product);
    EXPECT_EQ(refused.status, 409U) << refused.text;
    EXPECT_EQ(refused.at("/type"), "/problems/not-publishable");
    EXPECT_EQ(refused.at("/errors/0/pointer"), "/documents/0/spec/versions/0");
    EXPECT_TRUE(refused.at("/errors/0/detail").contains("has not been seen")) << refused.text;
    probe.failure = Error{Errc::timed_out, "oslo.globex.example:9093: Connection refused"};
    EXPECT_EQ(apply(globex, product).text.contains("Connection"), false);

    const auto wrong = ask(globex, verb::post, "/v1/apply", R"({"documents": {}, "prunes": true})");
    EXPECT_EQ(wrong.at("/errors/0/pointer"), "/documents");
    EXPECT_EQ(wrong.at("/errors/1/pointer"), "/prunes");
    const std::string local = R"({"kind": "Cluster", "metadata": {"name": "here"},
                                  "spec": {"bootstrap": ["127.0.0.1:9092"]}})";
    const auto guarded = apply(globex, local);
    EXPECT_EQ(guarded.status, 400U);
    EXPECT_EQ(guarded.at("/errors/0/code"), "address_refused");
    EXPECT_EQ(guarded.at("/errors/0/pointer"), "/documents/0/spec/bootstrap");
}

TEST_F(DeclarationsTest, KeepSecretsToThemselves)
{
    ASSERT_EQ(apply(globex, cluster).status, 200U);
    const auto text = exported(globex);
    EXPECT_TRUE(text.contains("bergen"));
    EXPECT_FALSE(text.contains("canary-1"));
    EXPECT_EQ(apply(globex, cluster).at("/changes/0/change"), "same");
    const auto all = text.substr(1, text.size() - 2);
    const auto again = apply(globex, all);
    EXPECT_EQ(again.status, 200U) << again.text;
    EXPECT_EQ(exported(globex), text);
    EXPECT_FALSE(ask(globex, verb::get, "/v1/audit").text.contains("canary-1"));
}

TEST_F(DeclarationsTest, AreCarriedOutOnceUnderOneName)
{
    const Headers once{{"Idempotency-Key", "k-1"}};
    const auto first = apply(globex, product, "", once);
    const auto second = apply(globex, product, "", once);
    EXPECT_EQ(first.at("/changes/0/change"), "create");
    EXPECT_EQ(second.text, first.text);
    EXPECT_EQ(second.response["Idempotency-Replayed"], "true");
}

TEST_F(DeclarationsTest, AreOneEntryOfTheAuditWithItsReason)
{
    ASSERT_EQ(ask(globex,
                  verb::post,
                  "/v1/apply",
                  R"({"reason": "release 12", "documents": [)" + std::string{product} + "," +
                      cluster + "]}")
                  .status,
              200U);
    const auto audit = ask(globex, verb::get, "/v1/audit");
    const auto& entries = audit.body.at("items").as_array();
    const auto last = boost::json::serialize(entries.back());
    EXPECT_TRUE(last.contains("apply")) << last;
    EXPECT_TRUE(last.contains("release 12")) << last;
}

TEST_F(DeclarationsTest, AreForThoseWithTheRights)
{
    const auto developer = invite(globex, "developer");
    EXPECT_EQ(apply(developer, product).status, 403U);
    EXPECT_FALSE(exported(developer).contains("oslo.example")) << "addresses are for org_admins";
    const auto initech = organise("initech");
    EXPECT_FALSE(exported(initech).contains("globex"));
    EXPECT_EQ(apply(initech, product).status, 400U);
    EXPECT_EQ(ask("", verb::get, "/v1/export").status, 401U);
}

}  // namespace
}  // namespace strait::api
