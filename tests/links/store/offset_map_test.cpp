#include "links/store/offset_map.hpp"

#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

using enum Translation::Status;

constexpr TopicId orders{{1}};
constexpr Partition partition{0};

struct OffsetMap : ::testing::Test {
    // Takes over the block as the newest one of the partition.
    void apply(const OffsetBlock& block, std::uint32_t generation = 0, bool from_log_start = true)
    {
        Checkpoint record;
        record.link = LinkName{"oslo-to-bergen"};
        record.source_id = orders;
        record.partition = partition;
        record.generation = Generation{generation};
        record.txn_no = TxnNo{++count};
        record.touched = 1;
        record.seq = PartitionSeq{count};
        record.from_log_start = from_log_start;
        record.block = block;
        const std::vector<LinkRecord> records{record};
        ASSERT_TRUE(stored.link.apply(ShardNumber{0}, records, Offset{0}));
    }

    void prune(std::int64_t target_log_start)
    {
        const auto removals = stored.link.prune(orders, partition, Offset{target_log_start});
        ASSERT_TRUE(removals);
        const std::vector<LinkRecord> records{removals->begin(), removals->end()};
        ASSERT_TRUE(stored.link.apply(ShardNumber{0}, records, Offset{0}));
    }

    Translation ask(Direction direction, std::int64_t offset, const KnownBounds& bounds = {}) const
    {
        return translate(stored.link, orders, partition, direction, Offset{offset}, bounds).value();
    }

    Translation forward(std::int64_t offset, const KnownBounds& bounds = {}) const
    {
        return ask(Direction::forward, offset, bounds);
    }

    Translation inverse(std::int64_t offset, const KnownBounds& bounds = {}) const
    {
        return ask(Direction::inverse, offset, bounds);
    }

    Translation expected(std::int64_t offset,
                         Translation::Status status,
                         std::uint32_t generation = 0,
                         std::int64_t not_replicated = 0) const
    {
        return {Offset{offset}, status, Generation{generation}, TxnNo{count}, not_replicated};
    }

    MemoryView stored;
    std::uint64_t count = 0;
};

// Records at these pairs of offsets, then read on.
OffsetBlock block_of(const OffsetBlock& start,
                     const std::vector<std::pair<std::int64_t, std::int64_t>>& records,
                     std::int64_t next_source)
{
    auto block = start;
    for (const auto& [source, target] : records) {
        EXPECT_TRUE(extend(block, Offset{source}, Offset{target}));
    }
    skip_to(block, Offset{next_source});
    return block;
}

const auto first = block_of(
    block_at(Offset{8}, Offset{99}), {{10, 100}, {11, 101}, {12, 102}, {20, 104}, {21, 105}}, 25);
const auto second = block_of(successor_of(first), {{30, 107}}, 40);

TEST_F(OffsetMap, KnowsNothingOfWhatIsNotMirrored)
{
    apply(first);

    const auto elsewhere = translate(
        stored.link, TopicId{{2}}, partition, Direction::forward, Offset{10}, KnownBounds{});
    EXPECT_EQ(elsewhere, Translation{});
    const auto beside =
        translate(stored.link, orders, Partition{1}, Direction::inverse, Offset{100});
    EXPECT_EQ(beside, Translation{});
}

TEST_F(OffsetMap, TranslatesForwardOverTwoBlocks)
{
    apply(first);
    apply(second);

    EXPECT_EQ(forward(0), expected(100, exact)) << "nothing was ever missed before it";
    EXPECT_EQ(forward(9), expected(100, exact));
    EXPECT_EQ(forward(10), expected(100, exact));
    EXPECT_EQ(forward(12), expected(102, exact));
    EXPECT_EQ(forward(13), expected(104, gap));
    EXPECT_EQ(forward(21), expected(105, exact));
    EXPECT_EQ(forward(22), expected(107, gap)) << "the next record is in the next block";
    EXPECT_EQ(forward(25), expected(107, gap));
    EXPECT_EQ(forward(30), expected(107, exact));
    EXPECT_EQ(forward(31), expected(108, end)) << "in the trailing gap";
    EXPECT_EQ(forward(40), expected(108, end));
    EXPECT_EQ(forward(43), expected(108, clamped, 0, 3));
}

