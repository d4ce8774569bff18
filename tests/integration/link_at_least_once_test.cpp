#include "links/shard/source_stamp.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Links for targets without transactions. That they ask for none SecuredLinkTest shows.
namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t partitions = 3;

struct AtLeastOnceTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName orders = unique_topic("at-least-once");
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys("at_least_once")};

    void SetUp() override
    {
        KafkaAdmin{source}.create_topic(orders, partitions, workload_topic_configs());
    }

    [[nodiscard]] std::string keys(std::string_view delivery) const
    {
        const auto after =
            fmt::format("    groups: {{interval: 200ms}}\n    delivery: {}\n", delivery);
        return topic_keys(orders.value(), "", after);
    }

    CommandResult tell(const std::string& verb, std::vector<std::string> more = {})
    {
        std::vector<std::string> words{"link", verb, link.name()};
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(std::move(words));
    }

    void expect_done(const CommandResult& told)
    {
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
    }

    void expect_whole(std::vector<ProducedRecord> produced)
    {
        const auto verdict = link.verdict({.topic = orders, .produced = std::move(produced)});
        EXPECT_TRUE(verdict.passed()) << verdict.text() << link.strait().log();
    }
};

// The program dies where the target has copies that no checkpoint knows of, and where it has them
// and the view does not. Nothing is lost, and what is there is not sent again.
TEST_F(AtLeastOnceTest, FindsWhatTheTargetHasAfterAKill)
{
    Load load{source, {.topic = orders, .partitions = partitions}, orders.value(), 600};
    for (const auto* const failpoint :
         {"commit.delivered:kill:5", "commit.checkpointed:kill:5", "commit.viewed:kill:5"}) {
        SCOPED_TRACE(failpoint);
        link.strait().start_with_failpoint(failpoint);
        ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();
    }
    // In doubt, and alive.
    link.strait().start_with_failpoint("commit.delivered:error:5");
    ASSERT_TRUE(link.strait().wait_for_log("copies are found at the target"))
        << link.strait().log();
    link.stop();
    link.start();
    const auto written = load.count();
    ASSERT_TRUE(load.wait_for(written + 150, 30s));
    const auto produced = load.finish();
    link.wait_until_copied(orders);

    expect_whole(produced);
    for (const auto& record : read_all(target, orders)) {
        ASSERT_FALSE(record.headers.empty());
        const auto& [name, value] = record.headers.back();
        EXPECT_EQ(name, links::stamp_header);
        EXPECT_TRUE(value.value_or("").starts_with(link.name() + "/")) << value.value_or("");
    }
    expect_done(tell("verify", {"--full"}));
    const auto status = tell("status").output;
    EXPECT_TRUE(status.contains("at_least_once: records may come twice")) << status;
}

TEST_F(AtLeastOnceTest, PromotesWithGroupsAndMirrorsBack)
{
    Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto ends = KafkaReader{source, orders, Isolation::read_committed}.ends();
    const GroupName group{orders.value() + "/billing"};
    kafka::GroupOffsets committed;
    for (const auto& [partition, end] : ends) committed[{orders, partition}] = {end, ""};
    KafkaGroup{source, group}.commit(committed);
    link.wait_for([](const auto& status) {
        return status.groups.size() == 1 && status.groups.front().state == "synced" &&
               status.failover_now.rereads == 0;
    });

    expect_done(tell("promote", {"--yes"}));
    expect_whole(produced);
    const auto there = KafkaReader{target, orders, Isolation::read_committed}.ends();
    std::set<TopicPartition> places;
    for (const auto& [partition, end] : there) places.insert({orders, partition});
    for (const auto& [at, position] : KafkaGroup(target, group).committed(places)) {
        EXPECT_EQ(position.offset, there.at(at.partition)) << to_string(at) << ": it has read all";
    }

    write_all(target, {{{orders, Partition{0}}, 0, "k", "new", {}}});
    expect_done(tell("reverse", {"--yes"}));
    const auto came_back = [&] {
        const auto records = read_all(source, orders);
        return std::ranges::count(records, "new", &SeenRecord::value) == 1;
    };
    EXPECT_TRUE(wait_for(came_back, 30s)) << link.strait().log();
}

TEST_F(AtLeastOnceTest, FailsOverUnderLoadAndSkipsNothing)
{
    Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    const GroupName group{orders.value() + "/billing"};
    const TopicPartition first{orders, Partition{0}};
    KafkaGroup{source, group}.commit({{first, {Offset{20}, ""}}});
    link.wait_for([](const auto& status) {
        return status.groups.size() == 1 && status.groups.front().state == "synced" &&
               status.failover_now.rereads == 0;
    });

    expect_done(tell("failover", {"--yes"}));
    const auto copies = read_all(target, orders);
    ASSERT_TRUE(load.wait_for(load.count() + 200, 30s));
    load.finish();

    EXPECT_EQ(read_all(target, orders).size(), copies.size()) << "nobody writes there any more";
    const auto next_of = [&](const std::vector<SeenRecord>& records, Offset from) {
        const auto found = std::ranges::find_if(records, [&](const SeenRecord& record) {
            return record.at == first && record.offset >= from;
        });
        return found == records.end() ? std::nullopt : found->value;
    };
    const auto position = KafkaGroup{target, group}.committed({first}).at(first).offset;
    EXPECT_EQ(next_of(copies, position), next_of(read_all(source, orders), Offset{20}));
}

// Nothing fences the first one: it reads that there is another.
TEST_F(AtLeastOnceTest, StopsWhenAnotherInstanceTookOver)
{
    Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    StraitProcess second{link.configuration(keys("at_least_once"))};
    second.start({"--take-over", link.name()});

    const auto status = link.wait_for([](const auto& now) { return now.state == "halted"; });
    EXPECT_TRUE(status.reason.contains("taken over")) << status.reason;
    ASSERT_TRUE(load.wait_for(load.count() + 200, 30s));
    load.finish();

    const auto originals = read_all(source, orders);
    const auto all_there = [&] {
        std::set<std::optional<std::string>> there;
        for (const auto& copy : read_all(target, orders)) there.insert(copy.value);
        return std::ranges::all_of(
            originals, [&](const SeenRecord& record) { return there.contains(record.value); });
    };
    EXPECT_TRUE(wait_for(all_there, 30s)) << second.log();
    EXPECT_EQ(link.status()->state, "halted");
    EXPECT_TRUE(second.running());
}

// Positions of one kind of link are not those of the other.
TEST_F(AtLeastOnceTest, StaysWhatItBeganAs)
{
    write_all(source, {{{orders, Partition{0}}, 0, "k", "v", {}}});
    link.start();
    link.wait_until_copied(orders);
    link.stop();
    link.configure(keys("exactly_once"));
    link.start();

    const auto status = link.wait_for([](const auto& now) { return now.state == "halted"; });
    EXPECT_TRUE(status.reason.contains("immutable_changed")) << status.reason;
    EXPECT_TRUE(status.reason.contains("delivery: at_least_once")) << status.reason;
}

}  // namespace
}  // namespace strait::testing
