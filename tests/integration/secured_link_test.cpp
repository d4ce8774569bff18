#include "tests/integration/secured_link.hpp"

namespace strait::testing {
namespace {

TEST_F(SecuredLinkTest, RunsOverScramAndTlsWithNoRightTooMany)
{
    grant_all("reader", "writer");

    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())),
               cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file())));

    expect_copied();
    EXPECT_EQ(strait.terminate(), 0);
}

TEST_F(SecuredLinkTest, RunsOverPlain)
{
    grant_all("reader", "writer");
    const auto how = [&](const std::string& user) {
        return "protocol: sasl_plaintext, " + sasl("plain", user);
    };

    start_link(cluster("source", secured->bootstrap(), how("reader")),
               cluster("target", secured->bootstrap(), how("writer")));

    expect_copied();
}

TEST_F(SecuredLinkTest, RunsWithTokensOfAnEndpoint)
{
    grant_all("reader", "writer");
    const TokenEndpoint reader{"reader"};
    const TokenEndpoint writer{"writer"};
    const auto how = [&](const TokenEndpoint& tokens) {
        return fmt::format("protocol: sasl_plaintext, sasl: {{mechanism: oauthbearer}}, oauth: "
                           "{{token_url: \"{}\", client_id: strait, client_secret_file: {}}}",
                           tokens.url(),
                           (folder.path() / "password").string());
    };

    start_link(cluster("source", secured->bootstrap(), how(reader)),
               cluster("target", secured->bootstrap(), how(writer)));

    expect_copied();
    EXPECT_GT(reader.requests(), 0);
    EXPECT_GT(writer.requests(), 0);
}

// Both are created with one request.
TEST_F(SecuredLinkTest, MirrorsATopicBesideOneThatItMayNotCreate)
{
    const auto other = next_topic();
    produce(other, secured->admin_properties());
    const auto user = "writer-of-" + topic;
    grant_all("reader", user);
    for (const auto& right : rights_at_source(other)) grant("reader", right);
    for (const auto& right : rights_at_target("copy." + other, topic)) {
        const bool lacking = right.operation == create && right.name == "copy." + other;
        if (!lacking) grant(user, right);
    }
    KafkaAdmin{secured->admin_properties()}.set_password(user, "right");

    start(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
              cluster("target", secured->tls_bootstrap(), over_tls(user, secured->ca_file())),
          link_of(topic, "source", "target", topic + ", " + other));

    expect_copied();
    EXPECT_TRUE(comes_to("CREATE")) << status(topic);
    EXPECT_FALSE(KafkaAdmin{secured->admin_properties()}.find_topic_id(TopicName{"copy." + other}));

    grant(user, {create, AclResource::topic, "copy." + other});

    EXPECT_TRUE(is_copied(secured->admin_properties(), other)) << status(topic);
}

TEST_F(SecuredLinkTest, WaitsForAUserAndItsPassword)
{
    const auto user = "late-" + topic;
    grant_all("reader", user);
    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())),
               cluster("target", secured->tls_bootstrap(), over_tls(user, secured->ca_file())));

    EXPECT_TRUE(comes_to("check security.sasl.username and security.sasl.password_file"))
        << status(topic);
    EXPECT_TRUE(status(topic).contains("target")) << status(topic);

    KafkaAdmin{secured->admin_properties()}.set_password(user, "right");

    expect_copied();
    expect_no_flood(60);
}

TEST_F(SecuredLinkTest, WaitsForTheRightCertificateAuthority)
{
    grant_all("reader", "writer");
    const KafkaCluster other{
        {.secure = false, .tls = true, .users = {}, .properties = {}, .java_options = {}}};
    const auto ca = folder.path() / "ca.pem";
    fs::copy_file(other.ca_file(), ca);
    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", ca)),
               cluster("target", secured->tls_bootstrap(), over_tls("writer", ca)));

    EXPECT_TRUE(comes_to("check security.tls.ca_file")) << status(topic);

    fs::copy_file(secured->ca_file(), ca, fs::copy_options::overwrite_existing);

    expect_copied();
    expect_no_flood(60);
}

TEST_F(SecuredLinkTest, RunsOverMutualTlsAndWaitsForABroker)
{
    KafkaCluster mutual{{.secure = false,
                         .tls = true,
                         .users = {},
                         .properties = {{"listener.name.tls.ssl.client.auth", "required"}},
                         .java_options = {}}};
    const auto admin = mutual.admin_properties();
    produce(topic, admin);
    const auto [cert, key] = mutual.issue_certificate("strait");
    fs::permissions(key, fs::perms::owner_read);
    const auto how = fmt::format("protocol: tls, tls: {{ca_file: {}, cert_file: {}, key_file: {}}}",
                                 mutual.ca_file().string(),
                                 cert.string(),
                                 key.string());
    mutual.kill();

    start_link(cluster("source", mutual.tls_bootstrap(), how),
               cluster("target", mutual.tls_bootstrap(), how));
    EXPECT_TRUE(comes_to("check bootstrap, and that the broker runs")) << status(topic);
    mutual.restart();

    EXPECT_TRUE(is_copied(admin, topic)) << status(topic) << strait.log();
    expect_no_flood(80);
}

}  // namespace
}  // namespace strait::testing
