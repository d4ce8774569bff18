#include "links/verify/map_blocks.hpp"

#include "tests/links/control_thread.hpp"
#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace strait::links {
namespace {

const TopicId source_id{{1}};
const TopicId lost_id{{2}};
const TopicId target_id{{3}};

struct MapBlocksTest : ::testing::Test {
    ControlThread thread;
    MemoryView stored;
    std::uint64_t seq = 0;

    Checkpoint store(std::uint32_t generation, std::int64_t first, const TopicId& target)
    {
        Checkpoint next;
        next.link = LinkName{"oslo-to-bergen"};
        next.source_id = source_id;
        next.target_id = target;
        next.generation = Generation{generation};
        next.seq = PartitionSeq{++seq};
        next.txn_no = TxnNo{seq};
        next.touched = 1;
        next.block = block_at(Offset{first}, Offset{first});
        EXPECT_TRUE(extend(next.block, Offset{first}, Offset{first}));
        const std::vector<LinkRecord> records{next};
        const Offset applied{static_cast<std::int64_t>(seq)};
        EXPECT_TRUE(stored.link.apply(ShardNumber{0}, records, applied));
        return next;
    }

    std::vector<Checkpoint> all_up_to(const Checkpoint& position)
    {
        MapBlocks blocks{stored.link, thread.node.pool, position};
        std::vector<Checkpoint> all;
        for (;;) {
            std::optional<Result<std::optional<Checkpoint>>> next;
            thread.spawn(blocks.next(), next);
            EXPECT_TRUE(thread.run_until([&] { return next.has_value(); }));
            if (!next || !*next || !**next) return all;
            all.push_back(***next);
        }
    }
};

// After on_target_lost: restart, and after a reversal that rebuilt the topic.
TEST_F(MapBlocksTest, LeavesOutWhatIsAboutAMirrorTopicThatIsNoMore)
{
    for (std::int64_t i = 0; i < 200; ++i) store(0, i, lost_id);
    std::vector<Checkpoint> wanted;
    for (std::int64_t i = 0; i < 100; ++i) wanted.push_back(store(1, i, target_id));

    EXPECT_EQ(all_up_to(wanted.back()), wanted);
}

}  // namespace
}  // namespace strait::links