TEST_F(OffsetMap, TranslatesInverseOverTwoBlocks)
{
    apply(first);
    apply(second);

    EXPECT_EQ(inverse(0), expected(10, before_first));
    EXPECT_EQ(inverse(99), expected(10, before_first));
    EXPECT_EQ(inverse(100), expected(10, exact));
    EXPECT_EQ(inverse(103), expected(20, gap)) << "a marker";
    EXPECT_EQ(inverse(105), expected(21, exact));
    EXPECT_EQ(inverse(106), expected(30, gap));
    EXPECT_EQ(inverse(107), expected(30, exact));
    EXPECT_EQ(inverse(108), expected(40, end));
    EXPECT_EQ(inverse(110), expected(40, clamped, 0, 2));
}

TEST_F(OffsetMap, EndsWhereTheSourceWasReadToWithoutARecord)
{
    apply(first);
    const KnownBounds passed{{}, {}, Offset{28}};
    EXPECT_EQ(forward(26), expected(106, clamped, 0, 1)) << "no checkpoint says so";
    EXPECT_EQ(forward(26, passed), expected(106, end));
    EXPECT_EQ(forward(28, passed), expected(106, end));
    EXPECT_EQ(forward(30, passed), expected(106, clamped, 0, 2));
    EXPECT_EQ(inverse(106, passed), expected(28, end));
    EXPECT_EQ(forward(26, {{}, {}, Offset{20}}), expected(106, clamped, 0, 1));
}

TEST_F(OffsetMap, EndsBehindTheMarkerIfThatIsAllThatFollows)
{
    apply(first);
    const KnownBounds marker{{}, Offset{107}, {}};
    const KnownBounds more{{}, Offset{108}, {}};

    EXPECT_EQ(forward(25, marker), expected(107, end));
    EXPECT_EQ(forward(26, marker), expected(107, clamped, 0, 1));
    EXPECT_EQ(forward(25, more), expected(106, end));
    EXPECT_EQ(inverse(106, marker), expected(25, end));
    EXPECT_EQ(inverse(107, marker), expected(25, end));
    EXPECT_EQ(inverse(107, more), expected(25, clamped, 0, 1));
}

TEST_F(OffsetMap, SaysWhereAMirrorBeganThatDidNotStartWithTheLog)
{
    apply(first, 0, false);

    EXPECT_EQ(forward(7), expected(100, before_first));
    EXPECT_EQ(forward(8), expected(100, gap)) << "nothing is missing from here on";
    EXPECT_EQ(forward(10), expected(100, exact));
}

TEST_F(OffsetMap, EndsWhereItBeganBeforeTheFirstRecord)
{
    apply(block_at(Offset{8}, Offset{99}), 0, false);

    EXPECT_EQ(forward(7), expected(99, before_first));
    EXPECT_EQ(forward(8), expected(99, end));
    EXPECT_EQ(forward(9), expected(99, clamped, 0, 1));
    EXPECT_EQ(inverse(98), expected(8, before_first));
    EXPECT_EQ(inverse(99), expected(8, end));
}

TEST_F(OffsetMap, SkipsBlocksWithoutRuns)
{
    apply(block_at(Offset{8}, Offset{99}));
    auto empty = block_at(Offset{8}, Offset{99});
    skip_to(empty, Offset{10});
    apply(empty);
    apply(block_of(successor_of(empty), {{12, 100}}, 13));

    EXPECT_EQ(forward(8), expected(100, exact));
    EXPECT_EQ(forward(11), expected(100, gap));
    EXPECT_EQ(forward(12), expected(100, exact));
    EXPECT_EQ(inverse(100), expected(12, exact));
    EXPECT_EQ(inverse(90), expected(12, before_first));
}

TEST_F(OffsetMap, AnswersFromTheNewestGenerationThatCoversAnOffset)
{
    apply(first, 0);
    apply(block_of(block_at(Offset{20}, Offset{110}), {{20, 110}, {22, 111}}, 23), 1);
    apply(block_of(block_at(Offset{50}, Offset{120}), {{51, 120}}, 52), 2);

    EXPECT_EQ(forward(12), expected(102, exact, 0));
    EXPECT_EQ(forward(13), expected(110, gap, 1)) << "what was at 20 before was cut off";
    EXPECT_EQ(forward(20), expected(110, exact, 1));
    EXPECT_EQ(forward(21), expected(111, gap, 1));
    EXPECT_EQ(forward(30), expected(120, gap, 2)) << "between two generations";
    EXPECT_EQ(forward(51), expected(120, exact, 2));
    EXPECT_EQ(forward(52), expected(121, end, 2));
    EXPECT_EQ(inverse(105), expected(21, exact, 0));
    EXPECT_EQ(inverse(107), expected(20, gap, 1));
    EXPECT_EQ(inverse(111), expected(22, exact, 1));
    EXPECT_EQ(inverse(115), expected(51, gap, 2));
}

