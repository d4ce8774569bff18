#include "tests/support/free_port.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/token_endpoint.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using enum AclOperation;

constexpr auto records = 20;

// One secured cluster is source and target of every link here, under a user for each side.
std::unique_ptr<KafkaCluster> secured;

std::string jaas(const std::string& module, const std::string& more)
{
    return fmt::format("org.apache.kafka.common.security.{}LoginModule required {};", module, more);
}

KafkaClusterOptions secured_options()
{
    const std::string listener = "listener.name.client.";
    KafkaClusterOptions options{
        .secure = true, .tls = true, .users = {}, .properties = {}, .java_options = {}};
    options.users = {{"reader", "right"}, {"writer", "right"}};
    for (int i = 0; i < 16; ++i) options.users.emplace(fmt::format("lacks-{}", i), "right");
    options.properties = {
        {listener + "sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN,OAUTHBEARER"},
        {listener + "plain.sasl.jaas.config",
         jaas("plain.Plain", R"(user_reader="right" user_writer="right")")},
        {listener + "oauthbearer.sasl.jaas.config",
         jaas("oauthbearer.OAuthBearer", R"(unsecuredLoginStringClaim_sub="admin")")}};
    return options;
}

struct Right {
    AclOperation operation;
    AclResource resource;
    std::string name;  // or its prefix, of transactional ids
};

std::vector<Right> rights_at_source(const std::string& topic)
{
    return {{read, AclResource::topic, topic},
            {describe_configs, AclResource::topic, topic},
            {read, AclResource::topic, "_strait.links"}};
}

std::vector<Right> rights_at_target(const std::string& topic, const std::string& link)
{
    std::vector<Right> rights;
    for (const auto operation : {write, AclOperation::read, describe_configs, create}) {
        rights.push_back({operation, AclResource::topic, "_strait.links"});
    }
    for (const auto operation : {write, describe, create}) {
        rights.push_back({operation, AclResource::topic, topic});
    }
    rights.push_back({write, AclResource::transactional_id, "strait." + link + "."});
    return rights;
}

void grant(const std::string& user, const Right& right)
{
    const bool prefixed = right.resource == AclResource::transactional_id;
    KafkaAdmin{secured->admin_properties()}.allow(
        {user, right.operation, right.resource, right.name, prefixed});
}

std::string cluster(const std::string& name, const std::string& bootstrap, const std::string& how)
{
    return fmt::format("  {}: {{bootstrap: [\"{}\"], client: {{admin_timeout: 5s}}, "
                       "security: {{{}}}}}\n",
                       name,
                       bootstrap,
                       how);
}

std::string link_of(const std::string& name,
                    const std::string& source,
                    const std::string& target,
                    const std::string& topic)
{
    return fmt::format("  - {{name: {}, source: {}, target: {}, shards: 1, "
                       "limits: {{memory: 64MiB}}, timeouts: {{id_check: 500ms}}, "
                       "topics: {{include: [{}], rename: {{prefix: copy.}}, "
                       "discovery_interval: 1s}}}}\n",
                       name,
                       source,
                       target,
                       topic);
}

struct SecuredLinkTest : ::testing::Test {
    TempFolder folder{"secrets"};
    std::string topic = next_topic();
    StraitProcess strait{""};

    static void SetUpTestSuite() { secured = std::make_unique<KafkaCluster>(secured_options()); }
    static void TearDownTestSuite() { secured.reset(); }

    static std::string next_topic()
    {
        static int number = 0;
        return fmt::format("orders-{}", ++number);
    }

    SecuredLinkTest() { write_file(folder.path() / "password", "right\n"); }

    void SetUp() override
    {
        fs::permissions(folder.path() / "password", fs::perms::owner_read);
        produce(topic, secured->admin_properties());
    }

    static void produce(const std::string& to, const ClientProperties& as)
    {
        KafkaAdmin admin{as};
        if (!admin.find_topic_id(TopicName{to})) admin.create_topic(TopicName{to});
        std::vector<NewRecord> some(records);
        for (auto& record : some) {
            record.at = {TopicName{to}, Partition{0}};
            record.value = "v";
        }
        write_all(as, some);
    }

    void grant_all(const std::string& reader, const std::string& writer) const
    {
        for (const auto& right : rights_at_source(topic)) grant(reader, right);
        for (const auto& right : rights_at_target("copy." + topic, topic)) grant(writer, right);
    }

    [[nodiscard]] std::string sasl(const std::string& mechanism, const std::string& user) const
    {
        return fmt::format("sasl: {{mechanism: {}, username: {}, password_file: {}}}",
                           mechanism,
                           user,
                           (folder.path() / "password").string());
    }

    [[nodiscard]] std::string over_tls(const std::string& user, const fs::path& ca) const
    {
        return fmt::format("protocol: sasl_tls, tls: {{ca_file: {}}}, {}",
                           ca.string(),
                           sasl("scram_sha_512", user));
    }

    void start(const std::string& clusters, const std::string& links)
    {
        strait.write_configuration("ops: {listen: \"\"}\nclusters:\n" + clusters + "links:\n" +
                                   links);
        strait.start();
    }

    void start_link(const std::string& source, const std::string& target)
    {
        start(source + target, link_of(topic, "source", "target", topic));
    }

    [[nodiscard]] std::string status(const std::string& link) const
    {
        return strait.run({"link", "status", link, "--partitions"}).output;
    }

