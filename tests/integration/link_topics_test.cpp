#include "core/clock.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

struct LinkTopicsTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_source{source};
    KafkaAdmin at_target{target};
    TopicName stem = unique_topic("topics");
    TopicName orders{stem.value() + ".orders"};
    TopicName payments{stem.value() + ".payments"};
    std::string all = stem.value() + ".*";
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), topic_keys(all)};

    static void write(const ClientProperties& properties,
                      const TopicName& topic,
                      int count,
                      std::int32_t partition = 0)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            auto& record = records.emplace_back();
            record.at = {topic, Partition{partition}};
            record.value = fmt::format("{} of {}", i, topic.value());
        }
        write_all(properties, records);
    }

    static const api::TopicDocument* find_topic(const LinkProcess::Status& status,
                                                const TopicName& topic)
    {
        const auto found =
            std::ranges::find(status.topics, topic.value(), &api::TopicDocument::source);
        return found == status.topics.end() ? nullptr : &*found;
    }

    static bool has_topic(const LinkProcess::Status& status, const TopicName& topic)
    {
        return find_topic(status, topic) != nullptr;
    }

    void expect_same(const TopicName& from, const TopicName& to) const
    {
        const auto wanted = read_all(source, from);
        const auto found = read_all(target, to);
        ASSERT_EQ(found.size(), wanted.size()) << to.value();
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            EXPECT_EQ(found[i].value, wanted[i].value);
            EXPECT_EQ(found[i].at.partition, wanted[i].at.partition);
        }
    }
};

TEST_F(LinkTopicsTest, RenamesByPrefix)
{
    link.configure(topic_keys(all, "rename: {prefix: \"oslo.\"}"));
    at_source.create_topic(orders, 2);
    write(source, orders, 10);
    write(source, orders, 10, 1);

    link.start();
    link.wait_until_copied(orders);

    expect_same(orders, TopicName{"oslo." + orders.value()});
    EXPECT_FALSE(at_target.find_topic_id(orders));
}

TEST_F(LinkTopicsTest, RenamesByMapAndLeavesOutWhatIsExcluded)
{
    const TopicName renamed{stem.value() + "-renamed"};
    const TopicName hidden{stem.value() + ".hidden"};
    const TopicName internal{stem.value() + ".changes-internal"};
    link.configure(topic_keys(all,
                              fmt::format("exclude: [\"{}\"], rename: {{map: {{{}: {}}}}}",
                                          hidden.value(),
                                          orders.value(),
                                          renamed.value())));
    for (const auto& topic : {orders, payments, hidden, internal}) {
        at_source.create_topic(topic);
        write(source, topic, 10);
    }

    link.start();
    link.wait_until_copied(orders);
    link.wait_until_copied(payments);

    expect_same(orders, renamed);
    expect_same(payments, payments);
    for (const auto& topic : {orders, hidden, internal}) {
        EXPECT_FALSE(at_target.find_topic_id(topic)) << topic.value();
    }
}

// Both limits are those of the source: a target with the broker's own would refuse these records.
TEST_F(LinkTopicsTest, CreatesTopicsThatTakeWhatTheSourceTakes)
{
    at_source.create_topic(orders,
                           3,
                           {{"max.message.bytes", "8000000"},
                            {"message.timestamp.after.max.ms", "9223372036854775807"}});
    NewRecord record;
    record.at = {orders, Partition{2}};
    record.value = std::string(3'000'000, 'v');
    record.timestamp_ms = std::int64_t{1} << 43;
    write_all(source, {record});

    link.start();
    link.wait_until_copied(orders);

    expect_same(orders, orders);
    EXPECT_EQ(at_target.partition_count(orders), 3);
}

TEST_F(LinkTopicsTest, FindsTopicsAndPartitionsWhileItRuns)
{
    link.configure(topic_keys(all, {}, "    start: latest\n"));
    at_source.create_topic(orders);
    write(source, orders, 10);
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");

    at_source.create_topic(payments);
    link.wait_for_state({payments, Partition{0}}, "active");
    write(source, payments, 10);
    link.wait_until_copied(payments);
    link.strait().signal(SIGSTOP);  // records that are there before the link sees the partition
    at_source.add_partitions(orders, 3);
    write(source, orders, 20, 1);
    write(source, orders, 30, 2);
    link.strait().signal(SIGCONT);
    link.wait_until_copied(orders);

    EXPECT_EQ(at_target.partition_count(orders), 3);
    const auto copied = read_all(target, orders);
    EXPECT_EQ(copied.size(), 50U) << "new partitions from their first record, whatever start says";
    expect_same(payments, payments);
}

