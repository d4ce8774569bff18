#include "kafka/client_settings.hpp"

#include <gtest/gtest.h>

namespace strait::kafka {
namespace {

ClusterConfig oslo()
{
    ClusterConfig cluster;
    cluster.bootstrap = {"kafka-1.oslo.example:9093", "kafka-2.oslo.example:9093"};
    return cluster;
}

TEST(ClientSettings, HoldWhatEveryClientNeeds)
{
    const ClientSettings expected{
        {"allow.auto.create.topics", "false"},
        {"bootstrap.servers", "kafka-1.oslo.example:9093,kafka-2.oslo.example:9093"},
        {"client.id", "strait"},
        {"security.protocol", "plaintext"},
        {"socket.keepalive.enable", "true"},
        {"socket.timeout.ms", "10000"},
        {"topic.metadata.refresh.interval.ms", "30000"},
    };

    EXPECT_EQ(client_settings(oslo()), expected);
}

TEST(ClientSettings, AreTriedOneByOne)
{
    EXPECT_FALSE(why_refused("fetch.min.bytes", "1"));
    EXPECT_EQ(why_refused("fetch.min.bytes", "0"),
              "Configuration property \"fetch.min.bytes\" value 0 is outside allowed range "
              "1..100000000");
    EXPECT_TRUE(why_refused("fetch.min.bytes", "banana"));
    EXPECT_TRUE(why_refused("socket.nagle.disable", "perhaps"));
    EXPECT_TRUE(why_refused("request.timeout.ms", "soon")) << "of a topic";
    EXPECT_TRUE(why_refused("no.such.setting", "1"));
}

TEST(ClientSettings, NameTheRackIfThereIsOne)
{
    auto cluster = oslo();
    cluster.rack = "a";

    EXPECT_EQ(client_settings(cluster).at("client.rack"), "a");
}

TEST(ClientSettings, TakeTheTrustStoreOfTheSystemUnlessToldOtherwise)
{
    auto cluster = oslo();
    cluster.protocol = Protocol::tls;
    const auto settings = client_settings(cluster);

    EXPECT_EQ(settings.at("security.protocol"), "ssl");
    EXPECT_EQ(settings.at("ssl.endpoint.identification.algorithm"), "https");
    EXPECT_FALSE(settings.contains("ssl.ca.location"));
    EXPECT_FALSE(settings.contains("ssl.key.location"));
}

TEST(ClientSettings, ShowACertificateForMutualTls)
{
    auto cluster = oslo();
    cluster.protocol = Protocol::tls;
    cluster.tls = {.ca_file = "/ca.pem",
                   .cert_file = "/strait.pem",
                   .key_file = "/strait.key",
                   .key_password = Secret{"key word"},
                   .verify_hostname = false};
    const auto settings = client_settings(cluster);

    EXPECT_EQ(settings.at("ssl.ca.location"), "/ca.pem");
    EXPECT_EQ(settings.at("ssl.certificate.location"), "/strait.pem");
    EXPECT_EQ(settings.at("ssl.key.location"), "/strait.key");
    EXPECT_EQ(settings.at("ssl.key.password"), "key word");
    EXPECT_EQ(settings.at("ssl.endpoint.identification.algorithm"), "none");
}

TEST(ClientSettings, LogInWithAPassword)
{
    struct Case {
        Mechanism mechanism;
        std::string name;
    };
    for (const auto& [mechanism, name] : {Case{Mechanism::plain, "PLAIN"},
                                          Case{Mechanism::scram_sha_256, "SCRAM-SHA-256"},
                                          Case{Mechanism::scram_sha_512, "SCRAM-SHA-512"}}) {
        auto cluster = oslo();
        cluster.protocol = Protocol::sasl_tls;
        cluster.sasl = {
            .mechanism = mechanism, .username = "strait", .password = Secret{"pass word"}};
        const auto settings = client_settings(cluster);

        EXPECT_EQ(settings.at("security.protocol"), "sasl_ssl");
        EXPECT_EQ(settings.at("sasl.mechanism"), name);
        EXPECT_EQ(settings.at("sasl.username"), "strait");
        EXPECT_EQ(settings.at("sasl.password"), "pass word");
        EXPECT_EQ(settings.at("ssl.endpoint.identification.algorithm"), "https");
    }
}

TEST(ClientSettings, FetchATokenForOauthbearer)
{
    auto cluster = oslo();
    cluster.protocol = Protocol::sasl_plaintext;
    cluster.sasl.mechanism = Mechanism::oauthbearer;
    cluster.oauth = {.token_url = "https://login.example/token",
                     .client_id = "strait",
                     .client_secret = Secret{"secret word"},
                     .scope = ""};
    const auto settings = client_settings(cluster);

    EXPECT_EQ(settings.at("security.protocol"), "sasl_plaintext");
    EXPECT_EQ(settings.at("sasl.mechanism"), "OAUTHBEARER");
    EXPECT_EQ(settings.at("sasl.oauthbearer.method"), "oidc");
    EXPECT_EQ(settings.at("sasl.oauthbearer.token.endpoint.url"), "https://login.example/token");
    EXPECT_EQ(settings.at("sasl.oauthbearer.client.id"), "strait");
    EXPECT_EQ(settings.at("sasl.oauthbearer.client.secret"), "secret word");
    EXPECT_FALSE(settings.contains("sasl.oauthbearer.scope"));
    EXPECT_FALSE(settings.contains("sasl.password"));
}

TEST(PrincipalOf, NamesWhoIsToBeGrantedARight)
{
    auto cluster = oslo();
    EXPECT_EQ(principal_of(cluster), "user ANONYMOUS");

    cluster.protocol = Protocol::tls;
    EXPECT_EQ(principal_of(cluster), "user ANONYMOUS");
    cluster.tls.cert_file = "/strait.pem";
    EXPECT_EQ(principal_of(cluster), "the user of certificate /strait.pem");

    cluster.protocol = Protocol::sasl_tls;
    cluster.sasl.username = "strait";
    cluster.oauth.client_id = "strait-client";
    EXPECT_EQ(principal_of(cluster), "user strait");
    cluster.sasl.mechanism = Mechanism::oauthbearer;
    EXPECT_EQ(principal_of(cluster), "user strait-client");
}

}  // namespace
}  // namespace strait::kafka
