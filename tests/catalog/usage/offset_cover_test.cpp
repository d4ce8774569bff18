#include "catalog/usage/offset_cover.hpp"

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <string>

namespace strait::catalog {
namespace {

OffsetCover covering(std::initializer_list<OffsetRange> ranges)
{
    OffsetCover cover;
    for (const auto& range : ranges) cover.add(range);
    return cover;
}

TEST(OffsetCover, CountsWhatItHas)
{
    const auto cover = covering({{0, 10}, {20, 30}});
    EXPECT_EQ(cover.covered({0, 10}), 10);
    EXPECT_EQ(cover.covered({10, 20}), 0);
    EXPECT_EQ(cover.covered({5, 25}), 10);
    EXPECT_EQ(cover.covered({29, 99}), 1);
    EXPECT_EQ(cover.covered({7, 7}), 0);
    EXPECT_EQ(cover.end(), 30);
    EXPECT_EQ(OffsetCover{}.end(), std::nullopt);
}

TEST(OffsetCover, JoinsWhatTouches)
{
    EXPECT_EQ(covering({{0, 5}, {5, 9}}), covering({{0, 9}}));
    EXPECT_EQ(covering({{5, 9}, {0, 6}}), covering({{0, 9}}));
    EXPECT_EQ(covering({{3, 3}, {9, 4}}), OffsetCover{}) << "nothing is in there";
}

// Against a set of single offsets.
TEST(OffsetCover, AgreesWithASetOfOffsets)
{
    std::mt19937 random{7};  // NOLINT(cert-msc51-cpp): the same ones in every run
    OffsetCover cover;
    std::set<std::int64_t> model;
    for (int i = 0; i < 500; ++i) {
        const auto first = static_cast<std::int64_t>(random() % 2'000);
        const OffsetRange range{first, first + static_cast<std::int64_t>(random() % 9)};
        std::int64_t known = 0;
        for (auto at = range.first; at < range.end; ++at) known += model.contains(at) ? 1 : 0;
        ASSERT_EQ(cover.covered(range), known) << range.first;
        cover.add(range);
        for (auto at = range.first; at < range.end; ++at) model.insert(at);
    }
    EXPECT_EQ(cover.end(), *model.rbegin() + 1);
}

TEST(OffsetCover, ClosesItsSmallestHoleWhereThereAreTooMany)
{
    OffsetCover cover;
    constexpr auto count = static_cast<std::int64_t>(OffsetCover::ranges_max);
    for (std::int64_t i = 0; i < count; ++i) cover.add({i * 10, i * 10 + 1});
    EXPECT_EQ(cover.covered({0, count * 10}), count);

    cover.add({count * 10 - 7, count * 10 - 6});  // two behind the last one, not nine
    EXPECT_EQ(cover.covered({0, count * 10}), count + 1 + 2);
    EXPECT_EQ(cover.covered({1, 10}), 0) << "larger ones stay";
    EXPECT_TRUE(OffsetCover::decode(cover.encode()));
}

// DO NOT CHANGE: they are in databases.
TEST(OffsetCover, HasTheBytesOfFormat1)
{
    const auto cover = covering({{0, 3}, {300, 301}});
    std::string hex;
    const auto bytes = cover.encode();
    boost::algorithm::hex_lower(bytes, std::back_inserter(hex));
    EXPECT_EQ(hex, "01020003a90201");
    const auto back = OffsetCover::decode(bytes);
    ASSERT_TRUE(back) << back.error().detail();
    EXPECT_EQ(*back, cover);
}

TEST(OffsetCover, RefusesOtherBytes)
{
    const auto code = [](std::string_view bytes) {
        const auto cover = OffsetCover::decode(bytes);
        EXPECT_FALSE(cover);
        return cover ? Errc{} : cover.error().code();
    };
    const auto whole = covering({{1, 3}, {5, 9}}).encode();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(code(std::string_view{whole}.substr(0, size)), Errc::corrupt) << size;
    }
    EXPECT_EQ(code(whole + "x"), Errc::corrupt);
    EXPECT_EQ(code("\x02"), Errc::conflict) << "of a newer program";
    EXPECT_EQ(code(std::string{"\x01\x01\x00\x00", 4}), Errc::corrupt) << "an empty range";
    EXPECT_EQ(code(std::string{"\x01\x02\x00\x01\x00\x01", 6}), Errc::corrupt) << "two that touch";
}

}  // namespace
}  // namespace strait::catalog
