#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

constexpr std::size_t large = 2 << 20;
constexpr auto small_limit = "1048576";
constexpr auto large_limit = "16777216";

// A mirror whose limit somebody lowers behind the link's back, and then a record that is larger.
struct LinkRefusedTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_target{target};
    KafkaWriter writer{source};
    TopicName topic = unique_topic("refused");
    TopicName letters = unique_topic("letters");
    TopicPartition first{topic, Partition{0}};
    TopicPartition second{topic, Partition{1}};
    std::vector<ProducedRecord> produced;
    std::uint64_t seq = 0;
    std::int64_t now_ms = SystemClock{}.wall_ms();

    LinkProcess link{SharedClusters::source(), SharedClusters::target(), topic_keys(topic.value())};

    // Without compression: the broker's limit is on what it stores.
    [[nodiscard]] std::string keys(const std::string& policy) const
    {
        return topic_keys(
            topic.value(), {}, "    policies: {" + policy + "}\n    compression: {codec: none}\n");
    }

    void write(const TopicPartition& at, std::size_t bytes, int count = 1)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            auto& record = records.emplace_back();
            record.at = at;
            record.timestamp_ms = now_ms;
            record.value = std::string(bytes, 'v');
            record.headers = {identity_as_header({.run = 98, .producer = 98, .seq = seq++})};
        }
        const auto before = writer.deliveries().size();
        for (const auto& record : records) writer.send(record);
        writer.flush();
        for (std::size_t i = 0; i < records.size(); ++i) {
            const auto& delivery = writer.deliveries()[before + i];
            produced.push_back({*identity_of(records[i]),
                                at,
                                delivery.outcome,
                                delivery.offset,
                                content_digest(records[i])});
        }
    }

    // 10 small records are copied, then come 10 small ones, a large one and small ones again.
    void play(const std::string& policy, int behind = 10)
    {
        auto configs = workload_topic_configs();
        configs["max.message.bytes"] = large_limit;
        KafkaAdmin{source}.create_topic(topic, 2, configs);
        link.configure(keys(policy));
        write(first, 100, 10);
        link.start();
        link.wait_until_copied(topic);
        link.strait().signal(SIGSTOP);
        at_target.alter_configs(topic, {{"max.message.bytes", small_limit}});
        write(first, 100, 10);
        write(first, large);
        write(first, 100, behind);
        write(second, 100, 10);
        link.strait().signal(SIGCONT);
    }

    void expect_perfect()
    {
        const auto verdict = link.verdict({.topic = topic, .produced = produced});
        EXPECT_TRUE(verdict.passed()) << verdict.text();
    }

    void expect_gap(bool open)
    {
        const auto entries = link.gaps(first);
        ASSERT_EQ(entries.size(), 1U);
        EXPECT_EQ(entries[0].cause, "oversize");
        EXPECT_EQ(entries[0].from, 20);
        EXPECT_EQ(entries[0].to, 21);
        EXPECT_EQ(entries[0].open, open);
    }

    [[nodiscard]] std::size_t copied(const TopicPartition& at) const
    {
        const auto records = read_all(target, topic);
        return static_cast<std::size_t>(std::ranges::count(records, at, &NewRecord::at));
    }
};

TEST_F(LinkRefusedTest, RaisesTheLimitOfTheTarget)
{
    play("on_oversize: raise");

    link.wait_until_copied(topic);

    EXPECT_EQ(copied(first), 31U);
    EXPECT_TRUE(link.gaps(first).empty());
    expect_perfect();
}

TEST_F(LinkRefusedTest, HaltsThatPartitionAtThatRecord)
{
    play("on_oversize: halt");

    const auto halted = link.wait_for_state(first, "halted");

    EXPECT_EQ(halted.next_source_offset, 20);
    EXPECT_NE(halted.reason.find("on_oversize"), std::string::npos) << halted.reason;
    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(true);
    link.wait_for([&](const auto& status) {
        return find_partition(status, second)->next_source_offset == 10;
    });
    EXPECT_EQ(copied(first), 20U);

    link.stop();
    link.configure(keys("on_oversize: skip"));
    link.start();
    link.wait_until_copied(topic);
    expect_gap(false);
    expect_perfect();
}

