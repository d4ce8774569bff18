#include "links/verify/comparison.hpp"

#include "links/shard/partition_mirror.hpp"
#include "links/shard/source_stamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

using Kind = Difference::Kind;
using Need = Comparison::Need;

kafka::Record record_at(std::int64_t offset, std::string_view value = "v")
{
    kafka::Record record;
    record.offset = Offset{offset};
    record.timestamp_ms = 7;
    record.key = "k";
    record.value = value;
    record.headers = {{"h", "x"}, {"h", std::nullopt}};
    return record;
}

OffsetBlock block_of(const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs,
                     std::int64_t next_source,
                     std::optional<OffsetBlock> before = std::nullopt)
{
    auto block = before ? successor_of(*before) : block_at(Offset{0}, Offset{0});
    for (const auto& [source, target] : pairs) {
        EXPECT_TRUE(extend(block, Offset{source}, Offset{target}));
    }
    skip_to(block, Offset{next_source});
    return block;
}

// A partition: by default two transactions of two records each, with a marker behind each at the
// target, and a hole at the source.
struct ComparisonTest : ::testing::Test {
    std::vector<kafka::Record> source{
        record_at(0, "a"), record_at(1, "b"), record_at(3, "c"), record_at(4, "d")};
    std::vector<kafka::Record> target{
        record_at(0, "a"), record_at(1, "b"), record_at(3, "c"), record_at(4, "d")};
    std::vector<OffsetBlock> blocks;
    LogBounds bounds;
    std::vector<Stretch> skipped;
    Offset source_to{1'000};
    Comparison::Original original = Comparison::Original::source;
    LinkName stamped_by;
    std::int64_t compared = 0;

    ComparisonTest()
    {
        blocks.push_back(block_of({{0, 0}, {1, 1}}, 3));
        blocks.push_back(block_of({{3, 3}, {4, 4}}, 6, blocks.front()));
    }

    // With so many records of a side at a time.
    std::optional<Difference> compare(std::size_t each)
    {
        Comparison comparison{bounds,
                              skipped,
                              {bounds.source_start, source_to, bounds.target_start, stamped_by},
                              original};
        std::size_t block = 0;
        std::size_t at_source = 0;
        std::size_t at_target = 0;
        // The log ends far behind the last record.
        const auto some = [&](const std::vector<kafka::Record>& all, std::size_t& place) {
            const auto count = std::min(each, all.size() - place);
            const auto records = std::span{all}.subspan(place, count);
            place += count;
            const auto next = place < all.size() ? records.back().offset.value() + 1 : 2'000;
            return std::pair{records, Offset{next}};
        };
        for (;;) {
            const auto need = comparison.compare();
            if (need == Need::nothing) break;
            if (need == Need::block) {
                block < blocks.size() ? comparison.add(blocks[block++]) : comparison.end();
            } else if (need == Need::source) {
                const auto [records, next] = some(source, at_source);
                comparison.add_source(records, next);
            } else {
                const auto [records, next] = some(target, at_target);
                comparison.add_target(records, next);
            }
        }
        compared = comparison.compared();
        return comparison.difference();
    }

    // The same whatever the records come in.
    std::optional<Difference> compare()
    {
        const auto found = compare(1);
        for (const auto each : {2U, 3U, 100U}) EXPECT_EQ(compare(each), found) << each;
        return found;
    }

    void expect(Kind kind, std::optional<std::int64_t> at_source, std::optional<std::int64_t> there)
    {
        Difference wanted{kind};
        if (at_source) wanted.source = Offset{*at_source};
        if (there) wanted.target = Offset{*there};
        const auto found = compare();
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, wanted) << to_string(*found);
    }

    void expect_same(std::int64_t records)
    {
        const auto found = compare();
        EXPECT_FALSE(found) << to_string(*found);
        EXPECT_EQ(compared, records);
    }
};

TEST_F(ComparisonTest, FindsNothingWhereBothAreTheSame) { expect_same(4); }

