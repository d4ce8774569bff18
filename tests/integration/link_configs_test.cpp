#include "tests/integration/secured_link.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <string>
#include <vector>

namespace strait::testing {
namespace {

// A link between a topic and its copy, whose configs it looks at in quick succession.
struct LinkConfigsTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    KafkaAdmin at_source{source};
    KafkaAdmin at_target{SharedClusters::target().admin_properties()};
    TopicName orders = unique_topic("configs");
    TopicName copy{"copy." + orders.value()};
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys("interval: 1s")};

    [[nodiscard]] std::string keys(const std::string& sync) const
    {
        return topic_keys(orders.value(),
                          "rename: {prefix: copy.}",
                          fmt::format("    config_sync: {{{}}}\n", sync));
    }

    void start()
    {
        NewRecord record;
        record.at = {orders, Partition{0}};
        record.value = "v";
        write_all(source, {record});
        link.start();
        link.wait_until_copied(orders);
    }

    [[nodiscard]] std::string log() { return link.strait().log(); }

    void expect(const std::string& name, const std::string& value)
    {
        EXPECT_TRUE(wait_for([&] { return at_target.config(copy, name).value == value; }))
            << name << " is " << at_target.config(copy, name).value << ", not " << value << "\n"
            << log();
    }
};

TEST_F(LinkConfigsTest, FollowsTheSourceAndItsResets)
{
    at_source.create_topic(orders, 1, {{"retention.ms", "1000000000"}});
    start();
    expect("retention.ms", "1000000000");
    expect("compression.type", "producer");

    at_source.alter_configs(orders,
                            {{"retention.ms", "2000000000"},
                             {"retention.bytes", "9000000"},
                             {"compression.type", "zstd"},
                             {"cleanup.policy", "compact,delete"},
                             {"delete.retention.ms", "90000000"},
                             {"segment.bytes", "50000000"}});
    expect("retention.ms", "2000000000");
    expect("retention.bytes", "9000000");
    expect("compression.type", "zstd");
    expect("cleanup.policy", "compact,delete");
    expect("delete.retention.ms", "90000000");
    EXPECT_FALSE(at_target.config(copy, "segment.bytes").own);

    at_source.reset_config(orders, "retention.ms");
    at_source.reset_config(orders, "cleanup.policy");
    expect("retention.ms", at_source.config(orders, "retention.ms").value);
    expect("cleanup.policy", "delete");
    EXPECT_FALSE(at_target.config(copy, "retention.ms").own);
    EXPECT_FALSE(at_target.config(copy, "cleanup.policy").own);

    EXPECT_TRUE(log().contains("config changed topic=" + copy.value() +
                               " config=retention.ms before=\"1000000000\" now=\"2000000000\""))
        << log();
}

TEST_F(LinkConfigsTest, RaisesTheLimitOfRecordsAndNeverLowersIt)
{
    at_source.create_topic(orders);
    start();
    at_source.alter_configs(orders, {{"max.message.bytes", "3000000"}});
    expect("max.message.bytes", "3000000");

    at_source.alter_configs(orders,
                            {{"max.message.bytes", "2000000"}, {"retention.ms", "77777777"}});
    expect("retention.ms", "77777777");
    EXPECT_EQ(at_target.config(copy, "max.message.bytes").value, "3000000");

    at_target.alter_configs(copy, {{"max.message.bytes", "1000000"}});
    expect("max.message.bytes", "2000000");
}

TEST_F(LinkConfigsTest, PutsBackWhatAMirrorNeedsEvenIfNothingIsSynced)
{
    link.configure(keys("enabled: false, interval: 1s"));
    at_source.create_topic(orders, 1, {{"message.timestamp.type", "LogAppendTime"}});
    start();
    EXPECT_EQ(at_target.config(copy, "message.timestamp.type").value, "CreateTime");

    at_source.alter_configs(orders, {{"retention.ms", "77777777"}});
    at_target.alter_configs(copy,
                            {{"message.timestamp.type", "LogAppendTime"},
                             {"message.timestamp.after.max.ms", "3600000"}});

    expect("message.timestamp.type", "CreateTime");
    expect("message.timestamp.after.max.ms", "9223372036854775807");
    EXPECT_NE(at_target.config(copy, "retention.ms").value, "77777777");
}

TEST_F(LinkConfigsTest, TakesOverOtherKeysWhileItRuns)
{
    at_source.create_topic(orders, 1, {{"retention.ms", "77777777"}, {"preallocate", "true"}});
    link.configure(keys("interval: 10m, never: [retention.ms]"));
    start();
    EXPECT_FALSE(at_target.config(copy, "retention.ms").own);
    EXPECT_FALSE(at_target.config(copy, "preallocate").own);

    link.configure(keys("interval: 10m, also: [preallocate]"));
    const auto applied = link.strait().run({"apply"});

    EXPECT_TRUE(applied.output.contains("adapted")) << applied.output;
    expect("preallocate", "true");
    expect("retention.ms", "77777777");
}

// A value that the target must have is refused: the topic waits, and goes on when it has it.
TEST_F(SecuredLinkTest, HaltsATopicWhoseLimitItMayNotRaise)
{
    const std::string user = "lacks-14";
    const Right lacking{alter_configs, AclResource::topic, "copy." + topic};
    const auto as = secured->admin_properties();
    grant_all("reader", user);
    grant(user, {describe_configs, AclResource::topic, "copy." + topic});
    auto link = link_of(topic, "source", "target", topic);
    link.replace(link.find("shards: 1"), 9, "shards: 1, config_sync: {interval: 1s}");
    start(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
              cluster("target", secured->tls_bootstrap(), over_tls(user, secured->ca_file())),
          link);
    expect_copied();

    KafkaAdmin{as}.alter_configs(TopicName{topic}, {{"retention.ms", "77777777"}});
    EXPECT_TRUE(comes_to("retention.ms=77777777")) << status(topic);
    EXPECT_TRUE(status(topic).contains("ALTER_CONFIGS")) << status(topic);
    EXPECT_FALSE(status(topic).contains("halted")) << "it would be as well, and is not needed";

    KafkaAdmin{as}.alter_configs(TopicName{topic}, {{"max.message.bytes", "2000000"}});
    EXPECT_TRUE(comes_to("configs_not_kept: ")) << status(topic);
    EXPECT_TRUE(status(topic).contains("halted")) << status(topic);
    EXPECT_TRUE(status(topic).contains("ALTER_CONFIGS")) << status(topic);
    produce(topic, as);

    grant(user, lacking);

    EXPECT_TRUE(is_copied(as, topic, 2 * records_made)) << status(topic) << strait.log();
    // A broker answers a change before it shows it.
    EXPECT_TRUE(wait_for([&] {
        const TopicName copy{"copy." + topic};
        return KafkaAdmin{as}.config(copy, "max.message.bytes").value == "2000000";
    })) << strait.log();
    expect_no_flood(80);
}

}  // namespace
}  // namespace strait::testing
