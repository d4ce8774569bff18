#include "links/reversal.hpp"

#include "links/shard/shard.hpp"
#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <variant>
#include <vector>

namespace strait::links {
namespace {

constexpr std::int64_t now = 1'700'000'000'000;

TopicOwner cut_topic()
{
    TopicOwner owner;
    owner.link = LinkName{"there"};
    owner.source = TopicName{"orders"};
    owner.target = TopicName{"oslo.orders"};
    owner.source_id = TopicId{{1}};
    owner.target_id = TopicId{{2}};
    owner.source_cluster = ClusterId{"oslo"};
    owner.released = true;
    owner.order.desired = Desired::failed_over;
    return owner;
}

Reversal reversal()
{
    Reversal found;
    auto topic = turned(cut_topic(), ClusterId{"bergen"}, 3, 2);
    topic.partitions[0].source = Offset{12};
    topic.partitions[0].agreed = Offset{10};
    topic.partitions[0].target_end = Offset{10};
    topic.partitions[1] = {.partition = Partition{1},
                           .source = Offset{7},
                           .agreed = Offset{5},
                           .target_end = Offset{9},
                           .diverged = 4};
    found.topics.push_back(topic);
    return found;
}

template <class Record>
std::vector<Record> those_of(const std::vector<LinkRecord>& records)
{
    std::vector<Record> all;
    for (const auto& record : records) {
        if (const auto* const one = std::get_if<Record>(&record)) all.push_back(*one);
    }
    return all;
}

struct ReversalTest : ::testing::Test {
    MemoryView stored;
    LinkOwner link{.link = LinkName{"oslo-to-bergen"},  // the view's
                   .install = {},
                   .source_cluster = ClusterId{"bergen"},
                   .shards = 2,
                   .term = Term{3},
                   .order = {}};