// It would be copied if the limit were raised; the operator says that it is not worth it.
TEST_F(LinkRefusedTest, GoesOnWhereAnOperatorSays)
{
    play("on_oversize: halt");
    link.wait_for_state(first, "halted");
    link.wait_for([&](const auto& status) {
        return status.gaps.open == 1 && find_partition(status, first)->source_end == 31;
    });
    const auto skip = [&](const std::string& to, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"link", "resume", link.name(), "--topic", topic.value()};
        words.insert(words.end(), {"--partition", "0", "--skip-to", to});
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(words);
    };
    EXPECT_TRUE(skip("20").output.contains("not behind where the partition stands, 20"));
    EXPECT_TRUE(skip("32").output.contains("behind the end of the source, 31"));
    EXPECT_EQ(skip("21", {"--dry-run"}).exit_code, 0);
    EXPECT_EQ(link.status()->gaps.open, 1U);

    const auto done = skip("21");

    EXPECT_EQ(done.exit_code, 0) << done.output << link.strait().log();
    EXPECT_TRUE(done.output.contains("goes on at 21")) << done.output;
    link.wait_until_copied(topic);
    EXPECT_EQ(copied(first), 30U);
    const auto entries = link.gaps(first);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].cause, "oversize");
    EXPECT_EQ(entries[1].cause, "operator_skip");
    for (const auto& entry : entries) {
        EXPECT_EQ(entry.from, 20);
        EXPECT_EQ(entry.to, 21);
        EXPECT_FALSE(entry.open);
        EXPECT_FALSE(entry.acknowledged_by.empty());
    }
    expect_perfect();
    EXPECT_TRUE(skip("25").output.contains("only what is halted"));
}

TEST_F(LinkRefusedTest, SkipsTheRecordAndSaysSo)
{
    play("on_oversize: skip");

    link.wait_until_copied(topic);

    EXPECT_EQ(copied(first), 30U);
    expect_gap(false);
    expect_perfect();
}

// The refusal comes while batches are still being appended to the transaction.
TEST_F(LinkRefusedTest, SkipsTheRecordInTheMidstOfABacklog)
{
    play("on_oversize: skip", 40'000);

    link.wait_until_copied(topic);

    EXPECT_EQ(copied(first), 40'020U);
    expect_gap(false);
    expect_perfect();
}

// No broker refuses it: our own producer does not take it.
TEST_F(LinkRefusedTest, SkipsARecordAboveTheLimitOfTheLink)
{
    auto configs = workload_topic_configs();
    configs["max.message.bytes"] = large_limit;
    KafkaAdmin{source}.create_topic(topic, 2, configs);
    link.configure(
        topic_keys(topic.value(), {}, "    policies: {on_oversize: skip}\n", "record: 1MiB"));
    write(first, 100, 20);
    write(first, large);
    write(first, 100, 10);
    write(second, 100, 10);

    link.start();
    link.wait_until_copied(topic);

    EXPECT_EQ(copied(first), 30U);
    expect_gap(false);
    expect_perfect();
}

TEST_F(LinkRefusedTest, PutsTheRecordIntoTheDeadLetterTopic)
{
    at_target.create_topic(letters, 1, {{"max.message.bytes", large_limit}});

    play("on_oversize: dead_letter, dead_letter_topic: " + letters.value());
    link.wait_until_copied(topic);

    EXPECT_EQ(copied(first), 30U);
    expect_gap(false);
    expect_perfect();
    const auto dead = read_all(target, letters);
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(dead[0].value->size(), large);
    ASSERT_EQ(dead[0].headers.size(), 5U);
    EXPECT_EQ(dead[0].headers[1], (SeenHeader{"strait.topic", topic.value()}));
    EXPECT_EQ(dead[0].headers[2], (SeenHeader{"strait.partition", "0"}));
    EXPECT_EQ(dead[0].headers[3], (SeenHeader{"strait.offset", "20"}));
    EXPECT_EQ(dead[0].headers[4].name, "strait.reason");
}

TEST_F(LinkRefusedTest, HaltsWhenTheDeadLetterIsRefusedToo)
{
    at_target.create_topic(letters, 1, {{"max.message.bytes", small_limit}});

    play("on_oversize: dead_letter, dead_letter_topic: " + letters.value());
    const auto halted = link.wait_for_state(first, "halted");

    EXPECT_NE(halted.reason.find(letters.value()), std::string::npos) << halted.reason;
    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(true);
    EXPECT_EQ(copied(first), 20U);
    EXPECT_TRUE(read_all(target, letters).empty());
}

}  // namespace
}  // namespace strait::testing
