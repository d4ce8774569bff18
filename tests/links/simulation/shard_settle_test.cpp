#include "tests/links/simulation/shard_flow.hpp"

#include <string>

// What a shard does about transactions that it finds open at the target.
namespace strait::links::simulation {
namespace {

struct ShardSettleTest : ShardFlowTest {
    Process next{world, view, 2};
    TopicPartition target{world.mirrors.front().target, world.mirrors.front().source.partition};

    // Of the process that follows.
    template <class Condition>
    bool run_next_until(Condition condition)
    {
        next.shard().put(world.mirrors.front());
        constexpr int steps_max = 100'000;
        for (int i = 0; i < steps_max; ++i) {
            if (condition(next.shard().status())) return true;
            if (!next.step()) return false;
        }
        return false;
    }

    [[nodiscard]] PartitionStatus partition_in(const ShardStatus& status) const
    {
        const auto found = status.partitions.find(world.mirrors.front().source);
        return found == status.partitions.end() ? PartitionStatus{} : found->second;
    }
};

TEST_F(ShardSettleTest, KnowsThatTheTargetLostWhatItAcknowledged)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, target);
    world.target.lose_marker(ShardNumber{0}, world.links);

    EXPECT_FALSE(run_next_until([](const auto&) { return false; }));

    ASSERT_TRUE(next.ended());
    EXPECT_EQ(next.ended()->code(), Errc::corrupt);
    EXPECT_TRUE(next.ended()->detail().contains("view_ahead")) << next.ended()->detail();
}

// The checkpoint says that the target has records that no reader of it will ever see.
TEST_F(ShardSettleTest, HaltsAPartitionThatLostWhatItsCheckpointCounts)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    write(20);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, target);

    ASSERT_TRUE(run_next_until([this](const auto& status) {
        return partition_in(status).reason.starts_with("target_lso_stuck: ");
    }));
    ASSERT_TRUE(run_next_until([this](const auto&) { return !view.gaps().value().empty(); }));

    EXPECT_EQ(partition_in(next.shard().status()).state, MirrorState::halted);
    const auto gap = view.gaps().value().front();
    EXPECT_EQ(gap.cause, GapCause::target_lost);
    EXPECT_TRUE(gap.open);
    EXPECT_LT(gap.from, gap.to);
    EXPECT_EQ(gap.to, Offset{60});
}

TEST_F(ShardSettleTest, EndsWhatNoCheckpointKnowsOf)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    world.target.append(ShardNumber{0}, target, content_of(99));
    world.target.end_transaction(ShardNumber{0}, Target::Outcome::aborted);
    world.target.lose_marker(ShardNumber{0}, target);
    write(20);

    ASSERT_TRUE(run_next_until(
        [this](const auto& status) { return partition_in(status).next_source == Offset{60}; }));

    std::size_t visible = 0;
    for (const auto& entry : world.target.log(target)) {
        if (world.target.visible(entry)) ++visible;
    }
    EXPECT_EQ(visible, 60U);
}

TEST_F(ShardSettleTest, TellsOfATransactionOfOthersThatHidesTheLog)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    world.target.append(ShardNumber{9}, world.links, content_of(99));

    ASSERT_TRUE(run_next_until([](const auto& status) {
        return status.trouble && status.trouble->contains("kafka-transactions.sh find-hanging");
    }));
}

}  // namespace
}  // namespace strait::links::simulation
