#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t partitions = 3;

// The end of a mirror: promotion and failover.
struct LinkCutTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName orders = unique_topic("cut");
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys()};

    void SetUp() override
    {
        KafkaAdmin{source}.create_topic(orders, partitions, workload_topic_configs());
    }

    [[nodiscard]] std::string keys() const
    {
        return topic_keys(orders.value(), "", "    groups: {interval: 200ms}\n");
    }

    GroupName group(int number) const
    {
        return GroupName{orders.value() + "/" + std::to_string(number)};
    }

    std::set<TopicPartition> places() const
    {
        std::set<TopicPartition> all;
        for (std::int32_t i = 0; i < partitions; ++i) all.insert({orders, Partition{i}});
        return all;
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

    LinkProcess::Status wait_until(std::string_view state)
    {
        return link.wait_for([&](const auto& status) { return status.state == state; });
    }

    void wait_until_groups_rest(std::size_t count)
    {
        link.wait_for([&](const auto& status) {
            return status.groups.size() == count && status.failover_now.rereads == 0 &&
                   std::ranges::all_of(status.groups,
                                       [](const auto& each) { return each.state == "synced"; });
        });
    }

    // Groups at rest, at places that the seed draws.
    std::vector<GroupName> make_groups(int count)
    {
        std::mt19937 random{1};
        const auto ends = KafkaReader{source, orders, Isolation::read_committed}.ends();
        std::vector<GroupName> groups;
        for (int i = 0; i < count; ++i) {
            kafka::GroupOffsets offsets;
            for (const auto& [partition, end] : ends) {
                std::uniform_int_distribution<std::int64_t> place{0, end.value()};
                offsets[{orders, partition}] = {Offset{place(random)}, ""};
            }
            KafkaGroup{source, group(i)}.commit(offsets);
            groups.push_back(group(i));
        }
        return groups;
    }

    // The identity of the next record of each partition.
    using Unread = std::map<Partition, std::string>;
    static Unread unread(const std::vector<SeenRecord>& records, const kafka::GroupOffsets& from)
    {
        Unread next;
        for (const auto& [at, committed] : from) {
            const auto found = std::ranges::find_if(records, [&](const SeenRecord& record) {
                return record.at == at && record.offset >= committed.offset;
            });
            if (found == records.end()) continue;
            next[at.partition] = found->key.value_or("") + "|" + found->value.value_or("");
        }
        return next;
    }

    // What a group would read next is the same record on both sides, as far as the target has it.
    void expect_to_go_on(const std::vector<GroupName>& groups)
    {
        const auto originals = read_all(source, orders);
        const auto copies = read_all(target, orders);
        for (const auto& name : groups) {
            const auto here = unread(originals, KafkaGroup(source, name).committed(places()));
            const auto there = unread(copies, KafkaGroup(target, name).committed(places()));
            for (const auto& [partition, next] : there) {
                EXPECT_EQ(next, here.at(partition)) << name.value() << " " << partition.value();
            }
        }
    }
};

