#include "links/store/offset_map.hpp"
#include "tests/links/simulation/shard_flow.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
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

    // Of the mirror, to its readers.
    [[nodiscard]] std::size_t visible()
    {
        const auto& log = world.target.log(target);
        return static_cast<std::size_t>(std::ranges::count_if(
            log, [this](const auto& entry) { return world.target.visible(entry); }));
    }

    void expect_exact_map()
    {
        std::int64_t source = 0;
        const auto& log = world.target.log(target);
        const auto& mirror = world.mirrors.front();
        for (std::int64_t at = 0; at < std::ssize(log); ++at) {
            if (!world.target.visible(log[static_cast<std::size_t>(at)])) continue;
            const auto found = translate(view,
                                         mirror.source_id,
                                         mirror.source.partition,
                                         Direction::forward,
                                         Offset{source});
            ASSERT_TRUE(found);
            EXPECT_EQ(found->status, Translation::Status::exact) << source;
            EXPECT_EQ(found->offset, Offset{at}) << source;
            ++source;
        }
    }
};

TEST_F(ShardSettleTest, CopiesAgainWhatTheTargetLostWithItsCheckpoints)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    write(20);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, target);
    world.target.lose_marker(ShardNumber{0}, world.links);
    write(20);

    ASSERT_TRUE(run_next_until(
        [this](const auto& status) { return partition_in(status).next_source == Offset{80}; }));

    EXPECT_EQ(visible(), 80U);
    EXPECT_TRUE(view.gaps().value().empty());
    expect_exact_map();

    // The same is read from the target alone.
    ASSERT_TRUE(view.clear());
    Process last{world, view, 3};
    last.shard().put(world.mirrors.front());
    const auto copied = [&] {
        return partition_in(last.shard().status()).state == MirrorState::active;
    };
    while (!copied()) ASSERT_TRUE(last.step());
    EXPECT_EQ(partition_in(last.shard().status()).next_source, Offset{80});
    expect_exact_map();
}

// Nothing was known of the partition before.
TEST_F(ShardSettleTest, CopiesAgainWhatItCopiedFirst)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, target);
    world.target.lose_marker(ShardNumber{0}, world.links);

    ASSERT_TRUE(run_next_until([this](const auto& status) {
        return visible() == 40 && partition_in(status).next_source == Offset{40};
    }));

    expect_exact_map();
}

// The checkpoint says that the target has records that no reader of it will ever see.
TEST_F(ShardSettleTest, CopiesAgainWhatItsCheckpointCountsAndTheTargetLost)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    write(20);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, target);

    ASSERT_TRUE(run_next_until([this](const auto& status) {
        return partition_in(status).reason.starts_with("target_lso_stuck: ");
    }));
    ASSERT_TRUE(run_next_until([this](const auto& status) {
        return visible() == 60 && partition_in(status).next_source == Offset{60};
    }));

    EXPECT_TRUE(view.gaps().value().empty());
    expect_exact_map();
}

// Readers of the mirror see the records that the log has lost the checkpoints of.
TEST_F(ShardSettleTest, CopiesNothingTwiceWhoseCheckpointsTheTargetLost)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    write(20);
    ASSERT_TRUE(run_until_copied());
    world.target.lose_marker(ShardNumber{0}, world.links);
    write(20);

    ASSERT_TRUE(run_next_until(
        [this](const auto& status) { return partition_in(status).next_source == Offset{80}; }));

    EXPECT_EQ(visible(), 80U);
    expect_exact_map();

    // The same is read from the target alone.
    ASSERT_TRUE(view.clear());
    Process last{world, view, 3};
    last.shard().put(world.mirrors.front());
    const auto copied = [&] {
        return partition_in(last.shard().status()).state == MirrorState::active;
    };
    while (!copied()) ASSERT_TRUE(last.step());
    EXPECT_EQ(partition_in(last.shard().status()).next_source, Offset{80});
    expect_exact_map();
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

    EXPECT_EQ(visible(), 60U);
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
