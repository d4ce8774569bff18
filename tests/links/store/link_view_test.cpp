#include "links/store/link_view.hpp"

#include "tests/links/store/memory_view.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <vector>

namespace strait::links {
namespace {

constexpr TopicId orders{{1}};
constexpr TopicId payments{{2}};
constexpr ShardNumber shard{3};

struct At {
    TopicId topic = orders;
    std::int32_t partition = 0;
    std::int64_t first_source = 0;
    std::uint64_t seq = 1;
    std::uint64_t txn_no = 1;
    std::uint32_t touched = 1;
};

// A block of one run of ten records, at twice its source offset.
Checkpoint checkpoint_of(const At& at)
{
    Checkpoint record;
    record.link = LinkName{"oslo-to-bergen"};
    record.source_id = at.topic;
    record.partition = Partition{at.partition};
    record.shard = shard;
    record.session = Session{1};
    record.txn_no = TxnNo{at.txn_no};
    record.touched = at.touched;
    record.seq = PartitionSeq{at.seq};
    record.block = block_at(Offset{at.first_source}, Offset{2 * at.first_source});
    record.block.runs = {{record.block.first_source, record.block.first_target, 10}};
    record.block.next_source = Offset{at.first_source + 10};
    record.block.next_target = Offset{(2 * at.first_source) + 10};
    return record;
}

ShardSession session_of(std::uint64_t session, std::uint64_t txn_no)
{
    return {LinkName{"oslo-to-bergen"}, shard, Session{session}, TxnNo{txn_no}, "node-1"};
}

struct LinkViewTest : ::testing::Test {
    void apply(const std::vector<LinkRecord>& records, std::int64_t applied = 0)
    {
        const auto done = stored.link.apply(shard, records, Offset{applied});
        ASSERT_TRUE(done) << done.error().detail();
    }

    MemoryView stored;
    LinkView& view = stored.link;
};

TEST_F(LinkViewTest, IsEmptyAtFirst)
{
    EXPECT_EQ(view.applied(shard).value(), std::nullopt);
    EXPECT_EQ(view.position(orders, Partition{0}).value(), std::nullopt);
    EXPECT_TRUE(view.positions().value().empty());
    EXPECT_EQ(view.owner().value(), std::nullopt);
    EXPECT_TRUE(view.topics().value().empty());
    EXPECT_TRUE(view.gaps().value().empty());
    EXPECT_EQ(view.state_of(shard).value(), std::nullopt);
    EXPECT_TRUE(view.prune(orders, Partition{0}, Offset{9}).value().empty());
}

TEST_F(LinkViewTest, RemembersHowFarEachShardHasRead)
{
    ASSERT_TRUE(view.apply(ShardNumber{0}, {}, Offset{70}));
    ASSERT_TRUE(view.apply(ShardNumber{1}, {}, Offset{50}));

    EXPECT_EQ(view.applied(ShardNumber{0}).value(), Offset{70});
    EXPECT_EQ(view.applied_min(2).value(), Offset{50});
    EXPECT_EQ(view.applied_min(3).value(), std::nullopt) << "one has to read from the start";
}

TEST_F(LinkViewTest, TellsWhatWasAcknowledgedAndNotReadSince)
{
    const std::vector<LinkRecord> newest{session_of(3, 9)};
    ASSERT_TRUE(view.apply(shard, {}, Offset{70}));

    ASSERT_TRUE(view.apply_committed(shard, newest, Offset{80}));
    ASSERT_TRUE(view.apply(shard, {}, Offset{80}));  // read, but not to the end

    const auto told = view.acknowledged().value();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0], (Acknowledged{shard, Session{3}, TxnNo{9}, Offset{80}}));
    EXPECT_TRUE(told[0].shown_by(session_of(3, 9)));
    EXPECT_FALSE(told[0].shown_by(session_of(4, 9))) << "the same number, of a successor";
    EXPECT_EQ(view.applied(shard).value(), Offset{80}) << "it has to be read again";

    ASSERT_TRUE(view.apply(shard, {}, Offset{82}));

    EXPECT_TRUE(view.acknowledged().value().empty());
}

