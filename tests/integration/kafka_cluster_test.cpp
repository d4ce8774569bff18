#include "tests/support/kafka_cluster.hpp"

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

NewRecord record(const TopicName& topic, std::string value)
{
    return {.at = {topic, Partition{0}}, .key = "key", .value = std::move(value), .headers = {}};
}

std::vector<std::string> values_of(const std::vector<SeenRecord>& records)
{
    std::vector<std::string> values;
    values.reserve(records.size());
    for (const auto& each : records) values.push_back(each.value.value_or("null"));
    return values;
}

using Values = std::vector<std::string>;

TEST(SharedClustersTest, StartOnceForAllTests)
{
    auto& source = SharedClusters::source();

    EXPECT_TRUE(source.running());
    EXPECT_EQ(&SharedClusters::source(), &source);
    EXPECT_NE(SharedClusters::target().bootstrap(), source.bootstrap());
}

TEST(KafkaClusterTest, IsolatesTransactions)
{
    const auto client = SharedClusters::source().admin_properties();
    const auto topic = unique_topic("orders");
    KafkaAdmin{client}.create_topic(topic);
    KafkaWriter writer{client, topic.value()};

    writer.begin();
    writer.send(record(topic, "committed"));
    EXPECT_EQ(writer.commit(), Outcome::ok);
    writer.begin();
    writer.send(record(topic, "aborted"));
    EXPECT_EQ(writer.abort(), Outcome::fail);
    writer.begin();
    writer.send(record(topic, "last"));
    EXPECT_EQ(writer.commit(), Outcome::ok);

    const auto committed = read_all(client, topic);
    EXPECT_EQ(values_of(committed), (Values{"committed", "last"}));
    EXPECT_EQ(committed.back().offset, Offset{4}) << "a marker follows each transaction";
    EXPECT_EQ(values_of(read_all(client, topic, Isolation::read_uncommitted)),
              (Values{"committed", "aborted", "last"}));
    EXPECT_EQ(writer.deliveries().at(1).outcome, Outcome::fail);
    EXPECT_EQ(writer.deliveries().at(2).offset, Offset{4});
}

TEST(KafkaClusterTest, KeepsEveryPartOfARecord)
{
    const auto client = SharedClusters::source().admin_properties();
    const auto topic = unique_topic("orders");
    KafkaAdmin{client}.create_topic(topic, 2);
    const NewRecord full{.at = {topic, Partition{1}},
                         .timestamp_ms = 1234,
                         .key = "",
                         .value = "value",
                         .headers = {{"h", "2"}, {"h", std::nullopt}, {"", ""}}};
    const NewRecord empty{.at = {topic, Partition{1}},
                          .timestamp_ms = 5678,
                          .key = std::nullopt,
                          .value = std::nullopt,
                          .headers = {}};

    write_all(client, {full, empty});

    const auto seen = read_all(client, topic);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen.front(), (SeenRecord{full, Offset{0}, TimestampType::create_time}));
    EXPECT_EQ(seen.back(), (SeenRecord{empty, Offset{1}, TimestampType::create_time}));
}

TEST(KafkaClusterTest, MovesTheLogStart)
{
    const auto client = SharedClusters::source().admin_properties();
    const auto topic = unique_topic("orders");
    KafkaAdmin admin{client};
    admin.create_topic(topic);
    write_all(client, {record(topic, "0"), record(topic, "1"), record(topic, "2")});

    admin.delete_records({topic, Partition{0}}, Offset{2});

    EXPECT_EQ(admin.log_range({topic, Partition{0}}), (LogRange{Offset{2}, Offset{3}}));
    EXPECT_EQ(values_of(read_all(client, topic)), Values{"2"});
}

TEST(KafkaClusterTest, GivesARecreatedTopicANewId)
{
    KafkaAdmin admin{SharedClusters::source().admin_properties()};
    const auto topic = unique_topic("orders");
    admin.create_topic(topic);
    const auto first = admin.find_topic_id(topic);

    admin.delete_topic(topic);
    EXPECT_EQ(admin.find_topic_id(topic), std::nullopt);
    admin.create_topic(topic, 3);
    admin.add_partitions(topic, 4);

    EXPECT_NE(admin.find_topic_id(topic), first);
    EXPECT_EQ(admin.partition_count(topic), 4);
}

TEST(KafkaClusterTest, KeepsItsRecordsOverAKillAndAFreeze)
{
    KafkaCluster cluster;
    const auto client = cluster.admin_properties();
    const TopicName topic{"orders"};
    KafkaAdmin{client}.create_topic(topic);
    write_all(client, {record(topic, "before")});

    cluster.kill();
    EXPECT_FALSE(cluster.running());
    cluster.restart();
    write_all(client, {record(topic, "after")});
    cluster.freeze();
    KafkaWriter writer{client};
    writer.send(record(topic, "thawed"));
    writer.flush(std::chrono::milliseconds{300});
    EXPECT_EQ(writer.deliveries().front().outcome, Outcome::unknown);
    cluster.thaw();
    writer.flush();

    EXPECT_EQ(writer.deliveries().front().outcome, Outcome::ok);
    EXPECT_EQ(values_of(read_all(client, topic)), (Values{"before", "after", "thawed"}));
}

TEST(KafkaClusterTest, OfThreeBrokersSurvivesTheLossOfOne)
{
    KafkaCluster cluster{{.brokers = 3, .users = {}, .properties = {}, .java_options = {}}};
    const auto client = cluster.admin_properties();
    const TopicName topic{"orders"};
    KafkaAdmin{client}.create_topic(topic, 3);

    cluster.kill(2);
    std::vector<NewRecord> records;
    for (int i = 0; i < 3; ++i) {
        records.push_back(record(topic, std::to_string(i)));
        records.back().at.partition = Partition{i};
    }
    write_all(client, records);

    EXPECT_EQ(values_of(read_all(client, topic)), (Values{"0", "1", "2"}));
}

TEST(KafkaClusterTest, LetsInOnlyWhoItKnows)
{
    KafkaCluster cluster{{.secure = true,
                          .tls = true,
                          .users = {{"alice", "pw"}},
                          .properties = {},
                          .java_options = {}}};
    const TopicName topic{"orders"};
    KafkaAdmin{cluster.admin_properties()}.create_topic(topic);
    auto alice = cluster.user_properties("alice", "pw");
    alice["bootstrap.servers"] = cluster.tls_bootstrap();
    alice["security.protocol"] = "SASL_SSL";
    alice["ssl.ca.location"] = cluster.ca_file();

    EXPECT_THROW(write_all(alice, {record(topic, "no right")}), std::runtime_error);
    for (const auto operation : {AclOperation::write, AclOperation::read}) {
        KafkaAdmin{cluster.admin_properties()}.allow(
            {.user = "alice", .operation = operation, .name = topic.value()});
    }
    write_all(alice, {record(topic, "right")});
    EXPECT_EQ(values_of(read_all(alice, topic)), Values{"right"});

    auto mallory = cluster.user_properties("alice", "wrong");
    mallory["message.timeout.ms"] = "1500";
    EXPECT_THROW(write_all(mallory, {record(topic, "wrong password")}), std::runtime_error);
}

}  // namespace
}  // namespace strait::testing
