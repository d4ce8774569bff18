#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

constexpr int stale = 2;  // the broker that is elected without the newest records
constexpr int newest = 1;

KafkaClusterOptions three_brokers()
{
    KafkaClusterOptions options;
    options.brokers = 3;
    return options;
}

// An unclean election at the source, of which the link learns when the log has grown again: past
// its position in one partition, and not as far in another. A third one is led by a broker that
// stays.
struct LinkTruncationTest : ::testing::TestWithParam<bool> {
    KafkaCluster cluster{three_brokers()};
    ClientProperties source = cluster.admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName topic = unique_topic("truncated");
    TopicPartition past{topic, Partition{0}};
    TopicPartition below{topic, Partition{1}};
    TopicPartition other{topic, Partition{2}};
    LinkProcess link{cluster, SharedClusters::target(), topic_keys(topic.value())};

    void write(const TopicPartition& at, std::string_view what, int count)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            NewRecord record;
            record.at = at;
            record.value = fmt::format("{} {}", what, i);
            records.push_back(std::move(record));
        }
        write_all(source, records);
    }

    void copy_what_will_be_lost()
    {
        KafkaAdmin{source}.create_topic(
            topic,
            {{newest, stale}, {newest, stale}, {3, newest}},
            {{"unclean.leader.election.enable", "true"}, {"min.insync.replicas", "1"}});
        for (const auto& at : {past, below, other}) write(at, "kept", 50);
        link.start();
        for (const auto& at : {past, below, other}) link.wait_until_passed(at, Offset{50});
        cluster.stop(stale);
        for (const auto& at : {past, below}) write(at, "lost", 50);
        for (const auto& at : {past, below}) link.wait_until_passed(at, Offset{100});
    }

    void elect_the_stale_broker()
    {
        cluster.kill(newest);
        cluster.restart(stale);
        write(past, "new", 70);
        write(below, "new", 30);
    }

    void expect_gap(const TopicPartition& at, bool open)
    {
        const auto entries = link.gaps(at);
        ASSERT_EQ(entries.size(), 1U) << to_string(at);
        EXPECT_EQ(entries[0].cause, "truncated");
        EXPECT_EQ(entries[0].from, 50);
        EXPECT_EQ(entries[0].to, 100);
        EXPECT_EQ(entries[0].open, open);
    }

    [[nodiscard]] std::vector<SeenRecord> copied(const TopicPartition& at) const
    {
        auto records = read_all(target, topic);
        std::erase_if(records, [&](const SeenRecord& record) { return record.at != at; });
        return records;
    }

    void expect_new_records(const TopicPartition& at, std::size_t count)
    {
        const auto records = copied(at);
        ASSERT_EQ(records.size(), 100 + count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto& record = records[100 + i];
            EXPECT_EQ(record.value, fmt::format("new {}", i));
            const Offset source_offset{static_cast<std::int64_t>(50 + i)};
            const auto answer = link.translate(
                links::Direction::forward, at, source_offset, Offset{source_offset.value() + 1})[0];
            EXPECT_EQ(answer.offset, record.offset);
            EXPECT_EQ(answer.generation, Generation{1});
        }
    }
};

TEST_P(LinkTruncationTest, HaltsWithTheExactRangeAndGoesOnFromThereWhenTold)
{
    copy_what_will_be_lost();
    const bool runs = GetParam();
    if (runs) link.strait().signal(SIGSTOP);
    if (!runs) link.stop();
    elect_the_stale_broker();
    if (runs) link.strait().signal(SIGCONT);
    if (!runs) link.start();

    for (const auto& at : {past, below}) {
        const auto halted = link.wait_for_state(at, "halted");
        EXPECT_NE(halted.reason.find("[50, 100)"), std::string::npos) << halted.reason;
    }
    link.wait_for([](const auto& status) { return status.gaps.open == 2; });
    for (const auto& at : {past, below}) expect_gap(at, true);
    write(other, "more", 10);
    link.wait_until_passed(other, Offset{60});
    for (const auto& at : {past, below}) EXPECT_EQ(copied(at).size(), 100U);

    link.stop();
    link.configure(topic_keys(topic.value(), {}, "    policies: {on_gap: skip}\n"));
    link.start();
    link.wait_until_passed(past, Offset{120});
    link.wait_for([&](const auto& status) {
        return find_partition(status, below)->next_source_offset == 80;
    });
    for (const auto& at : {past, below}) expect_gap(at, false);
    expect_new_records(past, 70);
    expect_new_records(below, 30);
}

INSTANTIATE_TEST_SUITE_P(WhileItRunsAndNot, LinkTruncationTest, ::testing::Bool());

}  // namespace
}  // namespace strait::testing
