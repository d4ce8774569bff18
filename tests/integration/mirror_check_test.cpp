#include "tests/support/checker.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/live_reader.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

std::vector<SeenRecord> of_partition(const std::vector<SeenRecord>& records, Partition partition)
{
    std::vector<SeenRecord> found;
    std::ranges::copy_if(records, std::back_inserter(found), [&](const SeenRecord& each) {
        return each.at.partition == partition;
    });
    return found;
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
        const auto from = read_all(source, topic);
        const auto to = read_all(target, topic);
        for (std::int32_t number = 0; number < partitions; ++number) {
            PartitionEvidence evidence;
            evidence.source = {topic, Partition{number}};
            evidence.target = evidence.source;
            evidence.source_records = of_partition(from, Partition{number});
            evidence.target_records = of_partition(to, Partition{number});
            std::ranges::copy_if(
                produced, std::back_inserter(evidence.produced), [&](const ProducedRecord& each) {
                    return each.at == evidence.source;
                });
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
    EXPECT_LT(records.size(), record_count) << "some transactions were aborted";
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

}  // namespace
}  // namespace strait::testing
