#include "tests/links/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace strait::links::simulation {
namespace {

using namespace std::chrono_literals;

// A shard in good weather, with a source that only the test writes to.
struct ShardFlowTest : ::testing::Test {
    MemoryView disk;
    World world{7, {.crash = 0, .fault = 0, .cancel = 0, .append = 0}};
    LinkView view = disk.view.link(world.link).value();
    Process process{world, view, 1};

    ShardFlowTest()
    {
        world.mirrors.resize(1);
        process.shard().put(world.mirrors.front());
    }

    [[nodiscard]] SourceLog& log() { return world.log(world.mirrors.front().source); }

    void write(int count)
    {
        for (int i = 0; i < count; ++i) log().append(++world.contents);
    }

    [[nodiscard]] PartitionStatus partition()
    {
        const auto partitions = process.shard().status().partitions;
        return partitions.empty() ? PartitionStatus{} : partitions.begin()->second;
    }

    // False if it does not come to that.
    template <class Condition>
    bool run_until(Condition condition)
    {
        constexpr int steps_max = 100'000;
        for (int i = 0; i < steps_max; ++i) {
            if (condition()) return true;
            if (!process.step()) return false;
        }
        return false;
    }

    bool run_until_copied()
    {
        return run_until([this] { return partition().next_source == Offset{log().end}; });
    }
};

TEST_F(ShardFlowTest, FillsATransactionWithWhatIsAtHand)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    const auto before = process.shard().status().committed;
    write(240);

    ASSERT_TRUE(run_until_copied());

    // Twelve records fill one, and the last batch may bring four more.
    EXPECT_LE(process.shard().status().committed - before, 240U / 12 + 1);
}

TEST_F(ShardFlowTest, AsksForTopicIdsAgainWithinTheTransaction)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(5);
    world.ids_known_at = world.now + 40s;

    ASSERT_TRUE(run_until_copied());

    EXPECT_GE(world.now, world.ids_known_at);
    EXPECT_EQ(process.shard().status().aborted, 0U);
}

TEST_F(ShardFlowTest, GivesUpATransactionThatTheSourceDoesNotAnswerFor)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(5);
    world.ids_known_at = world.now + 100s;

    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted == 1; }));
    EXPECT_LT(world.now, world.ids_known_at);
    EXPECT_EQ(partition().next_source, Offset{0});
    ASSERT_TRUE(run_until_copied());

    EXPECT_EQ(process.shard().status().aborted, 1U);
    EXPECT_TRUE(violations_of(world, view).empty());
}

}  // namespace
}  // namespace strait::links::simulation