TEST_F(LinkTopicsTest, SaysOnceThatANameIsNotThereUntilItIs)
{
    link.configure(topic_keys(orders.value()));
    link.start();
    const auto status = link.wait_for([&](const auto& seen) { return has_topic(seen, orders); });
    const std::string hint =
        "nothing_matches: it does not exist at the source, or user ANONYMOUS may not DESCRIBE it";
    ASSERT_EQ(status.topics.size(), 1U);
    EXPECT_EQ(status.topics[0].state, "starting");
    EXPECT_TRUE(status.topics[0].reason.starts_with(hint)) << status.topics[0].reason;
    const auto plan = link.strait().run({"link", "plan"});
    EXPECT_TRUE(plan.output.contains("warning: '" + orders.value() + "': " + hint)) << plan.output;

    at_source.create_topic(orders);
    write(source, orders, 10);
    link.wait_until_copied(orders);
    expect_same(orders, orders);
    const auto log = link.strait().log();
    const auto line = log.find("topic not ready");
    ASSERT_NE(line, std::string::npos) << log;
    EXPECT_EQ(log.find("topic not ready", line + 1), std::string::npos) << log;
}

TEST_F(LinkTopicsTest, DoesNotMirrorAMirrorBack)
{
    at_source.create_topic(orders);
    write(source, orders, 10);
    link.start();
    link.wait_until_copied(orders);
    at_target.create_topic(payments);
    write(target, payments, 10);
    LinkProcess back{SharedClusters::target(),
                     SharedClusters::source(),
                     topic_keys(all, "rename: {prefix: \"back.\"}")};

    back.start();
    back.wait_until_copied(payments);

    const auto status = back.status();
    ASSERT_TRUE(status);
    EXPECT_TRUE(has_topic(*status, payments));
    EXPECT_FALSE(has_topic(*status, orders));
    EXPECT_FALSE(at_source.find_topic_id(TopicName{"back." + orders.value()}));
    EXPECT_TRUE(at_source.find_topic_id(TopicName{"back." + payments.value()}));
}

// Each side has topics of its own, and both have all of them under one name.
TEST_F(LinkTopicsTest, MirrorsInBothDirectionsWithoutRenaming)
{
    at_source.create_topic(orders);
    at_target.create_topic(payments);
    write(source, orders, 10);
    write(target, payments, 10);
    LinkProcess back{SharedClusters::target(), SharedClusters::source(), topic_keys(all)};
    link.start();
    back.start();
    link.wait_until_copied(orders);
    back.wait_until_copied(payments);
    write(source, orders, 10);
    write(target, payments, 10);
    link.wait_until_copied(orders);
    back.wait_until_copied(payments);

    const auto plan = link.strait().run({"link", "plan"});
    EXPECT_TRUE(plan.output.contains("loop")) << plan.output;
    EXPECT_FALSE(has_topic(*link.status(), payments));
    EXPECT_FALSE(has_topic(*back.status(), orders));
    for (const auto& [cluster, topic] : {std::pair{&source, &orders},
                                         std::pair{&target, &orders},
                                         std::pair{&source, &payments},
                                         std::pair{&target, &payments}}) {
        EXPECT_EQ(read_all(*cluster, *topic).size(), 20U) << topic->value();
    }
}

TEST_F(LinkTopicsTest, RefusesATargetWithRecordsUnlessItMayAppend)
{
    at_source.create_topic(orders);
    at_source.create_topic(payments);
    at_target.create_topic(orders);
    write(target, orders, 5);
    write(source, orders, 10);
    write(source, payments, 10);

    link.start();
    link.wait_until_copied(payments);
    const auto plan = link.strait().run({"link", "plan"});
    EXPECT_NE(plan.output.find(orders.value()), std::string::npos) << plan.output;
    link.wait_for([&](const auto& status) {
        const auto* const topic = find_topic(status, orders);
        return topic != nullptr && topic->state == "halted" &&
               topic->reason.starts_with("existing_target: ");
    });
    EXPECT_EQ(read_all(target, orders).size(), 5U);

    link.stop();
    link.configure(topic_keys(all, "existing_target: append"));
    link.start();
    link.wait_until_copied(orders);

    EXPECT_EQ(read_all(target, orders).size(), 15U);
    const auto answer =
        link.translate(links::Direction::forward, {orders, Partition{0}}, Offset{0}, Offset{1})[0];
    EXPECT_EQ(answer.offset, Offset{5});
}

