#include "links/store/offset_map.hpp"
#include "tests/links/simulation/shard_flow.hpp"

#include <cstdint>

// What is lost, and what the ledger says of it.
namespace strait::links::simulation {
namespace {

using ShardLossTest = ShardFlowTest;

// Nothing was ever committed, so no batch was: what the source had is known all the same.
TEST_F(ShardLossTest, KnowsWhatIsLostOfATopicOfWhichTheTargetTookNothing)
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

// As seen by a broker that had not heard of it for a while.
TEST_F(ShardLossTest, ClosesTheEntryOfADeletedTopicThatIsBack)
{
    write(40);
    ASSERT_TRUE(run_until_copied());
    write(20);
    world.target_down = true;
    ASSERT_TRUE(run_until([this] { return process.shard().status().aborted >= 10; }));
    const auto& mirror = world.mirrors.front();
    process.shard().stop(mirror, MirrorState::source_gone, "deleted");
    world.target_down = false;
    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));
    EXPECT_TRUE(view.gaps().value().front().open);

    process.shard().put(mirror);
    ASSERT_TRUE(run_until_copied());

    const auto gaps = view.gaps().value();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].from, Offset{40});
    EXPECT_EQ(gaps[0].to, Offset{40});
    EXPECT_FALSE(gaps[0].open);
}

// It is passed silently, so nothing that is read shows that the topic is another one.
TEST_F(ShardLossTest, StoresNoPositionOfATopicThatWasCreatedAgain)
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
TEST_F(ShardLossTest, BooksNoOffsetOfATopicThatWasCreatedAgain)
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

struct RefusalFlowTest : ShardFlowTest {
    RefusalFlowTest() : ShardFlowTest{{}, RecordPolicy::halt} {}

    // The program starts again, with the same disk.
    void restart(Process& again)
    {
        again.shard().put(world.mirrors.front());
        for (int i = 0; i < 100'000; ++i) {
            const auto at = again.shard().status().partitions[world.mirrors.front().source];
            if (at.next_source == Offset{log().end}) return;
            ASSERT_TRUE(again.step());
        }
        FAIL() << "does not get to the end";
    }
};

TEST_F(RefusalFlowTest, ClosesAnEntryWithNothingLostWhenTheRecordArrivesAfterAll)
{
    write(40);
    world.refused.insert(21);  // at offset 20
    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));
    const auto halted = view.gaps().value();
    EXPECT_EQ(halted[0].from, Offset{20});
    EXPECT_EQ(halted[0].to, Offset{21});
    EXPECT_TRUE(halted[0].open);

    world.refused.clear();
    Process again{world, view, 2};
    restart(again);

    const auto gaps = view.gaps().value();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].from, Offset{20});
    EXPECT_EQ(gaps[0].to, Offset{20});
    EXPECT_FALSE(gaps[0].open);
    EXPECT_TRUE(examine(world, view).violations.empty());
}

TEST_F(RefusalFlowTest, ClosesAnEntryAsItIsWhenTheRecordIsSkippedInTheEnd)
{
    write(40);
    world.refused.insert(21);
    ASSERT_TRUE(run_until([this] { return !view.gaps().value().empty(); }));

    world.weather.on_bad_record = RecordPolicy::skip;
    Process again{world, view, 2};
    restart(again);

    const auto gaps = view.gaps().value();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].to, Offset{21});
    EXPECT_FALSE(gaps[0].open);
    EXPECT_TRUE(examine(world, view).violations.empty());
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
