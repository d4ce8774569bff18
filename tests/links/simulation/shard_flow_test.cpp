#include "tests/links/simulation/shard_flow.hpp"

#include "kafka/admin.hpp"
#include "links/store/offset_map.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <variant>
#include <vector>

namespace strait::links::simulation {
namespace {

struct ShardSkippingTest : ShardFlowTest {
    ShardSkippingTest() : ShardFlowTest{{GapPolicy::skip, GapPolicy::skip, GapPolicy::restart}} {}
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

// A predecessor may write until it is fenced, which is after the link has read the log.
TEST_F(ShardFlowTest, TakesOverWhatWasWrittenBeforeItWasGivenPartitions)
{
    const auto& mirror = world.mirrors.front();
    const auto block = [&](std::int64_t first, std::uint64_t number) {
        Checkpoint record;
        record.link = world.link;
        record.source_id = mirror.source_id;
        record.seq = PartitionSeq{number};
        record.txn_no = TxnNo{number};
        record.touched = 1;
        record.block = block_at(Offset{first}, Offset{first});
        skip_to(record.block, Offset{first + 10});
        return record;
    };
    const std::vector<LinkRecord> read{block(0, 1), block(10, 2), block(20, 3)};
    ASSERT_TRUE(view.apply(ShardNumber{0}, read, write_log(read)));
    Gap gap;
    gap.link = world.link;
    gap.topic = mirror.source.topic;
    gap.partition = mirror.source.partition;
    gap.id = 1;
    write_log({gap, Removal{key_of(read[1])}});
    Process early{world, view, 2};

    while (early.shard().status().committed == 0) ASSERT_TRUE(early.step());

    EXPECT_EQ(view.gaps().value(), std::vector{gap});
    auto blocks = view.blocks(mirror.source_id, mirror.source.partition);
    ASSERT_TRUE(blocks.seek(Direction::forward, Generation{0}, Offset{15}).value());
    EXPECT_EQ(blocks.first_source(), Offset{0});
}

TEST_F(ShardFlowTest, AsksForTopicIdsAgainForAWhile)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(5);
    world.ids_known_at = world.now + 8s;

    ASSERT_TRUE(run_until_copied());

    EXPECT_GE(world.now, world.ids_known_at);
    EXPECT_EQ(process.shard().status().aborted, 0U);
}

TEST_F(ShardFlowTest, GivesUpATransactionThatTheSourceDoesNotAnswerFor)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(5);
    world.ids_known_at = world.now + 15s;

    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted == 1; }));
    EXPECT_LT(world.now, world.ids_known_at);
    EXPECT_EQ(partition().next_source, Offset{0});
    ASSERT_TRUE(run_until_copied());

    EXPECT_EQ(process.shard().status().aborted, 1U);
    EXPECT_TRUE(examine(world, view).violations.empty());
}

TEST_F(ShardFlowTest, FindsARecordThatTheProducerDoesNotTake)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(20);
    ASSERT_EQ(world.contents, 20U);
    world.refused.insert(10);  // 1 modulo 3: by the producer itself

    ASSERT_TRUE(run_until_copied());

    EXPECT_LE(process.shard().status().aborted, 2U);
    EXPECT_TRUE(examine(world, view).violations.empty());
}

TEST_F(ShardFlowTest, PassesOverARecordThatCannotBeRead)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(20);
    world.refused.insert(11);  // 2 modulo 3

    ASSERT_TRUE(run_until_copied());

    EXPECT_EQ(process.shard().status().aborted, 0U);
    EXPECT_EQ(process.shard().status().records, 19U);
    EXPECT_EQ(view.gaps()->size(), 1U);
    EXPECT_TRUE(examine(world, view).violations.empty());
}

TEST_F(ShardFlowTest, StartsAPartitionAgainThatFailedForAnUnknownReason)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    world.failing.emplace(world.mirrors.front().source, Error{Errc::fatal, "never heard of"});
    write(5);

    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::starting; }));

    EXPECT_EQ(partition().reason, "never heard of");
    ASSERT_TRUE(run_until_copied());
}

TEST_F(ShardFlowTest, GoesOnAtOnceAfterASlowCommit)
{
    world.commit_takes = 6s;
    write(60);
    const auto began = world.now;

    ASSERT_TRUE(run_until_copied());

    // Five transactions or a few more, and with each the announcement of a session.
    EXPECT_LT(world.now - began, 2 * 6s * 8);
    EXPECT_FALSE(process.shard().status().trouble);
    EXPECT_GE(process.shard().status().recycled, 4U);
    EXPECT_TRUE(examine(world, view).violations.empty());
}

// Each batch is paid for longer than a shard should be out of reach.
struct ThrottledShardTest : ShardFlowTest {
    ThrottledShardTest() : ShardFlowTest{Weather{}.policies, RecordPolicy::skip, 1}
    {
        write(20);
        EXPECT_TRUE(run_until([this] { return process.shard().status().records > 0; }));
    }
};

TEST_F(ThrottledShardTest, TakesAPartitionOutWhileItWaits)
{
    const auto began = world.now;
    process.shard().stop(world.mirrors.front(), MirrorState::halted, "enough");

    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::halted; }));

    EXPECT_LT(world.now - began, 1s);
}

TEST_F(ThrottledShardTest, DrainsWhileItWaits)
{
    const auto began = world.now;
    process.shard().drain();

    EXPECT_FALSE(run_until([] { return false; }));

    ASSERT_TRUE(process.ended());
    EXPECT_EQ(process.ended()->code(), Errc::cancelled);
    EXPECT_LT(world.now - began, 1s);
}

