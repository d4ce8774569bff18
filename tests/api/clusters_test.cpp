#include "tests/api/publishing_door.hpp"
#include "tests/support/scripted_probe.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

struct ClustersTest : testing::PublishingDoor {
    testing::ScriptedProbe probe;
    std::string globex = organise("globex");
    std::string id;

    ClustersTest()
    {
        services.clusters = &probe;
        const auto made = ask(globex,
                              verb::post,
                              "/v1/clusters",
                              R"({"name": "oslo", "bootstrap": ["oslo.globex.example:9093"]})");
        EXPECT_EQ(made.status, 201U) << made.text;
        id = made.at("/id");
    }

    Answer say(const std::string& key, const std::string& verb)
    {
        return ask(key, verb::post, "/v1/clusters/" + id + ":" + verb, "", any);
    }
};

TEST_F(ClustersTest, AreVerifiedByWhatTheyShow)
{
    EXPECT_EQ(ask(globex, verb::get, "/v1/clusters/" + id).at("/state"), "registered");

    const auto verified = say(globex, "verify");

    EXPECT_EQ(verified.status, 200U) << verified.text;
    EXPECT_EQ(verified.at("/state"), "verified");
    EXPECT_EQ(verified.at("/observed/cluster_id"), "cluster-id");
    EXPECT_EQ(say(globex, "verify").status, 200U) << "as often as anybody likes";
}

TEST_F(ClustersTest, AreNotVerifiedWhileNobodyAnswers)
{
    probe.failure = Error{Errc::timed_out, "oslo.globex.example:9093: Connection refused"};
    const auto refused = say(globex, "verify");
    EXPECT_EQ(refused.status, 422U);
    EXPECT_EQ(refused.at("/type"), "/problems/cluster-unreachable");
    EXPECT_TRUE(refused.at("/detail").contains("no broker answered"));
    EXPECT_EQ(ask(globex, verb::get, "/v1/clusters/" + id).at("/state"), "registered");
    EXPECT_EQ(ask(globex, verb::get, "/v1/clusters/" + id + "/topics").status, 422U);
}

TEST_F(ClustersTest, KeepTheirSecretsToThemselves)
{
    const auto made = ask(globex,
                          verb::post,
                          "/v1/clusters",
                          R"({"name": "bergen", "bootstrap": ["bergen.globex.example:9093"],)"
                          R"( "security": {"protocol": "sasl_tls", "sasl": {"mechanism":)"
                          R"( "scram_sha_512", "username": "strait", "password": "canary-1"}}})");
    ASSERT_EQ(made.status, 201U) << made.text;
    EXPECT_EQ(made.at("/security/sasl/username"), "strait");
    EXPECT_FALSE(made.text.contains("canary-1"));
    const auto path = "/v1/clusters/" + made.at("/id");
    EXPECT_FALSE(ask(globex, verb::get, path).text.contains("canary-1"));

    const auto moved =
        ask(globex, verb::patch, path, R"({"bootstrap": ["mallory.example:9093"]})", any);
    EXPECT_EQ(moved.status, 400U) << "they do not follow by themselves: " << moved.text;
    EXPECT_EQ(moved.at("/errors/0/pointer"), "/security");
    const auto changed = ask(globex,
                             verb::patch,
                             path,
                             R"({"security": {"protocol": "sasl_tls", "sasl": {"mechanism":)"
                             R"( "plain", "username": "strait", "password": "canary-2"}}})",
                             any);
    EXPECT_EQ(changed.status, 200U) << changed.text;
    EXPECT_EQ(changed.at("/security/sasl/mechanism"), "plain");
    EXPECT_FALSE(ask(globex, verb::get, "/v1/audit").text.contains("canary-"));
}

TEST_F(ClustersTest, AreNowhereThatOnlyTheExchangeReaches)
{
    for (const auto* const address : {"127.0.0.1:9092", "169.254.169.254:80", "[::1]:9092"}) {
        const boost::json::object body{{"name", "inside"},
                                       {"bootstrap", boost::json::array{address}}};
        const auto refused = ask(globex, verb::post, "/v1/clusters", boost::json::serialize(body));
        EXPECT_EQ(refused.status, 422U) << address;
        EXPECT_EQ(refused.at("/type"), "/problems/address-refused");
    }
    services.cluster_guard = {{Network::parse("127.0.0.0/8").value()}};
    EXPECT_EQ(ask(globex,
                  verb::post,
                  "/v1/clusters",
                  R"({"name": "inside", "bootstrap": ["127.0.0.1:9092"]})")
                  .status,
              201U);
}

TEST_F(ClustersTest, NameNoFileOfTheExchange)
{
    for (const auto* const security :
         {R"({"protocol": "tls", "tls": {"ca_file": "/etc/passwd"}})",
          R"({"protocol": "sasl_tls", "sasl": {"username": "u", "password_env": "HOME"}})"}) {
        const auto refused = ask(globex,
                                 verb::post,
                                 "/v1/clusters",
                                 R"({"name": "x", "bootstrap": ["x.example:1"], "security": )" +
                                     std::string{security} + "}");
        EXPECT_EQ(refused.status, 400U) << refused.text;
        EXPECT_TRUE(refused.text.contains("/security/")) << refused.text;
    }
}

TEST_F(ClustersTest, ListTheirTopics)
{
    probe.topics = {{"orders", {"id-1", 3, 1'000}}, {"prices", {"id-2", 1, -1}}};
    const auto all = ask(globex, verb::get, "/v1/clusters/" + id + "/topics");
    EXPECT_EQ(all.at("/items/0/name"), "orders");
    EXPECT_EQ(all.at("/items/1/topic_id"), "id-2");
    const auto some = ask(globex, verb::get, "/v1/clusters/" + id + "/topics?prefix=p");
    EXPECT_EQ(some.at("/items/0/name"), "prices");
    EXPECT_EQ(some.body.at("items").as_array().size(), 1U);
}

TEST_F(ClustersTest, ShowOtherMembersNoMoreThanTheirNames)
{
    const auto developer = invite(globex, "developer");
    const auto seen = ask(developer, verb::get, "/v1/clusters/" + id);
    EXPECT_EQ(seen.at("/name"), "oslo");
    EXPECT_FALSE(seen.text.contains("9093"));
    EXPECT_FALSE(ask(developer, verb::get, "/v1/clusters").text.contains("9093"));
    EXPECT_EQ(say(developer, "verify").status, 403U);
    EXPECT_EQ(say(developer, "disable").status, 403U);
}

TEST_F(ClustersTest, AreAskedByNobodyElse)
{
    const auto initech = organise("initech");
    EXPECT_EQ(say(initech, "verify").status, 404U);
    EXPECT_EQ(ask(initech, verb::get, "/v1/clusters/" + id + "/topics").status, 404U);
    EXPECT_TRUE(probe.asked.empty());
}

TEST_F(ClustersTest, AreDisabledAndRemoved)
{
    EXPECT_EQ(say(globex, "disable").at("/state"), "disabled");
    EXPECT_EQ(say(globex, "enable").at("/state"), "registered");
    const auto barred = say(operator_key, "disable");
    EXPECT_EQ(barred.status, 200U) << barred.text;
    EXPECT_FALSE(barred.text.contains("9093")) << "an operator sees no more than that it is there";
    EXPECT_EQ(say(globex, "enable").status, 403U);
    EXPECT_EQ(say(operator_key, "enable").status, 200U);

    const auto gone = ask(globex, verb::delete_, "/v1/clusters/" + id, "", any);
    EXPECT_EQ(gone.at("/state"), "deleted") << gone.text;
}

}  // namespace
}  // namespace strait::api
