#include "kafka/cluster_security.hpp"

#include "kafka/client_settings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace strait::kafka {
namespace {

namespace json = boost::json;

json::object parsed(const std::string& text) { return json::parse(text).as_object(); }

// What is wrong with it, a line each; "" if nothing is.
std::string problems_of(const std::string& security)
{
    const auto split = split_security(parsed(security));
    return split ? "" : split.error().text();
}

constexpr auto mutual = R"({
    "protocol": "sasl_tls",
    "tls": {"ca": "-----BEGIN CERTIFICATE-----\nca\n",
            "cert": "-----BEGIN CERTIFICATE-----\ncert\n",
            "key": "-----BEGIN PRIVATE KEY-----\nkey words\n",
            "key_password": "key password"},
    "sasl": {"mechanism": "plain", "username": "strait", "password": "pass word"}})";

TEST(ClusterSecurity, IsSplitAndPutTogetherAgain)
{
    const auto split = split_security(parsed(mutual));
    ASSERT_TRUE(split) << split.error().text();
    EXPECT_EQ(split->secrets,
              (ClusterSecrets{{"sasl.password", Secret{"pass word"}},
                              {"tls.key", Secret{"-----BEGIN PRIVATE KEY-----\nkey words\n"}},
                              {"tls.key_password", Secret{"key password"}}}));
    const auto open = json::serialize(split->open);
    for (const auto* const secret : {"pass word", "key words", "key password"}) {
        EXPECT_FALSE(open.contains(secret)) << open;
    }
    EXPECT_TRUE(open.contains("CERTIFICATE")) << open;

    const auto whole = with_security({}, *split);
    ASSERT_TRUE(whole) << whole.error().detail();
    const auto settings = client_settings(*whole);
    EXPECT_EQ(settings.at("security.protocol"), "sasl_ssl");
    EXPECT_EQ(settings.at("sasl.password"), "pass word");
    EXPECT_EQ(settings.at("ssl.ca.pem"), "-----BEGIN CERTIFICATE-----\nca");
    EXPECT_EQ(settings.at("ssl.certificate.pem"), "-----BEGIN CERTIFICATE-----\ncert");
    EXPECT_EQ(settings.at("ssl.key.pem"), "-----BEGIN PRIVATE KEY-----\nkey words");
    EXPECT_EQ(settings.at("ssl.key.password"), "key password");
    EXPECT_FALSE(settings.contains("ssl.ca.location"));
}

TEST(ClusterSecurity, SaysNothingForAClusterWithoutAny)
{
    const auto split = split_security({});
    ASSERT_TRUE(split);
    EXPECT_TRUE(split->secrets.empty());
    const auto whole = with_security({}, *split);
    ASSERT_TRUE(whole);
    EXPECT_EQ(*whole, ClusterConfig{});
}

TEST(ClusterSecurity, NamesNothingOfTheMachine)
{
    EXPECT_EQ(problems_of(R"({"protocol": "tls", "tls": {"ca_file": "/etc/passwd"}})"),
              "body: unknown_key: /security/tls/ca_file: known here: ca, cert, key, key_password, "
              "verify_hostname\n");
    const std::string scram = R"({"protocol": "sasl_tls", "sasl": {"username": "u", )";
    for (const std::string member : {"password_file", "password_env"}) {
        const auto problems = problems_of(scram + '"' + member + R"(": "HOME"}})");
        EXPECT_TRUE(problems.contains("unknown_key: /security/sasl/" + member)) << problems;
        EXPECT_TRUE(problems.contains("secret_missing: /security/sasl/password")) << problems;
    }
    const auto oauth = problems_of(
        R"({"protocol": "sasl_tls", "sasl": {"mechanism": "oauthbearer"},
            "oauth": {"token_url": "http://169.254.169.254/"}})");
    EXPECT_TRUE(oauth.contains("out_of_range: /security/sasl/mechanism")) << oauth;
    EXPECT_TRUE(oauth.contains("unknown_key: /security/oauth")) << oauth;
}

TEST(ClusterSecurity, IsCheckedAsThatOfTheFileIs)
{
    EXPECT_TRUE(problems_of(R"({"protocol": "tls", "tls": {"ca": "/etc/passwd"}})")
                    .contains("wrong_type: /security/tls/ca"));
    EXPECT_TRUE(problems_of(R"({"protocol": "tls", "tls": {"cert": "-----BEGIN C"}})")
                    .contains("cert_without_key: /security/tls/cert"));
    EXPECT_TRUE(problems_of(R"({"protocol": "tls", "tls": {"verify_hostname": false}})")
                    .contains("out_of_range: /security/tls/verify_hostname"));
    EXPECT_TRUE(problems_of(R"({"sasl": {"username": "u", "password": "p"}})")
                    .contains("out_of_range: /security/protocol"));
    EXPECT_TRUE(
        problems_of(R"({"password": "pass word"})").contains("secret_inline: /security/password"));
    const auto large = split_security({{"protocol", std::string(security_bytes_max, 'x')}});
    ASSERT_FALSE(large);
    EXPECT_TRUE(large.error().text().contains("too_large: /security")) << large.error().text();
}

TEST(ClusterSecurity, WithoutItsSecretsIsRefusedWithoutThem)
{
    auto split = split_security(parsed(mutual));
    ASSERT_TRUE(split);
    split->secrets.erase("sasl.password");
    const auto whole = with_security({}, *split);
    ASSERT_FALSE(whole);
    EXPECT_EQ(whole.error().code(), Errc::invalid_argument);
    EXPECT_EQ(whole.error().detail(), "/security/sasl/password: secret_missing");
}

}  // namespace
}  // namespace strait::kafka
