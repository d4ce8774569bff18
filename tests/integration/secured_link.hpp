#pragma once

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

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using enum AclOperation;

inline constexpr auto records_made = 20;

// One secured cluster is source and target of every link here, under a user for each side.
inline std::unique_ptr<KafkaCluster> secured;

inline std::string jaas(const std::string& module, const std::string& more)
{
    return fmt::format("org.apache.kafka.common.security.{}LoginModule required {};", module, more);
}

inline KafkaClusterOptions secured_options()
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

inline std::vector<Right> rights_at_source(const std::string& topic)
{
    return {{read, AclResource::topic, topic},
            {describe_configs, AclResource::topic, topic},
            {read, AclResource::topic, "_strait.links"}};
}

inline std::vector<Right> rights_at_target(const std::string& topic, const std::string& link)
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

inline void grant(const std::string& user, const Right& right)
{
    const bool prefixed = right.resource == AclResource::transactional_id;
    KafkaAdmin{secured->admin_properties()}.allow(
        {user, right.operation, right.resource, right.name, prefixed});
}

inline std::string cluster(const std::string& name,
                           const std::string& bootstrap,
                           const std::string& how)
{
    return fmt::format("  {}: {{bootstrap: [\"{}\"], client: {{admin_timeout: 5s}}, "
                       "security: {{{}}}}}\n",
                       name,
                       bootstrap,
                       how);
}

inline std::string link_of(const std::string& name,
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
        std::vector<NewRecord> some(records_made);
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
                                        std::size_t count = records_made)
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

}  // namespace strait::testing