TEST_F(ComparisonTest, FindsNothingInWhatIsEmpty)
{
    source.clear();
    target.clear();
    blocks = {block_at(Offset{0}, Offset{0})};
    expect_same(0);
}

TEST_F(ComparisonTest, LooksAtEveryPartOfARecord)
{
    const auto expect_kind = [&](Kind kind, auto change) {
        const auto before = target[2];
        change(target[2]);
        expect(kind, 3, 3);
        target[2] = before;
    };
    expect_kind(Kind::key, [](auto& record) { record.key = std::nullopt; });
    expect_kind(Kind::value, [](auto& record) { record.value = ""; });
    expect_kind(Kind::value, [](auto& record) { record.value = std::nullopt; });
    expect_kind(Kind::headers, [](auto& record) { record.headers.pop_back(); });
    expect_kind(Kind::headers, [](auto& record) { record.headers.back().value = ""; });
    expect_kind(Kind::headers, [](auto& record) { std::ranges::reverse(record.headers); });
    expect_kind(Kind::timestamp, [](auto& record) { record.timestamp_ms = 8; });
    source[2].timestamp_ms = -1;
    expect_same(4);
}

TEST_F(ComparisonTest, FindsARecordThatWasNotMirroredUnlessTheLedgerSaysSo)
{
    source.insert(source.begin() + 2, record_at(2));
    expect(Kind::not_mirrored, 2, std::nullopt);
    skipped = {{Offset{2}, Offset{3}}};
    expect_same(4);

    source.push_back(record_at(5));
    expect(Kind::not_mirrored, 5, std::nullopt);
    source.back().offset = Offset{6};  // behind the position
    expect_same(4);
}

TEST_F(ComparisonTest, FindsWhatTheLinkDidNotWrite)
{
    target.insert(target.begin() + 2, record_at(2));
    expect(Kind::foreign, std::nullopt, 2);
    target[2] = record_at(5);
    std::swap(target[2], target[4]);
    std::ranges::sort(target, {}, &kafka::Record::offset);
    expect_same(4);  // that is behind the position
}

TEST_F(ComparisonTest, FindsCopiesAndOriginalsThatAreGone)
{
    for (std::size_t i = 0; i < source.size(); ++i) {
        SCOPED_TRACE(i);
        const auto offset = source[i].offset.value();
        const auto [original, copy] = std::pair{source[i], target[i]};
        target.erase(target.begin() + static_cast<std::ptrdiff_t>(i));
        expect(Kind::target_missing, offset, offset);
        source.erase(source.begin() + static_cast<std::ptrdiff_t>(i));
        expect(Kind::target_missing, offset, offset);
        target.insert(target.begin() + static_cast<std::ptrdiff_t>(i), copy);
        expect(Kind::source_missing, offset, offset);
        source.insert(source.begin() + static_cast<std::ptrdiff_t>(i), original);
    }
}

TEST_F(ComparisonTest, LetsRetentionAndCompactionTakeRecordsOnEitherSide)
{
    target.erase(target.begin(), target.begin() + 3);
    bounds.target_start = Offset{4};
    expect_same(1);
    source.pop_back();
    expect(Kind::source_missing, 4, 4);
    bounds.source_compacted = true;
    expect_same(0);

    bounds = {.source_start = Offset{1}, .target_start = {}, .target_compacted = true};
    source = {record_at(1, "b"), record_at(4, "d")};
    target = {record_at(0, "a"), record_at(1, "b"), record_at(3, "c"), record_at(4, "d")};
    expect(Kind::source_missing, 3, 3);
    source.insert(source.begin() + 1, record_at(3, "c"));
    target.erase(target.begin() + 2);
    expect_same(2);
}