TEST_F(ShardFlowTest, TellsWhyItAbortedAndNotOnlyThatItCouldNot)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    world.aborts_fail = true;
    write(5);
    world.refused.insert(3);

    ASSERT_TRUE(run_until([this] { return process.shard().status().trouble.has_value(); }));

    const auto trouble = *process.shard().status().trouble;
    EXPECT_TRUE(trouble.ends_with(": refused: abort: an invalid state")) << trouble;
    world.aborts_fail = false;
    ASSERT_TRUE(run_until_copied());
}

TEST_F(ShardFlowTest, HaltsAPartitionThatDoesNotGetOnAfterReadingItAnew)
{
    put_neighbour();
    ASSERT_TRUE(run_until([this] { return partition(1).state == MirrorState::active; }));
    const auto& at = world.mirrors.front().source;
    world.stuck.insert(at);
    const auto began = world.now;
    write(5);

    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::halted; }));

    EXPECT_GE(world.now - began, 120s);
    EXPECT_EQ(world.assigned[at], 2);
    EXPECT_TRUE(partition().reason.starts_with("stalled: ")) << partition().reason;
    write(5, 1);
    ASSERT_TRUE(run_until_copied(1));
    EXPECT_EQ(world.assigned[world.mirrors.back().source], 1);
}

TEST_F(ShardFlowTest, GoesOnWhenAPartitionMovesAfterItWasReadAnew)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    const auto& at = world.mirrors.front().source;
    world.stuck.insert(at);
    write(5);
    ASSERT_TRUE(run_until([&] { return world.assigned[at] == 2; }));

    world.stuck.clear();

    ASSERT_TRUE(run_until_copied());
    EXPECT_EQ(partition().state, MirrorState::active);
}

// The link asks for the same partition at every look; the policy has decided.
TEST_F(ShardSkippingTest, LeavesAPartitionAloneThatItsPolicyKeepsOut)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(3);
    ASSERT_TRUE(run_until_copied());
    recreate_with(1);
    const auto left = [this] { return partition().state == MirrorState::source_gone; };
    ASSERT_TRUE(run_until(left));

    for (int look = 0; look < 3; ++look) {
        tell_topics();
        for (int i = 0; i < 1'000; ++i) {
            process.step();
            ASSERT_TRUE(left()) << to_string(partition().state);
        }
    }
    process.shard().stop(world.mirrors.front(), MirrorState::halted, "the link says so");
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::halted; }));
    tell_topics();
    EXPECT_TRUE(run_until(left)) << "compared again when the link asks for it again";
}

// The topic is created again with one partition instead of two, and gets a second one later.
TEST_F(ShardFlowTest, TellsOfAPartitionThatLeftWithItsTopic)
{
    put_neighbour();
    ASSERT_TRUE(run_until([this] { return partition(1).state == MirrorState::active; }));
    write(5, 1);
    ASSERT_TRUE(run_until_copied(1));

    recreate_with(1);
    ASSERT_TRUE(run_until([this] { return partition(1).state == MirrorState::source_gone; }));
    write(3);
    ASSERT_TRUE(run_until_copied());

    const auto told = gap_of(1);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->cause, GapCause::recreated);
    EXPECT_EQ(told->from, Offset{5});
    EXPECT_TRUE(told->open);
    EXPECT_FALSE(partition(1).reason.empty());

    world.topics.front().now().partitions.resize(2);
    write(4, 1);
    tell_topics();
    ASSERT_TRUE(run_until_copied(1));
    ASSERT_TRUE(run_until([this] { return !gap_of(1)->open; }));
    EXPECT_TRUE(examine(world, view).violations.empty());
}

TEST_F(ShardFlowTest, TellsOfATransactionThatStaysOpenAtTheSource)
{
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    write(5);
    ASSERT_TRUE(run_until_copied());

    ASSERT_TRUE(run_until([this] { return !partition().reason.empty(); }, 7));

    EXPECT_TRUE(partition().reason.starts_with("source_lso_stuck: ")) << partition().reason;
    EXPECT_EQ(partition().state, MirrorState::active);
    write(1);
    ASSERT_TRUE(run_until([this] { return partition().reason.empty(); }, 7));
}

// What a commit, and a look at both clusters, costs grows with the partitions, and nothing else is
// copied meanwhile.
TEST_F(ShardFlowTest, StartsAndStoresManyPartitionsAFewAtATime)
{
    constexpr std::size_t partitions = 2 * Transaction::partitions_max + 100;
    world.topics.front().now().partitions.resize(partitions);
    for (std::size_t i = 1; i < partitions; ++i) {
        auto& mirror = world.mirrors.emplace_back(world.mirrors.front());
        mirror.source.partition = Partition{static_cast<std::int32_t>(i)};
        process.shard().put(mirror);
    }
    const auto is_stored = [&](const Mirror& mirror) {
        return view.position(mirror.source_id, mirror.source.partition).value().has_value();
    };

    ASSERT_TRUE(run_until([&] { return !world.assigned.empty(); }));
    EXPECT_EQ(world.assigned.size(), kafka::offset_partitions_max);
    ASSERT_TRUE(run_until([&] { return is_stored(world.mirrors.back()); }));
    EXPECT_TRUE(std::ranges::all_of(world.mirrors, is_stored));

    std::uint32_t touched_max = 0;
    for (const auto& entry : world.target.log(world.links)) {
        const auto& [key, value, time, stamp] = entry.content;
        if (entry.marker || !key || !value) continue;
        const auto record = decode_record(*key, *value);
        const auto* const checkpoint = std::get_if<Checkpoint>(&*record);
        if (checkpoint != nullptr) touched_max = std::max(touched_max, checkpoint->touched);
    }
    EXPECT_EQ(touched_max, Transaction::partitions_max);
}

}  // namespace
}  // namespace strait::links::simulation
