#include "tests/support/checker.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using Records = std::vector<links::LinkRecord>;

links::LinkRecord session(std::uint64_t number, std::uint64_t txn_no)
{
    return links::ShardSession{.link = LinkName{"a"},
                               .shard = ShardNumber{0},
                               .session = Session{number},
                               .txn_no = TxnNo{txn_no},
                               .node = ""};
}

links::Checkpoint checkpoint(std::uint64_t txn_no, std::int32_t partition, std::uint64_t seq)
{
    links::Checkpoint made;
    made.link = LinkName{"a"};
    made.partition = Partition{partition};
    made.session = Session{1};
    made.txn_no = TxnNo{txn_no};
    made.touched = 2;
    made.seq = PartitionSeq{seq};
    made.block.next_source = Offset{static_cast<std::int64_t>(seq) * 10};
    made.block.next_target = Offset{static_cast<std::int64_t>(seq) * 11};
    return made;
}

Records correct()
{
    return {session(1, 1),
            checkpoint(2, 0, 1),
            checkpoint(2, 1, 1),
            checkpoint(3, 0, 2),
            checkpoint(3, 1, 2),
            session(2, 4)};
}

std::vector<std::string> found_in(const Records& records)
{
    Verdict verdict;
    check_links_records(records, verdict);
    return verdict.witnesses(Invariant::checkpoint);
}

std::string found_after(std::size_t at, const std::function<void(links::Checkpoint&)>& change)
{
    auto records = correct();
    change(std::get<links::Checkpoint>(records.at(at)));
    const auto found = found_in(records);
    return found.empty() ? "" : found.front();
}

TEST(LinksChecker, PassesACorrectHistory)
{
    EXPECT_EQ(found_in(correct()), std::vector<std::string>{});
}

TEST(LinksChecker, FindsAMissingTransaction)
{
    auto records = correct();
    records.erase(records.begin() + 1, records.begin() + 3);

    EXPECT_EQ(found_in(records), std::vector<std::string>{"a shard 0 transaction 3 follows 1"});
}

TEST(LinksChecker, FindsATornTransaction)
{
    auto records = correct();
    records.erase(records.begin() + 4);

    EXPECT_EQ(found_in(records),
              std::vector<std::string>{"a shard 0 transaction 3 is torn: 1 checkpoints of 2"});
}

TEST(LinksChecker, FindsASessionThatGoesBack)
{
    auto records = correct();
    records.push_back(session(1, 5));

    EXPECT_EQ(found_in(records), std::vector<std::string>{"a shard 0 session 1 follows 2"});
}

TEST(LinksChecker, FindsAHoleInAPartitionsSequence)
{
    const auto found = found_after(3, [](links::Checkpoint& each) { each.seq = PartitionSeq{3}; });

    EXPECT_TRUE(found.ends_with("seq 3 follows seq 1")) << found;
}

TEST(LinksChecker, FindsAPositionThatGoesBack)
{
    const auto source =
        found_after(3, [](links::Checkpoint& each) { each.block.next_source = Offset{9}; });
    const auto target =
        found_after(3, [](links::Checkpoint& each) { each.block.next_target = Offset{9}; });

    EXPECT_TRUE(source.ends_with("goes back from source offset 10 to 9")) << source;
    EXPECT_TRUE(target.ends_with("goes back from target offset 11 to 9")) << target;
}

}  // namespace
}  // namespace strait::testing