TEST_F(LinkViewTest, KeepsOwnersTopicsAndGaps)
{
    const LinkName link{"oslo-to-bergen"};
    const LinkOwner owner{link, InstallId{"i"}, ClusterId{"c"}, 4, Term{1}, {}};
    const TopicOwner topic{
        link, TopicName{"a"}, TopicName{"b"}, orders, payments, ClusterId{"c"}, 3, {orders}};
    Gap newer;
    newer.link = link;
    newer.topic = TopicName{"a"};
    newer.id = 1;
    newer.wall_time_ms = 20;
    auto older = newer;
    older.partition = Partition{1};
    older.wall_time_ms = 10;

    apply({owner, topic, newer, older});

    EXPECT_EQ(view.owner().value(), owner);
    EXPECT_EQ(view.topics().value(), std::vector{topic});
    EXPECT_EQ(view.gaps().value(), (std::vector{older, newer}));

    apply({Removal{key_of(newer)}, Removal{key_of(topic)}, Removal{key_of(owner)}});

    EXPECT_EQ(view.owner().value(), std::nullopt);
    EXPECT_TRUE(view.topics().value().empty());
    EXPECT_EQ(view.gaps().value(), std::vector{older});
}

TEST_F(LinkViewTest, TakesTheHighestSequenceForThePosition)
{
    const auto old = checkpoint_of({.first_source = 0, .seq = 4});
    const auto newest = checkpoint_of({.first_source = 10, .seq = 5});
    const auto beside = checkpoint_of({.topic = payments, .partition = 7, .seq = 1});

    apply({newest, old, beside});

    EXPECT_EQ(view.position(orders, Partition{0}).value(), newest);
    EXPECT_EQ(view.position(payments, Partition{7}).value(), beside);
    EXPECT_EQ(view.positions().value(), (std::vector{newest, beside}));
}

TEST_F(LinkViewTest, NeverReplacesABlockByAnOlderStateOfIt)
{
    auto shorter = checkpoint_of({.first_source = 0, .seq = 1});
    shorter.block = block_at(Offset{0}, Offset{0});
    const auto whole = checkpoint_of({.first_source = 0, .seq = 2});
    const auto newest = checkpoint_of({.first_source = 10, .seq = 3});

    apply({whole, newest});
    apply({shorter});

    auto blocks = view.blocks(orders, Partition{0});
    ASSERT_TRUE(blocks.seek(Direction::forward, Generation{0}, Offset{0}).value());
    EXPECT_EQ(blocks.checkpoint(), whole);
}

TEST_F(LinkViewTest, ForgetsABlockWithItsTombstone)
{
    const auto first = checkpoint_of({.first_source = 0, .seq = 1});
    const auto second = checkpoint_of({.first_source = 10, .seq = 2});
    apply({first, second});

    apply({Removal{key_of(first)}, Removal{key_of(first)}});

    auto blocks = view.blocks(orders, Partition{0});
    EXPECT_FALSE(blocks.seek(Direction::forward, Generation{0}, Offset{5}).value());
    EXPECT_FALSE(blocks.seek(Direction::inverse, Generation{0}, Offset{5}).value());
    EXPECT_EQ(view.position(orders, Partition{0}).value(), second);

    apply({Removal{key_of(second)}});

    EXPECT_EQ(view.position(orders, Partition{0}).value(), std::nullopt);
}

TEST_F(LinkViewTest, LeavesOtherLinksAlone)
{
    auto other = stored.view.link(LinkName{"bergen-to-oslo"}).value();
    const auto record = checkpoint_of({});
    apply({record}, 5);
    const std::vector<LinkRecord> foreign{record};

    ASSERT_TRUE(other.apply(shard, foreign, Offset{7}));

    EXPECT_TRUE(other.positions().value().empty());
    EXPECT_EQ(view.applied(shard).value(), Offset{5});

    ASSERT_TRUE(other.clear());

    EXPECT_EQ(view.position(orders, Partition{0}).value(), record);
}

TEST_F(LinkViewTest, IsAsNewAfterItWasCleared)
{
    apply({checkpoint_of({}), session_of(1, 1)}, 5);

    ASSERT_TRUE(view.clear());

    EXPECT_EQ(view.applied(shard).value(), std::nullopt);
    EXPECT_TRUE(view.positions().value().empty());
    EXPECT_EQ(view.state_of(shard).value(), std::nullopt);
    apply({checkpoint_of({})}, 5);
    EXPECT_EQ(view.positions().value().size(), 1U);
}