TEST_F(ComparisonTest, LooksAgainWhenRetentionHasGoneOn)
{
    Comparison comparison{bounds, {}, {Offset{0}, source_to, Offset{0}}};
    const std::vector<kafka::Record> copies(target.begin() + 1, target.end());
    ASSERT_EQ(comparison.compare(), Need::block);
    comparison.add(blocks.front());
    ASSERT_EQ(comparison.compare(), Need::source);
    comparison.add_source(source, Offset{6});
    ASSERT_EQ(comparison.compare(), Need::target);
    comparison.add_target(copies, Offset{6});
    ASSERT_EQ(comparison.compare(), Need::nothing);
    ASSERT_TRUE(comparison.difference());

    bounds.target_start = Offset{1};
    comparison.look_again(bounds);

    EXPECT_EQ(comparison.compare(), Need::block);
    EXPECT_EQ(comparison.compared(), 1);
    EXPECT_FALSE(comparison.difference());
}

// What a truncated source had before is at the target for good.
TEST_F(ComparisonTest, LeavesWhatALaterGenerationReplaced)
{
    source_to = Offset{4};
    source.back().value = "another";
    expect_same(3);
    source_to = Offset{1};
    expect_same(1);
}

// What the link notes while it mirrors.
void set_digest(OffsetBlock& block, const std::vector<kafka::Record>& records)
{
    for (const auto& record : records) {
        block.digest = extended_digest(block.digest, digest_of(record));
    }
}

TEST_F(ComparisonTest, TakesTheDigestsForTheSource)
{
    set_digest(blocks.front(), {source[0], source[1]});
    set_digest(blocks.back(), {source[2], source[3]});
    original = Comparison::Original::digests;
    source.clear();
    expect_same(4);

    target[3].value = "another";
    const auto found = compare();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, Kind::digest);
    EXPECT_EQ(to_string(*found),
              "the records at target offsets [2, 5) are not all as they were mirrored");
    EXPECT_EQ(compared, 4);

    target.pop_back();
    expect(Kind::target_missing, 4, 4);
    target.push_back(record_at(4, "d"));
    std::swap(target[0].value, target[1].value);
    EXPECT_EQ(compare()->kind, Kind::digest);
    target.insert(target.begin() + 2, record_at(2));
    EXPECT_EQ(compare()->kind, Kind::digest);
    std::swap(target[0].value, target[1].value);
    expect(Kind::foreign, std::nullopt, 2);
}

TEST_F(ComparisonTest, LeavesDigestsOfBlocksThatAreNotWholeAnyMore)
{
    set_digest(blocks.front(), {source[0], source[1]});
    set_digest(blocks.back(), {source[2], source[3]});
    original = Comparison::Original::digests;
    source.clear();
    target.erase(target.begin());
    bounds.target_start = Offset{1};
    target.front().value = "another";  // in a block that retention has begun to take
    expect_same(3);
    target.erase(target.begin() + 1);
    bounds.target_compacted = true;
    expect_same(2);
}

TEST_F(ComparisonTest, PassesOverWhatWasPrunedBetweenTwoBlocks)
{
    auto late = block_at(Offset{10}, Offset{12});
    ASSERT_TRUE(extend(late, Offset{10}, Offset{12}));
    blocks = {blocks.front(), late};
    source.push_back(record_at(10, "e"));
    target = {record_at(12, "e")};
    bounds.target_start = Offset{12};
    expect_same(1);
}

// Of a link without transactions: the stamp is not the source's, and a second copy is no stranger.
TEST_F(ComparisonTest, ComparesWithoutTheLinksOwnStamp)
{
    stamped_by = LinkName{"own"};
    target.insert(target.begin() + 2, record_at(2, "b"));
    for (auto& record : target) {
        record.headers.push_back({stamp_header, "own/x/0/0/1/1/0"});
    }

    EXPECT_EQ(compare(), std::nullopt);
    EXPECT_EQ(compared, 4);

    target[2].headers.back().value = "other/x/0/0/1/1/0";
    expect(Kind::foreign, std::nullopt, 2);
    stamped_by = LinkName{};
    expect(Kind::headers, 0, 0);
}

}  // namespace
}  // namespace strait::links
