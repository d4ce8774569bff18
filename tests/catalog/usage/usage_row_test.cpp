#include "catalog/usage/usage_row.hpp"

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <limits>
#include <string>

namespace strait::catalog {
namespace {

struct UsageRowTest : ::testing::Test {
    OffsetCover cover;
    UsageRow row;

    void give(const OffsetRange& offsets,
              std::uint64_t records,
              std::optional<std::uint64_t> bytes = std::nullopt)
    {
        count_given({offsets, records, bytes}, cover, row);
    }
};

TEST_F(UsageRowTest, CountsOnceWhatIsGivenTwice)
{
    give({0, 10}, 10, 1'000);
    give({0, 10}, 10, 1'000);
    EXPECT_EQ(row.count, (UsageCount{10, 1'000, 0, 10, 1'000}));
    EXPECT_EQ(row.offsets, (OffsetRange{0, 10}));
}

TEST_F(UsageRowTest, CountsTheRestOfWhatIsGivenInPart)
{
    give({0, 10}, 10, 1'000);
    give({5, 15}, 10, 999);
    EXPECT_EQ(row.count, (UsageCount{15, 1'499, 0, 5, 500}));
    EXPECT_EQ(row.offsets, (OffsetRange{0, 15}));
}

// Markers of transactions, and what a compaction took.
TEST_F(UsageRowTest, CountsNoOffsetWithoutARecord)
{
    give({100, 200}, 3, 30);
    give({200, 300}, 0, 0);
    EXPECT_EQ(row.count, (UsageCount{3, 30, 0, 0, 0}));
    EXPECT_EQ(row.offsets, (OffsetRange{100, 300}));
    give({300, 300}, 0);
    EXPECT_EQ(row.offsets, (OffsetRange{100, 300}));
}

TEST_F(UsageRowTest, SaysOfHowManyTheBytesAreNotKnown)
{
    give({0, 4}, 4);
    give({4, 6}, 2, 20);
    give({0, 4}, 4);
    EXPECT_EQ(row.count, (UsageCount{6, 20, 4, 4, 0}));
}

TEST_F(UsageRowTest, DoesNotOverflow)
{
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    give({0, most}, static_cast<std::uint64_t>(most), 1'000);
    EXPECT_EQ(row.count.records, static_cast<std::uint64_t>(most));
    EXPECT_EQ(row.count.bytes, 1'000U);
}

// DO NOT CHANGE: they are in databases.
TEST_F(UsageRowTest, HasTheBytesOfFormat1)
{
    row = {.stream = "orders", .count = {300, 2, 3, 4, 5}, .offsets = {6, 306}};
    std::string hex;
    boost::algorithm::hex_lower(encode(row), std::back_inserter(hex));
    EXPECT_EQ(hex, "01066f7264657273ac020203040506b202");
    const auto back = decode_usage(encode(row));
    ASSERT_TRUE(back) << back.error().detail();
    EXPECT_EQ(*back, row);
}

TEST_F(UsageRowTest, RefusesOtherBytes)
{
    row = {.stream = "orders", .count = {1, 2, 3, 4, 5}, .offsets = {6, 7}};
    const auto whole = encode(row);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = decode_usage(std::string_view{whole}.substr(0, size));
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code(), Errc::corrupt);
    }
    EXPECT_FALSE(decode_usage(whole + "x"));
    const auto newer = decode_usage("\x02");
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code(), Errc::conflict);
}

}  // namespace
}  // namespace strait::catalog