TEST_F(LinkCutTest, PromotesWithNothingLostAndNothingReadAgain)
{
    Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");
    const auto refused = tell("promote", {"--timeout", "2s", "--yes"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("stop the producers of the source")) << refused.output;
    wait_until("active");

    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto groups = make_groups(5);
    wait_until_groups_rest(groups.size());
    const auto plan = tell("promote");
    EXPECT_TRUE(plan.output.contains("do it with --yes")) << plan.output;
    EXPECT_EQ(wait_until("active").failover_now.rereads, 0);
    const auto done = tell("promote", {"--yes", "--reason", "moving to bergen"});
    expect_done(done);
    EXPECT_TRUE(done.output.contains("no record was left at the source; 5 of 5 groups in place, "
                                     "with 0 records to be read again"))
        << done.output;

    const auto status = wait_until("promoted");
    EXPECT_EQ(status.reason, "moving to bergen");
    EXPECT_EQ(status.topics.front().state, "promoted");
    expect_to_go_on(groups);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
    EXPECT_EQ(tell("resume").exit_code, 1);
    EXPECT_EQ(tell("failover", {"--yes"}).exit_code, 1);
    expect_done(tell("promote", {"--yes"}));

    // It stays so, whatever is lost here, and nothing is copied any more.
    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    write_all(source, {{{orders, Partition{0}}, 0, "late", "late", {}}});
    const auto before = read_all(target, orders).size();
    link.start();
    wait_until("promoted");
    EXPECT_EQ(read_all(target, orders).size(), before);
}

TEST_F(LinkCutTest, FailsOverUnderLoadAndSkipsNothing)
{
    Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");
    const auto groups = make_groups(5);
    wait_until_groups_rest(groups.size());

    const auto done = tell("failover", {"--yes"});
    expect_done(done);
    EXPECT_TRUE(done.output.contains("5 of 5 groups in place, with 0 records to be read again"))
        << done.output;
    const auto copied = read_all(target, orders).size();
    ASSERT_TRUE(load.wait_for(load.count() + 200, 30s));
    load.finish();

    EXPECT_EQ(wait_until("failed_over").state, "failed_over");
    EXPECT_EQ(read_all(target, orders).size(), copied) << "nobody writes there any more";
    expect_to_go_on(groups);
    link.strait().kill();
    link.start();
    const auto restarted = wait_until("failed_over").topics.front();
    EXPECT_EQ(restarted.state, "failed_over");
    EXPECT_EQ(restarted.partitions.size(), 3U);
    const auto operations = link.strait().run({"link", "operations", "--json"}).output;
    EXPECT_TRUE(operations.contains("\"groups\":5,\"groups_left\":0")) << operations;
}

// What came since the link looked at its topics last counts as well.
TEST_F(LinkCutTest, PromotesWithPartitionsThatNobodyHasSeenYet)
{
    link.configure(
        fmt::format("    topics: {{include: [\"{}\"], discovery_interval: 1h}}\n", orders.value()));
    write_all(source, {{{orders, Partition{0}}, 0, "k", "seen", {}}});
    link.start();
    link.wait_until_copied(orders);
    KafkaAdmin{source}.add_partitions(orders, partitions + 1);
    write_all(source, {{{orders, Partition{partitions}}, 0, "k", "not seen yet", {}}});

    expect_done(tell("promote", {"--yes"}));
    const auto copies = read_all(target, orders);
    EXPECT_TRUE(std::ranges::any_of(
        copies, [](const SeenRecord& record) { return record.value == "not seen yet"; }));
}

// Topics that are no mirrors any more are as those of the source.
TEST_F(LinkCutTest, GivesTheTopicsTheConfigsThatWereHeld)
{
    KafkaAdmin at_target{target};
    const TopicName stamped = unique_topic("stamped");
    KafkaAdmin{source}.create_topic(stamped, 1, {{"message.timestamp.type", "LogAppendTime"}});
    write_all(source, {{{stamped, Partition{0}}, 0, "k", "v", {}}});
    link.configure(topic_keys(stamped.value()));
    link.start();
    link.wait_until_copied(stamped);
    EXPECT_EQ(at_target.config(stamped, "message.timestamp.type").value, "CreateTime");

    const auto done = tell("failover", {"--yes"});
    expect_done(done);
    EXPECT_FALSE(done.output.contains("timestamp configs")) << done.output;
    EXPECT_EQ(at_target.config(stamped, "message.timestamp.type").value, "LogAppendTime");
}

// The places that a verb comes by: once by itself, and at a link's start before it.
struct Death {
    const char* failpoint;
    bool at_start = false;
};

constexpr Death deaths[]{{"operation.stored"},
                         {"claim.opened", true},
                         {"cut.closed"},
                         {"cut.grouped"},
                         {"claim.committed", true},
                         {"operation.done"},
                         {"operation.ended"}};

// What was promised is done, wherever the program died meanwhile.
struct CutDeathTest : LinkCutTest, ::testing::WithParamInterface<Death> {
    void run(const std::string& verb, const std::string& state)
    {
        const auto& [failpoint, at_start] = GetParam();
        Load load{source, {.topic = orders, .partitions = partitions}, "", 400};
        link.strait().start_with_failpoint(fmt::format("{}:kill:{}", failpoint, at_start ? 2 : 1));
        ASSERT_TRUE(load.wait_for(300, 30s));
        link.wait_for_state({orders, Partition{0}}, "active");
        const auto groups = make_groups(3);
        wait_until_groups_rest(groups.size());
        const auto produced = load.finish();
        tell(verb, {"--yes"});
        ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();

        link.start();
        wait_until(state);
        EXPECT_TRUE(testing::wait_for([&] {
            const auto all = link.strait().run({"link", "operations", "--json"}).output;
            return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
        })) << link.strait().log();
        expect_to_go_on(groups);
        const auto verdict = link.verdict({.topic = orders, .produced = produced});
        EXPECT_TRUE(verdict.passed()) << verdict.text();
    }
};

TEST_P(CutDeathTest, LeavesAFailoverThatIsFinished) { run("failover", "failed_over"); }

// Each drains for seconds, so only the steps that a promotion does not share with the rest.
struct PromotionDeathTest : CutDeathTest {};

TEST_P(PromotionDeathTest, LeavesAPromotionThatIsFinished) { run("promote", "promoted"); }

std::string name_of(const ::testing::TestParamInfo<Death>& info)
{
    std::string name = info.param.failpoint;
    std::erase(name, '.');
    return name;
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, CutDeathTest, ::testing::ValuesIn(deaths), name_of);
INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         PromotionDeathTest,
                         ::testing::Values(Death{"operation.stored"},
                                           Death{"cut.closed"},
                                           Death{"cut.grouped"},
                                           Death{"claim.committed", true}),
                         name_of);

}  // namespace
}  // namespace strait::testing