    // As the claim does.
    std::vector<LinkRecord> take()
    {
        auto records = records_of(reversal(), stored.link, link, now).value();
        EXPECT_TRUE(stored.link.apply(ShardNumber{0}, records, Offset{1}));
        return records;
    }
};

TEST_F(ReversalTest, BeginsWhereBothClustersAgree)
{
    const auto records = take();

    const auto owners = those_of<TopicOwner>(records);
    ASSERT_EQ(owners.size(), 1U);
    EXPECT_EQ(owners.front().source, TopicName{"oslo.orders"});
    EXPECT_EQ(owners.front().target, TopicName{"orders"});
    EXPECT_EQ(owners.front().source_id, TopicId{{2}});
    EXPECT_EQ(owners.front().partitions, 2U) << "what comes later begins at its start";
    EXPECT_FALSE(owners.front().released);
    EXPECT_EQ(owners.front().order, Order{}) << "whatever it was told";
    const auto position = stored.link.position(TopicId{{2}}, Partition{0}).value();
    ASSERT_TRUE(position);
    EXPECT_EQ(position->block, block_at(Offset{12}, Offset{10}));
    EXPECT_EQ(position->session, first_session(Term{3}));
    EXPECT_FALSE(stored.link.position(TopicId{{2}}, Partition{2}).value()) << "from its start";
}

TEST_F(ReversalTest, IsAWholeTransactionOfEachShard)
{
    take();

    std::map<ShardNumber, std::uint32_t> counts;
    for (std::int32_t i = 0; i < 2; ++i) {
        ++counts[shard_of({TopicName{"oslo.orders"}, Partition{i}}, link.shards)];
    }
    for (const auto& [shard, count] : counts) {
        const auto state = stored.link.state_of(shard).value();
        ASSERT_TRUE(state);
        EXPECT_EQ(state->touched, count);
        EXPECT_FALSE(state->torn());
    }
}

TEST_F(ReversalTest, BeginsAGenerationOfItsOwnTheNextTime)
{
    const auto first = those_of<Checkpoint>(take());
    link.term = Term{5};
    const auto second = those_of<Checkpoint>(take());

    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(second[i].generation.value(), first[i].generation.value() + 1);
        EXPECT_GT(second[i].seq, first[i].seq);
        EXPECT_GT(second[i].txn_no, first[i].txn_no);
    }
}

// It would copy again what the link has mirrored since.
TEST_F(ReversalTest, IsRefusedByALinkThatIsBeyondIt)
{
    const auto records = take();
    auto on = those_of<Checkpoint>(records).front();
    ASSERT_TRUE(extend(on.block, on.block.next_source, on.block.next_target));
    on.txn_no = TxnNo{on.txn_no.value() + 1};
    on.seq = PartitionSeq{on.seq.value() + 1};
    ASSERT_TRUE(stored.link.apply(on.shard, std::vector<LinkRecord>{on}, Offset{2}));

    const auto again = records_of(reversal(), stored.link, link, now);
    EXPECT_EQ(again.error().code(), Errc::conflict);
}

TEST_F(ReversalTest, ComparesPartitionsThatTheNewSourceNeverHad)
{
    const auto topic = turned(cut_topic(), ClusterId{"bergen"}, 2, 3);
    ASSERT_EQ(topic.partitions.size(), 3U);
    EXPECT_TRUE(topic.partitions[1].at_source);
    EXPECT_FALSE(topic.partitions[2].at_source);
    EXPECT_EQ(topic.owner.partitions, 2U);
    Reversal found;
    found.topics.push_back(topic);
    EXPECT_EQ(those_of<Checkpoint>(records_of(found, stored.link, link, now).value()).size(), 2U);
}

// A topic that was deleted at the new target and made again.
TEST_F(ReversalTest, BeginsWithTheFirstRecordOfATopicThatIsCopiedWhole)
{
    const auto whole = [&](std::int64_t start) {
        auto found = reversal();
        auto& topic = found.topics.front();
        topic.whole = topic.replaces = true;
        for (auto& each : topic.partitions) each.start = Offset{start};
        begin_whole(topic, TopicId{{9}}, {Offset{0}, Offset{0}, Offset{0}});
        EXPECT_FALSE(topic.replaces);
        EXPECT_EQ(found.diverged(), 0);
        EXPECT_EQ(topic.owner.partitions, 2U);
        EXPECT_FALSE(topic.partitions[2].at_source);
        return records_of(found, stored.link, link, now).value();
    };
    const auto fresh = whole(3);
    EXPECT_TRUE(those_of<Gap>(fresh).empty());
    EXPECT_EQ(those_of<TopicOwner>(fresh).front().target_id, TopicId{{9}});
    const auto first = those_of<Checkpoint>(fresh);
    ASSERT_EQ(first.size(), 2U);
    for (const auto& each : first) {
        EXPECT_TRUE(each.from_log_start);
        EXPECT_EQ(each.target_id, TopicId{{9}});
        EXPECT_EQ(each.block, block_at(Offset{3}, Offset{0}));
    }

    // The map that there was leads to a topic that is no more: none of it is asked again.
    take();
    const auto later = those_of<Checkpoint>(whole(3));
    ASSERT_EQ(later.size(), 2U);
    for (const auto& each : later) {
        EXPECT_EQ(each.generation, Generation{1});
        EXPECT_EQ(each.block.first_source, Offset{0});
        EXPECT_EQ(each.block.next_source, Offset{3});
        EXPECT_EQ(each.block.next_target, Offset{0});
    }
}

// Before anything is deleted: what that link has mirrored looks as if it was never mirrored.
TEST_F(ReversalTest, DeletesNothingForALinkThatIsBeyondIt)
{
    auto on = those_of<Checkpoint>(take()).front();
    auto found = reversal();
    found.topics.front().whole = found.topics.front().replaces = true;
    EXPECT_EQ(find_beyond(found, stored.link, link.link).value(), "");
    ASSERT_TRUE(extend(on.block, on.block.next_source, on.block.next_target));
    on.txn_no = TxnNo{on.txn_no.value() + 1};
    on.seq = PartitionSeq{on.seq.value() + 1};
    ASSERT_TRUE(stored.link.apply(on.shard, std::vector<LinkRecord>{on}, Offset{2}));
    EXPECT_TRUE(find_beyond(found, stored.link, link.link).value().contains("beyond that cut"));
}

TEST_F(ReversalTest, PutsWhatDiffersIntoTheLedger)
{
    const auto gaps = those_of<Gap>(take());

    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps.front().cause, GapCause::diverged);
    EXPECT_EQ(gaps.front().partition, Partition{1});
    EXPECT_EQ(gaps.front().target, Offset{5});
    EXPECT_EQ(gaps.front().from, gaps.front().to) << "the source has lost nothing";
    EXPECT_FALSE(gaps.front().open);
    EXPECT_EQ(reversal().diverged(), 4);
    EXPECT_EQ(reversal().first_difference(), "orders-1 from offset 5 on");
}

}  // namespace
}  // namespace strait::links