    // True when the status of the link contains `text`.
    [[nodiscard]] bool comes_to(const std::string& text) const
    {
        return wait_for([&] { return status(topic).contains(text); }, 90s);
    }

    [[nodiscard]] static bool is_copied(const ClientProperties& as,
                                        const std::string& name,
                                        std::size_t count = records)
    {
        const TopicName copy{"copy." + name};
        const auto arrived = [&] {
            return KafkaAdmin{as}.find_topic_id(copy) && read_all(as, copy).size() == count;
        };
        return wait_for(arrived, 90s);
    }

    void expect_copied() const
    {
        EXPECT_TRUE(is_copied(secured->admin_properties(), topic)) << status(topic) << strait.log();
    }

    void expect_no_flood(std::size_t lines_max) const
    {
        const auto log = strait.log();
        EXPECT_LE(static_cast<std::size_t>(std::ranges::count(log, '\n')), lines_max) << log;
        EXPECT_FALSE(log.contains("=right")) << "a secret is in the log";
    }
};

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

TEST_F(SecuredLinkTest, NamesATopicThatItMayNotWriteAndCopiesTheOther)
{
    const auto other = next_topic();
    const Right lacking{write, AclResource::topic, "copy." + other};
    produce(other, secured->admin_properties());
    grant_all("reader", "lacks-15");
    for (const auto& right : rights_at_source(other)) grant("reader", right);
    for (const auto& right : rights_at_target(lacking.name, topic)) {
        if (right.name != lacking.name || right.operation != write) grant("lacks-15", right);
    }
    start(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
              cluster("target", secured->tls_bootstrap(), over_tls("lacks-15", secured->ca_file())),
          link_of(topic, "source", "target", topic + ", " + other));

    EXPECT_TRUE(comes_to("may not write to " + lacking.name)) << status(topic);
    expect_copied();

    grant("lacks-15", lacking);

    EXPECT_TRUE(is_copied(secured->admin_properties(), other)) << status(topic);
    expect_no_flood(60);
}

TEST_F(SecuredLinkTest, TakesARevokedRightForNoDeletion)
{
    grant_all("reader", "writer");
    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())),
               cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file())));
    expect_copied();
    const auto as = secured->admin_properties();
    const AclRule right{"reader", read, AclResource::topic, topic, false};

    KafkaAdmin{as}.revoke(right);
    EXPECT_TRUE(comes_to("reader may not DESCRIBE it at the source")) << status(topic);
    produce(topic, as);
    KafkaAdmin{as}.allow(right);

    EXPECT_TRUE(is_copied(as, topic, 2 * records)) << status(topic) << strait.log();
    EXPECT_EQ(strait.run({"link", "gaps", topic}).output, "no gaps\n");
}

TEST_F(SecuredLinkTest, NamesEachMissingRightAndGoesOnWhenItIsGranted)
{
    // One link for each right, which its user lacks; all in one process.
    struct Lack {
        std::string user;
        std::string topic;
        Right right;
    };
    grant_all("reader", "writer");  // `_strait.links` is made by the first link that runs
    std::vector<Lack> lacks;
    const auto rights = rights_at_source("").size() + rights_at_target("", "").size();
    auto clusters =
        cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
        cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file()));
    auto links = link_of(topic, "source", "target", topic);
    for (std::size_t i = 0; i < rights; ++i) {
        const auto user = fmt::format("lacks-{}", i);
        const auto name = next_topic();
        produce(name, secured->admin_properties());
        auto at_source = rights_at_source(name);
        auto at_target = rights_at_target("copy." + name, name);
        const bool source = i < at_source.size();
        auto& all = source ? at_source : at_target;
        const auto lacking = source ? i : i - at_source.size();
        const auto right = all[lacking];
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(lacking));
        // Reading implies describing, and a topic that one may not see is no topic.
        if (right.operation == read) all.push_back({describe, right.resource, right.name});
        if (right.resource == AclResource::transactional_id)
            all.push_back({describe, right.resource, right.name});
        for (const auto& granted : at_source) grant(source ? user : "reader", granted);
        for (const auto& granted : at_target) grant(source ? "writer" : user, granted);
        const auto own = over_tls(user, secured->ca_file());
        clusters += cluster(user, secured->tls_bootstrap(), own);
        links += link_of(name, source ? user : "source", source ? "target" : user, name);
        lacks.push_back({user, name, right});
    }
    start(clusters, links);
    expect_copied();

    for (const auto& [user, name, right] : lacks) {
        SCOPED_TRACE(
            fmt::format("{} lacks {} on {}", user, static_cast<int>(right.operation), right.name));
        const bool there = right.name == "_strait.links" && right.operation == create;
        if (there || right.operation == describe) continue;  // that of writing includes it
        const bool told = wait_for(
            [&] {
                return status(name).contains("missing right") || status(name).contains("grant ");
            },
            60s);
        EXPECT_TRUE(told) << status(name);
    }
    expect_no_flood(40 * rights);

    for (const auto& [user, name, right] : lacks) grant(user, right);

    for (const auto& [user, name, right] : lacks) {
        SCOPED_TRACE(user);
        EXPECT_TRUE(is_copied(secured->admin_properties(), name)) << status(name);
    }
    expect_no_flood(60 * rights);
}

}  // namespace
}  // namespace strait::testing