TEST_F(OffsetMap, BeginsWithTheGenerationThatReachesFarthestBack)
{
    apply(first, 0);
    apply(block_of(block_at(Offset{4}, Offset{110}), {{5, 110}}, 6), 1);

    EXPECT_EQ(forward(0), expected(110, exact, 1));
    EXPECT_EQ(inverse(0), expected(10, before_first, 0));
}

TEST_F(OffsetMap, AnswersWithTheLogStartForWhatThePruningTook)
{
    apply(first);
    apply(second);
    const auto third = block_of(successor_of(second), {{41, 110}}, 42);
    apply(third);
    apply(block_of(successor_of(third), {{43, 120}}, 44));

    prune(109);

    EXPECT_EQ(forward(5), expected(109, pruned));
    EXPECT_EQ(forward(10), expected(109, pruned)) << "in the boundary";
    EXPECT_EQ(forward(22), expected(109, pruned));
    EXPECT_EQ(forward(30), expected(109, pruned));
    EXPECT_EQ(forward(40), expected(110, gap));
    EXPECT_EQ(forward(41), expected(110, exact));
    EXPECT_EQ(inverse(107), expected(41, pruned)) << "that block is gone";
    EXPECT_EQ(inverse(110), expected(41, exact));
    EXPECT_TRUE(stored.link.prune(orders, partition, Offset{109}).value().empty());
}

TEST_F(OffsetMap, NeverAnswersWithLessThanTheLogStart)
{
    apply(first, 0, false);
    const KnownBounds empty{Offset{200}, Offset{200}, {}};

    EXPECT_EQ(forward(7, empty), expected(200, before_first));
    EXPECT_EQ(forward(12, empty), expected(200, pruned));
    EXPECT_EQ(forward(25, empty), expected(200, end));
    EXPECT_EQ(forward(26, empty), expected(200, clamped, 0, 1));
}

// Two links in turn: the stretch between two generations is the other one's.
TEST_F(OffsetMap, KnowsWhichStretchesAreItsOwn)
{
    apply(block_of(block_at(Offset{0}, Offset{0}), {{0, 0}, {1, 1}}, 3));
    apply(block_of(block_at(Offset{10}, Offset{20}), {{10, 20}, {12, 22}}, 13), 1, false);

    const auto mapped = [&](Direction direction, std::int64_t offset) {
        return is_mapped(stored.link, orders, partition, direction, Offset{offset}).value();
    };
    for (const auto offset : {0, 2, 10, 11, 12}) EXPECT_TRUE(mapped(Direction::forward, offset));
    for (const auto offset : {3, 9, 13}) EXPECT_FALSE(mapped(Direction::forward, offset));
    for (const auto offset : {0, 1, 20, 21, 22}) EXPECT_TRUE(mapped(Direction::inverse, offset));
    for (const auto offset : {2, 19, 23}) EXPECT_FALSE(mapped(Direction::inverse, offset));
    EXPECT_FALSE(
        is_mapped(stored.link, orders, Partition{1}, Direction::forward, Offset{0}).value());
}

// What lies between is mirrored by the other one: without its map, to read again is safe.
TEST_F(OffsetMap, SkipsNothingThatAnotherLinkHasMirrored)
{
    apply(block_of(block_at(Offset{0}, Offset{0}), {{0, 0}, {1, 1}}, 3));
    apply(block_of(block_at(Offset{10}, Offset{20}), {{10, 20}}, 11), 1, false);

    for (const auto offset : {2, 3, 9}) EXPECT_EQ(forward(offset), expected(2, gap)) << offset;
    for (const auto offset : {2, 19}) EXPECT_EQ(inverse(offset), expected(3, gap)) << offset;
    EXPECT_EQ(forward(10), expected(20, exact, 1));
}

}  // namespace
}  // namespace strait::links
