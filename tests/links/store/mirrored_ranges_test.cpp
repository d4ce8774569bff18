#include "links/store/mirrored_ranges.hpp"

#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace strait::links {
namespace {

constexpr TopicId orders{{1}};

struct MirroredRanges : ::testing::Test {
    MirroredRanges()
    {
        TopicOwner owner;
        owner.link = LinkName{"oslo-to-bergen"};
        owner.source = TopicName{"sales.orders"};
        owner.target = TopicName{"orders"};
        owner.source_id = orders;
        apply(owner);
    }

    void apply(const LinkRecord& record)
    {
        const std::vector records{record};
        ASSERT_TRUE(stored.link.apply(ShardNumber{0}, records, Offset{0}));
    }

    // Takes over the block as the newest one of the partition.
    void apply(const OffsetBlock& block, std::uint32_t generation = 0, std::int32_t partition = 0)
    {
        Checkpoint record;
        record.link = LinkName{"oslo-to-bergen"};
        record.source_id = orders;
        record.partition = Partition{partition};
        record.generation = Generation{generation};
        record.txn_no = TxnNo{++count};
        record.touched = 1;
        record.seq = PartitionSeq{count};
        record.block = block;
        apply(LinkRecord{record});
    }

    // The offsets [first, last) of the source have become those from `target` on.
    static void copy(OffsetBlock& block, std::int64_t first, std::int64_t last, std::int64_t target)
    {
        for (auto at = first; at < last; ++at) {
            EXPECT_TRUE(extend(block, Offset{at}, Offset{target + at - first}));
        }
    }

    // "partition: [first, end) records"
    std::vector<std::string> beyond(const MirroredUpTo& known, std::size_t max = 100)
    {
        const auto ranges = mirrored_beyond(stored.link, known, max);
        EXPECT_TRUE(ranges) << ranges.error().detail();
        std::vector<std::string> all;
        for (const auto& range : ranges.value_or(std::vector<MirroredRange>{})) {
            EXPECT_EQ(range.target, TopicName{"orders"});
            EXPECT_EQ(range.source_id, orders);
            all.push_back(std::to_string(range.partition.value()) + ": [" +
                          std::to_string(range.first.value()) + ", " +
                          std::to_string(range.end.value()) + ") " + std::to_string(range.records));
        }
        return all;
    }

    static MirroredUpTo up_to(std::int64_t offset, std::int32_t partition = 0)
    {
        return {{{orders, Partition{partition}}, Offset{offset}}};
    }

    using Ranges = std::vector<std::string>;

    MemoryView stored;
    std::uint64_t count = 0;
};

TEST_F(MirroredRanges, AreAllOfALinkThatNobodyKnows)
{
    auto block = block_at(Offset{100}, Offset{0});
    copy(block, 100, 110, 0);
    copy(block, 112, 115, 11);
    skip_to(block, Offset{116});
    apply(block);
    EXPECT_EQ(beyond({}), Ranges{"0: [100, 116) 13"});
}

TEST_F(MirroredRanges, BeginWhereOneKnowsThem)
{
    auto block = block_at(Offset{0}, Offset{0});
    copy(block, 0, 10, 0);
    apply(block);
    EXPECT_EQ(beyond(up_to(4)), Ranges{"0: [4, 10) 6"});
    EXPECT_EQ(beyond(up_to(10)), Ranges{});
    copy(block, 12, 14, 20);
    apply(block);
    EXPECT_EQ(beyond(up_to(10)), Ranges{"0: [10, 14) 2"});
    EXPECT_EQ(beyond(up_to(11)), Ranges{"0: [11, 14) 2"});
    EXPECT_EQ(beyond(up_to(13)), Ranges{"0: [13, 14) 1"});
}

TEST_F(MirroredRanges, GoOnFromBlockToBlock)
{
    auto block = block_at(Offset{0}, Offset{0});
    for (int i = 0; i < 3; ++i) {
        copy(block, block.next_source.value(), block.next_source.value() + 5, i * 10);
        apply(block);
        block = successor_of(block);
    }
    EXPECT_EQ(beyond({}), (Ranges{"0: [0, 5) 5", "0: [5, 10) 5", "0: [10, 15) 5"}));
    EXPECT_EQ(beyond(up_to(7)), (Ranges{"0: [7, 10) 3", "0: [10, 15) 5"}));
    EXPECT_EQ(beyond({}, 2), (Ranges{"0: [0, 5) 5", "0: [5, 10) 5"}));
    EXPECT_EQ(beyond(up_to(10), 2), (Ranges{"0: [10, 15) 5"}));
}

TEST_F(MirroredRanges, AreOfEachPartition)
{
    for (const int partition : {0, 1, 2}) {
        auto block = block_at(Offset{0}, Offset{0});
        copy(block, 0, 5 + partition, 0);
        apply(block, 0, partition);
    }
    EXPECT_EQ(beyond(up_to(6, 1)), (Ranges{"0: [0, 5) 5", "2: [0, 7) 7"}));
}

// A target that was made anew takes everything once more.
TEST_F(MirroredRanges, SayNothingTwice)
{
    auto block = block_at(Offset{0}, Offset{0});
    copy(block, 0, 10, 0);
    apply(block);
    auto again = block_at(Offset{0}, Offset{0});
    copy(again, 0, 12, 0);
    apply(again, 1);
    EXPECT_EQ(beyond({}), (Ranges{"0: [0, 10) 10", "0: [10, 12) 2"}));
    EXPECT_EQ(beyond(up_to(10)), Ranges{"0: [10, 12) 2"});
    EXPECT_EQ(beyond(up_to(12)), Ranges{});
}

TEST_F(MirroredRanges, GoOnBehindTheEndOfAGeneration)
{
    auto block = block_at(Offset{0}, Offset{0});
    copy(block, 0, 10, 0);
    apply(block);
    auto later = block_at(Offset{30}, Offset{50});  // the other side was the source meanwhile
    copy(later, 30, 34, 50);
    apply(later, 1);
    EXPECT_EQ(beyond(up_to(6)), (Ranges{"0: [6, 10) 4", "0: [30, 34) 4"}));
    EXPECT_EQ(beyond(up_to(10)), Ranges{"0: [30, 34) 4"});
}

}  // namespace
}  // namespace strait::links
