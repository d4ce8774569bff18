#include "links/store/offset_map.hpp"
#include "tests/links/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace strait::links::simulation {
namespace {

using namespace std::chrono_literals;

// A shard in good weather, with a source that only the test writes to.
struct ShardFlowTest : ::testing::Test {
    MemoryView disk;
    World world;
    LinkView view = disk.view.link(world.link).value();
    Process process;
    Clock::Time told_at{};

    explicit ShardFlowTest(const LossPolicies& policies = Weather{}.policies,
                           std::uint64_t bandwidth = 0)
        : world{7, {.crash = 0, .fault = 0, .cancel = 0, .append = 0, .policies = policies}},
          process{start(bandwidth)}
    {
        world.mirrors.resize(1);
        process.shard().put(world.mirrors.front());
    }

    Process start(std::uint64_t bandwidth)
    {
        world.bandwidth = bandwidth;
        return Process{world, view, 1};
    }

    [[nodiscard]] SourceLog& log(std::size_t mirror = 0)
    {
        return world.log(world.mirrors[mirror].source);
    }

    void write(int count, std::size_t mirror = 0)
    {
        for (int i = 0; i < count; ++i) log(mirror).append(++world.contents);
    }

    // A transaction with these records in `_strait.links`; returns the end.
    Offset write_log(const std::vector<LinkRecord>& records)
    {
        for (const auto& record : records) {
            world.target.append(
                ShardNumber{0}, world.links, {encode_key(key_of(record)), encode_value(record), 0});
        }
        world.target.end_transaction(ShardNumber{0}, Target::Outcome::committed);
        return Offset{std::ssize(world.target.log(world.links))};
    }

    // A second partition of the same topic.
    void put_neighbour()
    {
        world.topics.front().now().partitions.resize(2);
        world.mirrors.resize(1);
        world.mirrors.push_back(world.mirrors.front());
        world.mirrors.back().source.partition = Partition{1};
        process.shard().put(world.mirrors.back());
    }

    [[nodiscard]] PartitionStatus partition(std::size_t mirror = 0)
    {
        const auto partitions = process.shard().status().partitions;
        const auto found = partitions.find(world.mirrors[mirror].source);
        return found == partitions.end() ? PartitionStatus{} : found->second;
    }

    // As the link does it; the log's last `open` offsets belong to open transactions.
    void tell_ends(std::int64_t open)
    {
        if (world.now < told_at + 2s) return;
        told_at = world.now;
        std::map<TopicPartition, SourceEnds> ends;
        for (const auto& mirror : world.mirrors) {
            const auto end = world.log(mirror.source).end;
            ends[mirror.source] = {Offset{end}, Offset{end + open}};
        }
        process.shard().tell_ends(std::move(ends));
    }

    // False if it does not come to that.
    template <class Condition>
    bool run_until(Condition condition, std::int64_t open = 0)
    {
        constexpr int steps_max = 100'000;
        for (int i = 0; i < steps_max; ++i) {
            if (condition()) return true;
            tell_ends(open);
            if (!process.step()) return false;
        }
        return false;
    }

    bool run_until_copied(std::size_t mirror = 0)
    {
        return run_until(
            [=, this] { return partition(mirror).next_source == Offset{log(mirror).end}; });
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
    ThrottledShardTest() : ShardFlowTest{Weather{}.policies, 1}
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

// Nothing was ever committed, so no batch was: what the source had is known all the same.
TEST_F(ShardFlowTest, KnowsWhatIsLostOfATopicOfWhichTheTargetTookNothing)
{
    write(40);
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::active; }));
    world.target_down = true;
    write(60);
    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted >= 10; }));
    const auto& mirror = world.mirrors.front();

    process.shard().stop(mirror, MirrorState::source_gone, "deleted");
    ASSERT_TRUE(run_until([this] { return partition().state == MirrorState::source_gone; }));
    world.target_down = false;
    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));

    const auto gaps = view.gaps().value();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].cause, GapCause::source_deleted);
    EXPECT_EQ(gaps[0].from, Offset{0});
    EXPECT_EQ(gaps[0].to, Offset{100});
}

// It is passed silently, so nothing that is read shows that the topic is another one.
TEST_F(ShardFlowTest, StoresNoPositionOfATopicThatWasCreatedAgain)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    auto& topic = world.topics.front();
    topic.incarnations.push_back({TopicId{{77}}, {SourceLog{}}});
    for (int i = 0; i < 90; ++i) log().append_hole();

    ASSERT_TRUE(run_until([this] { return partition().state != MirrorState::active; }));

    const auto& mirror = world.mirrors.front();
    const auto stored = view.position(mirror.source_id, mirror.source.partition).value();
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->block.next_source, Offset{40});
}