TEST_F(LinkViewTest, CountsTheCheckpointsOfTheNewestTransaction)
{
    apply({session_of(2, 8),
           checkpoint_of({.partition = 1, .seq = 1, .txn_no = 9, .touched = 1}),
           checkpoint_of({.partition = 0, .first_source = 0, .seq = 1, .txn_no = 10, .touched = 3}),
           checkpoint_of(
               {.partition = 0, .first_source = 10, .seq = 2, .txn_no = 10, .touched = 3})});

    const ShardState torn{shard, Session{2}, "node-1", TxnNo{10}, 3, 2};
    EXPECT_EQ(view.state_of(shard).value(), torn);
    EXPECT_TRUE(torn.torn());

    apply({checkpoint_of({.partition = 1, .seq = 2, .txn_no = 10, .touched = 3})});

    const ShardState whole{shard, Session{2}, "node-1", TxnNo{10}, 3, 3};
    EXPECT_EQ(view.state_of(shard).value(), whole);
    EXPECT_FALSE(whole.torn());
}

TEST_F(LinkViewTest, KnowsTheNewestSessionAndATransactionWithoutCheckpoints)
{
    apply({checkpoint_of({.txn_no = 10}), session_of(2, 11)});
    apply({session_of(1, 7)});

    const ShardState expected{shard, Session{2}, "node-1", TxnNo{11}, 0, 0};
    EXPECT_EQ(view.state_of(shard).value(), expected);
    EXPECT_EQ(view.session_of(shard).value(), session_of(2, 11));
    EXPECT_EQ(view.session_of(ShardNumber{9}).value(), std::nullopt);
}

TEST_F(LinkViewTest, SeesNoHalfOfATransactionThatIsAppliedMeanwhile)
{
    std::atomic<bool> done = false;
    boost::asio::thread_pool writer{1};
    boost::asio::post(writer, [&] {
        for (std::uint64_t i = 1; i <= 2'000; ++i) {
            const auto first = static_cast<std::int64_t>(i) * 10;
            const std::array<LinkRecord, 2> records{
                checkpoint_of({orders, 0, first, i, i, 2}),
                checkpoint_of({orders, 1, first, i, i, 2}),
            };
            EXPECT_TRUE(view.apply(shard, records, Offset{first}));
        }
        done = true;
    });
    while (!done) {
        const auto state = view.state_of(shard).value();
        EXPECT_FALSE(state && state->torn()) << state->seen << " of " << state->touched;
    }
    writer.join();
}

TEST_F(LinkViewTest, PrunesBetweenTheFirstBlockAndTheLogStart)
{
    std::vector<LinkRecord> blocks;
    blocks.reserve(5);
    for (std::uint64_t i = 0; i < 5; ++i) {
        blocks.emplace_back(
            checkpoint_of({.first_source = static_cast<std::int64_t>(i) * 10, .seq = i + 1}));
    }
    apply(blocks);

    EXPECT_EQ(view.prune(orders, Partition{0}, Offset{29}).value(), std::vector<Removal>{});
    EXPECT_EQ(view.prune(orders, Partition{0}, Offset{30}).value(),
              std::vector{Removal{key_of(blocks[1])}});
    EXPECT_EQ(view.prune(orders, Partition{0}, Offset{1'000}).value().size(), 3U)
        << "the first and the position stay";
    EXPECT_EQ(view.head(orders, Partition{0}).value()->target_log_start, Offset{1'000});
}

TEST_F(LinkViewTest, KeepsWhatTheSourceSaidOfHeldConfigs)
{
    const TopicName topic{"orders"};
    const HeldValues held{{"message.timestamp.type", "LogAppendTime"}, {"none", ""}};
    EXPECT_EQ(view.held_values(topic).value(), HeldValues{});

    ASSERT_TRUE(view.keep_held_values(topic, {{"message.timestamp.type", "CreateTime"}}));
    ASSERT_TRUE(view.keep_held_values(topic, held));

    EXPECT_EQ(view.held_values(topic).value(), held);
    EXPECT_EQ(view.held_values(TopicName{"orders2"}).value(), HeldValues{});
    EXPECT_EQ(view.topics().value(), std::vector<TopicOwner>{}) << "no record of the log";
}

TEST(HeldValuesFormat, RefusesWhatItDidNotWrite)
{
    const HeldValues held{{"a", "1"}, {"b", ""}};
    const auto bytes = encode(held);
    EXPECT_EQ(bytes,
              std::string("\x01\0\0\0\x02\x01"
                          "a\x01"
                          "1\x01"
                          "b\0",
                          12));
    EXPECT_EQ(decode_held(bytes).value(), held);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode_held(bytes.substr(0, size)).error().code(), Errc::corrupt) << size;
    }
    EXPECT_EQ(decode_held(bytes + "x").error().code(), Errc::corrupt);
    EXPECT_FALSE(decode_held("\x02"));
}

}  // namespace
}  // namespace strait::links