// Whatever the plan refuses is not copied on behind its back.
TEST_F(LinkTopicsTest, HaltsATopicThatGrowsBeyondTheLimit)
{
    link.configure(topic_keys(all, {}, {}, "partitions: 2"));
    at_source.create_topic(orders);
    write(source, orders, 10);
    link.start();
    link.wait_until_copied(orders);

    at_source.add_partitions(orders, 3);
    const auto halted = link.wait_for_state({orders, Partition{0}}, "halted");
    EXPECT_TRUE(halted.reason.starts_with("too_many_partitions: ")) << halted.reason;
    write(source, orders, 10);
    link.stop();
    EXPECT_EQ(read_all(target, orders).size(), 10U);

    link.configure(topic_keys(all));
    link.start();
    link.wait_until_copied(orders);
    EXPECT_EQ(read_all(target, orders).size(), 20U);
}

TEST_F(LinkTopicsTest, StartsAtTheEndAndSaysWhatLiesBefore)
{
    link.configure(topic_keys(all, {}, "    start: latest\n"));
    at_source.create_topic(orders);
    write(source, orders, 10);
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
    link.wait_for([&](const auto& status) {
        return find_partition(status, {orders, Partition{0}})->next_source_offset == 10;
    });
    write(source, orders, 10);
    link.wait_until_copied(orders);

    EXPECT_EQ(read_all(target, orders).size(), 10U);
    const auto answers =
        link.translate(links::Direction::forward, {orders, Partition{0}}, Offset{0}, Offset{20});
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(answers[i].status, links::Translation::Status::before_first);
        EXPECT_EQ(answers[i].offset, Offset{0});
        EXPECT_EQ(answers[i + 10].status, links::Translation::Status::exact);
    }
    EXPECT_EQ(answers[10].offset, Offset{0});
}

TEST_F(LinkTopicsTest, ShowsNoLagThatThereIsNotWhileItStarts)
{
    const TopicPartition at{orders, Partition{0}};
    at_source.create_topic(orders);
    write(source, orders, 500);
    link.start();
    link.wait_until_copied(orders);
    link.stop();

    link.start();
    std::int64_t lag = 0;
    link.wait_for([&](const auto& status) {
        const auto* const partition = find_partition(status, at);
        if (partition == nullptr) return false;
        lag = std::max({lag, partition->lag.value_or(0), status.lag.records});
        return partition->state == "active" && partition->lag.has_value();
    });

    EXPECT_EQ(lag, 0);
}

TEST_F(LinkTopicsTest, StartsAtATime)
{
    constexpr std::int64_t noon_ms = 1'735'732'800'000;  // 2025-01-01T12:00:00Z
    at_source.create_topic(orders, 1, {{"retention.ms", "-1"}});
    for (int i = 0; i < 10; ++i) {
        NewRecord record;
        record.at = {orders, Partition{0}};
        record.value = std::to_string(i);
        record.timestamp_ms = noon_ms + (i - 4) * 1000;
        write_all(source, {record});
    }
    link.configure(topic_keys(all, {}, "    start: 2025-01-01T12:00:00Z\n"));

    link.start();
    link.wait_until_copied(orders);

    const auto copied = read_all(target, orders);
    ASSERT_EQ(copied.size(), 6U);
    EXPECT_EQ(copied[0].value, "4");
    EXPECT_TRUE(link.gaps({orders, Partition{0}}).empty()) << "what was not asked for is no gap";
}

// Of records of 8 KiB each, 64 a second.
struct LinkLimitTest : LinkTopicsTest, ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Kinds,
                         LinkLimitTest,
                         ::testing::Values("bandwidth: 512KiB/s", "record_rate: 64/s"));

TEST_P(LinkLimitTest, Holds)
{
    constexpr double limit = 64;
    constexpr int record_bytes = 8 * 1024;
    link.configure(topic_keys(all, {}, {}, GetParam()));
    at_source.create_topic(orders);
    std::vector<NewRecord> records(600);
    for (auto& record : records) {
        record.at = {orders, Partition{0}};
        record.value = std::string(record_bytes, 'v');
    }
    write_all(source, records);

    link.start();
    const auto next = [&](const auto& status) {
        const auto* const partition = find_partition(status, {orders, Partition{0}});
        return partition == nullptr ? 0 : partition->next_source_offset.value_or(0);
    };
    const SystemClock clock;
    const auto first = next(link.wait_for([&](const auto& status) { return next(status) > 150; }));
    const auto began = clock.now();
    const auto last = next(link.wait_for([&](const auto& status) { return next(status) > 450; }));
    const std::chrono::duration<double> took = clock.now() - began;

    const auto rate = static_cast<double>(last - first) / took.count();
    EXPECT_LT(rate, limit * 1.3);
    EXPECT_GT(rate, limit * 0.5);
}

}  // namespace
}  // namespace strait::testing