// The ends that were told last are those of the topic that followed.
TEST_F(ShardFlowTest, BooksNoOffsetOfATopicThatWasCreatedAgain)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    world.target_down = true;
    write(20);
    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted >= 10; }));
    auto& topic = world.topics.front();
    topic.incarnations.push_back({TopicId{{77}}, {SourceLog{}}});
    write(500);
    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted >= 30; }));
    world.target_down = false;
    world.mirrors.front().previous_ids = {world.mirrors.front().source_id};
    world.mirrors.front().source_id = topic.now().id;

    process.shard().put(world.mirrors.front());
    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));

    const auto gaps = view.gaps().value();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].cause, GapCause::recreated);
    EXPECT_EQ(gaps[0].from, Offset{40});
    EXPECT_EQ(gaps[0].to, Offset{60});
    ASSERT_TRUE(run_until_copied());
}

struct TargetLostFlowTest : ShardFlowTest {
    TargetLostFlowTest() : ShardFlowTest{LossPolicies{}} {}

    // Retention at the source has taken what is before 10 since it was copied.
    void halt_with_target_cut_at(std::int64_t source_offset)
    {
        write(40);
        ASSERT_TRUE(run_until_copied());
        log().retain_from(10);
        const auto& mirror = world.mirrors.front();
        const auto there = translate(view,
                                     mirror.source_id,
                                     mirror.source.partition,
                                     Direction::forward,
                                     Offset{source_offset});
        world.target.truncate({mirror.target, mirror.source.partition}, *there->offset);
        process.shard().recheck(mirror.source);
        ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));
    }

    [[nodiscard]] Gap only_gap() const
    {
        const auto gaps = view.gaps().value();
        EXPECT_EQ(gaps.size(), 1U);
        return gaps.front();
    }
};

TEST_F(TargetLostFlowTest, BooksWhatATargetThatWasCutHasLostAndNoMore)
{
    halt_with_target_cut_at(25);

    EXPECT_EQ(partition().state, MirrorState::halted);
    EXPECT_EQ(only_gap().cause, GapCause::target_lost);
    EXPECT_EQ(only_gap().from, Offset{25});
    EXPECT_EQ(only_gap().to, Offset{40});
    EXPECT_TRUE(only_gap().open);
}

TEST_F(TargetLostFlowTest, KeepsOfItWhatCanNotBeCopiedAgain)
{
    halt_with_target_cut_at(5);
    EXPECT_EQ(only_gap().from, Offset{5});

    world.weather.policies.on_target_lost = GapPolicy::restart;
    Process again{world, view, 2};
    again.shard().put(world.mirrors.front());
    for (int i = 0; i < 100'000 && only_gap().open; ++i) ASSERT_TRUE(again.step());

    EXPECT_EQ(only_gap().from, Offset{5});
    EXPECT_EQ(only_gap().to, Offset{10});
    EXPECT_FALSE(only_gap().open);
}

// A partition with a hundred copied records, of whose source the last fifty are lost.
struct TruncationFlowTest : ShardFlowTest, ::testing::WithParamInterface<int> {
    explicit TruncationFlowTest(const LossPolicies& policies = {}) : ShardFlowTest{policies} {}

    void truncate_and_write_again()
    {
        put_neighbour();
        write(100);
        ASSERT_TRUE(run_until_copied());
        log().truncate(50);
        write(GetParam());
    }

    void expect_gap(bool open)
    {
        const auto gaps = view.gaps().value();
        ASSERT_EQ(gaps.size(), 1U);
        EXPECT_EQ(gaps[0].cause, GapCause::truncated);
        EXPECT_EQ(gaps[0].from, Offset{50});
        EXPECT_EQ(gaps[0].to, Offset{100});
        EXPECT_EQ(gaps[0].open, open);
    }
};

struct TruncationSkippedFlowTest : TruncationFlowTest {
    TruncationSkippedFlowTest() : TruncationFlowTest{LossPolicies{.on_gap = GapPolicy::skip}} {}
};

TEST_P(TruncationFlowTest, HaltsWithTheWholeRangeWhateverTheLogHasGrownTo)
{
    truncate_and_write_again();

    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));

    EXPECT_EQ(partition().state, MirrorState::halted);
    expect_gap(true);
    EXPECT_LE(world.assigned[world.mirrors.front().source], 3);
    write(5, 1);
    ASSERT_TRUE(run_until_copied(1));
}

TEST_P(TruncationSkippedFlowTest, GoesOnWhereTheHistoriesPart)
{
    truncate_and_write_again();

    ASSERT_TRUE(run_until([this] {
        return !view.gaps().value().empty() && partition().next_source == Offset{log().end};
    }));

    expect_gap(false);
    EXPECT_TRUE(examine(world, view).violations.empty());
    write(5);
    ASSERT_TRUE(run_until_copied());
    EXPECT_LE(world.assigned[world.mirrors.front().source], 3);
}

INSTANTIATE_TEST_SUITE_P(Regrown, TruncationFlowTest, ::testing::Values(0, 30, 50, 70));
INSTANTIATE_TEST_SUITE_P(Regrown, TruncationSkippedFlowTest, ::testing::Values(0, 30, 50, 70));

}  // namespace
}  // namespace strait::links::simulation
