#include "links/verify/map_check.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace strait::links {
namespace {

struct MapCheckTest : ::testing::Test {
    TopicId mirror{{2}};
    MapCheck check{mirror, Offset{20}};

    [[nodiscard]] Checkpoint checkpoint(std::uint64_t seq,
                                        const OffsetBlock& block,
                                        std::uint32_t generation = 0) const
    {
        Checkpoint made;
        made.target_id = mirror;
        made.generation = Generation{generation};
        made.seq = PartitionSeq{seq};
        made.block = block;
        return made;
    }

    static OffsetBlock block(std::int64_t source, std::int64_t target, std::int64_t length = 3)
    {
        auto made = block_at(Offset{source}, Offset{target});
        for (std::int64_t i = 0; i < length; ++i) {
            EXPECT_TRUE(extend(made, Offset{source + i}, Offset{target + i}));
        }
        return made;
    }
};

TEST_F(MapCheckTest, PassesBlocksThatJoin)
{
    EXPECT_EQ(check.add(checkpoint(1, block(0, 10))), "");
    EXPECT_EQ(check.add(checkpoint(5, block(3, 13))), "");
    EXPECT_EQ(check.add(checkpoint(6, block(2, 30), 3)), "");  // after a truncation
}

TEST_F(MapCheckTest, LetsBlocksBePrunedBeforeTheTargetsLogStart)
{
    EXPECT_EQ(check.add(checkpoint(1, block(0, 10))), "");
    EXPECT_EQ(check.add(checkpoint(9, block(8, 20))), "");
    const auto hole = checkpoint(12, block(13, 25));
    EXPECT_EQ(check.add(hole),
              "block 13 of generation 0: it begins at source offset 13 and target offset 25, and "
              "the one before it ends at 11 and 23");
    check.target_starts_at(Offset{25});
    EXPECT_EQ(check.add(hole), "");
}

TEST_F(MapCheckTest, FindsBlocksThatContradictTheOnesBefore)
{
    check.target_starts_at(Offset{10});
    EXPECT_EQ(check.add(checkpoint(4, block(0, 10))), "");
    const auto found = [&](const Checkpoint& next) {
        const auto trouble = MapCheck{check}.add(next);
        EXPECT_NE(trouble, "");
        return trouble;
    };
    found(checkpoint(4, block(3, 13)));
    found(checkpoint(5, block(2, 13)));
    found(checkpoint(5, block(4, 13)));
    found(checkpoint(5, block(3, 12)));
    EXPECT_EQ(found(checkpoint(5, block(3, 12), 1)),
              "block 3 of generation 1: it begins at target offset 12, and the generation before "
              "it ends at 13");
    auto other = checkpoint(5, block(3, 13));
    other.target_id = TopicId{{9}};
    found(other);
}

TEST_F(MapCheckTest, FindsRunsThatOverlapOrPassTheEnd)
{
    auto good = block(0, 10);
    EXPECT_TRUE(extend(good, Offset{5}, Offset{15}));
    EXPECT_EQ(trouble_in(good), "");
    const auto broken = [&](auto change) {
        auto changed = good;
        change(changed);
        EXPECT_NE(trouble_in(changed), "");
    };
    broken([](auto& it) { it.runs.back().source_start = Offset{2}; });
    broken([](auto& it) { it.runs.back().target_start = Offset{12}; });
    broken([](auto& it) { it.runs.back().length = 0; });
    broken([](auto& it) { it.first_target = Offset{11}; });
    broken([](auto& it) { it.next_source = Offset{5}; });
    broken([](auto& it) { it.next_target = Offset{17}; });
}

TEST(TornTransactions, AreThoseOfWhichACheckpointIsMissing)
{
    const ShardState whole{ShardNumber{0}, Session{1}, "node", TxnNo{4}, 2, 2};
    const ShardState torn{ShardNumber{1}, Session{1}, "node", TxnNo{7}, 3, 2};

    const auto found = torn_transactions({whole, torn});

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front(), "shard 1: transaction 7 wrote 3 checkpoints, and 2 of them are here");
}

}  // namespace
}  // namespace strait::links
