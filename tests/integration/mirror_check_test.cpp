#include "tests/support/checker.hpp"
#include "tests/support/evidence.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/live_reader.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/workload.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

constexpr std::int32_t partitions = 3;
constexpr std::size_t record_count = 2000;

// Copies by hand what a link copies: in order, in transactions, here without any fault.
void copy(const std::vector<SeenRecord>& records, const TopicName& to, KafkaWriter& writer)
{
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i % 100 == 0) writer.begin();
        NewRecord record = records[i];
        record.at.topic = to;
        writer.send(record);
        if (i % 100 == 99 || i + 1 == records.size()) ASSERT_EQ(writer.commit(), Outcome::ok);
    }
}

struct MirrorCheckTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName topic = unique_topic("orders");
    std::vector<ProducedRecord> produced;

    MirrorCheckTest()
    {
        KafkaAdmin{source}.create_topic(topic, partitions, workload_topic_configs());
        KafkaAdmin{target}.create_topic(topic, partitions, workload_topic_configs());
        Workload workload{{.seed = 7, .topic = topic, .partitions = partitions}};
        KafkaWriter writer{source, topic.value()};
        produced = produce(workload, writer, record_count);
    }

    [[nodiscard]] Verdict verdict() const
    {
        Verdict verdict{"integration_test --gtest_filter=MirrorCheckTest.*"};
        for (const auto& evidence : gather_evidence({source, target, topic, topic}, produced)) {
            check_partition(evidence, {}, verdict);
        }
        return verdict;
    }
};

TEST_F(MirrorCheckTest, PassesACopyThatALiveReaderWatched)
{
    LiveReader reader{target, topic};
    const auto records = read_all(source, topic);
    KafkaWriter writer{target, topic.value()};

    copy(records, topic, writer);

    EXPECT_TRUE(reader.wait_for(records.size(), std::chrono::seconds{60}));
    EXPECT_EQ(reader.finish(read_all(target, topic)), std::vector<std::string>{});
    EXPECT_EQ(verdict().checked_records(), records.size());
    EXPECT_LT(records.size(), produced.size()) << "some transactions were aborted";
    EXPECT_TRUE(verdict().passed()) << verdict().text();
}

TEST_F(MirrorCheckTest, FindsARecordThatWasCopiedTwice)
{
    LiveReader reader{target, topic};
    auto records = read_all(source, topic);
    records.push_back(records.front());
    KafkaWriter writer{target, topic.value()};

    copy(records, topic, writer);

    EXPECT_TRUE(reader.wait_for(records.size(), std::chrono::seconds{60}));
    EXPECT_EQ(reader.finish(read_all(target, topic)).size(), 1U);
    EXPECT_EQ(verdict().violations(Invariant::no_duplicate), 1U);
}

TEST_F(MirrorCheckTest, FindsARecordThatWasShownAndIsGone)
{
    LiveReader reader{target, topic};
    const auto records = read_all(source, topic);
    KafkaWriter writer{target, topic.value()};
    copy(records, topic, writer);
    ASSERT_TRUE(reader.wait_for(records.size(), std::chrono::seconds{60}));

    auto final_pass = read_all(target, topic);
    final_pass.erase(final_pass.begin());

    EXPECT_EQ(reader.finish(final_pass).size(), 1U);
}

TEST(LoadTest, GoesOnOverAKilledBrokerWhileALiveReaderWatches)
{
    KafkaCluster cluster;
    const auto client = cluster.admin_properties();
    const TopicName topic{"orders"};
    KafkaAdmin{client}.create_topic(topic, partitions, workload_topic_configs());
    LiveReader reader{client, topic};
    Load load{client, {.seed = 3, .topic = topic, .partitions = partitions}, "load", 2000};

    ASSERT_TRUE(load.wait_for(500, std::chrono::seconds{60}));
    cluster.kill();
    cluster.restart();
    ASSERT_TRUE(load.wait_for(load.count() + 500, std::chrono::seconds{120}));
    const auto produced = load.finish();

    const auto records = read_all(client, topic);
    EXPECT_TRUE(reader.wait_for(records.size(), std::chrono::seconds{60}));
    EXPECT_EQ(reader.finish(records), std::vector<std::string>{});
    Verdict verdict;
    for (const auto& evidence : gather_evidence({client, client, topic, topic}, produced)) {
        check_partition(evidence, {}, verdict);
    }
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

}  // namespace
}  // namespace strait::testing
