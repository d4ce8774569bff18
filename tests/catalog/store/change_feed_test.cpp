#include "catalog/store/change_feed.hpp"

#include "catalog/store/keys.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::catalog {
namespace {

constexpr std::int64_t day_ms = 24 * 3'600'000;

Change some_change(std::uint64_t revision = 7)
{
    return {.revision = revision,
            .at = {some_time.unix_ms + static_cast<std::int64_t>(revision) * day_ms},
            .records = {record_key(Noun::user, some_user().id.bits),
                        record_key(Noun::product, some_product().id.bits)}};
}

// DO NOT CHANGE: what was written once is read for as long as it is kept.
TEST(Change, KeepsItsBytes)
{
    const std::string head{"\x01\0\0\x01\x9c\xa6\xb1\xdc\x7b", 9};
    const std::string user = "\x02" + bytes_of(some_user().id.bits);
    auto change = some_change();
    change.at = some_time;

    EXPECT_EQ(encode(change), head + user + "\x05" + bytes_of(some_product().id.bits));
    EXPECT_EQ(change_key(7), std::string("\0\0\0\0\0\0\0\x07", 8));
    EXPECT_EQ(decode_change(change_key(7), encode(change)).value(), change);
}

// DO NOT CHANGE: the same, of one that erased something.
TEST(Change, KeepsItsBytesWhereItErased)
{
    auto change = some_change();
    change.at = some_time;
    change.erased = {record_key(Noun::version, some_id<Noun::version>(9).bits)};
    const std::string head{"\x02\0\0\x01\x9c\xa6\xb1\xdc\x7b\0\0\0\x02", 13};

    const auto bytes = encode(change);
    EXPECT_EQ(bytes, head + change.records[0] + change.records[1] + change.erased[0]);
    EXPECT_EQ(decode_change(change_key(7), bytes).value(), change);
    EXPECT_EQ(decode_change(change_key(7), bytes.substr(0, head.size() + 17)).error().code(),
              Errc::corrupt);
    change.records.clear();
    EXPECT_EQ(decode_change(change_key(7), encode(change)).value(), change);
}

TEST(Change, RefusesWhatIsNone)
{
    const auto bytes = encode(some_change());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (size == bytes.size() - 17) continue;  // of one record
        EXPECT_EQ(decode_change(change_key(7), bytes.substr(0, size)).error().code(), Errc::corrupt)
            << size;
    }
    EXPECT_EQ(decode_change(change_key(7), bytes + "x").error().code(), Errc::corrupt);
    EXPECT_EQ(decode_change("7", bytes).error().code(), Errc::corrupt);
    EXPECT_EQ(decode_change(change_key(7), "\x03" + bytes.substr(1)).error().code(),
              Errc::conflict);
}

// Revisions 1 to 9, one a day.
struct ChangeFeedTest : ::testing::Test {
    EmptyReader empty;
    Overlay state{empty};

    ChangeFeedTest()
    {
        for (std::uint64_t revision = 1; revision < 10; ++revision) {
            state.put(Family::changes, change_key(revision), encode(some_change(revision)));
        }
    }

    void prune_at_day(std::int64_t day, std::size_t count_max)
    {
        const Timestamp now{some_time.unix_ms + day * day_ms + 1};
        for (const auto& [place, value] : outdated_changes(state, now, count_max).value()) {
            EXPECT_FALSE(value);
            state.remove(place.first, place.second);
        }
    }

    [[nodiscard]] std::string seen(std::uint64_t revision, std::size_t count_max = 99) const
    {
        const auto changes = changes_after(state, revision, count_max);
        if (!changes) return std::string{to_string(changes.error().code())};
        std::string all;
        for (const auto& change : *changes) all += std::to_string(change.revision);
        return all;
    }
};

TEST_F(ChangeFeedTest, GoesOnAfterARevision)
{
    EXPECT_EQ(seen(0), "123456789");
    EXPECT_EQ(seen(6), "789");
    EXPECT_EQ(seen(6, 2), "78");
    EXPECT_EQ(seen(9), "");
}

TEST_F(ChangeFeedTest, SaysWhenItDoesNotGoBackThatFar)
{
    state.remove(Family::changes, change_key(1));
    state.remove(Family::changes, change_key(5));

    EXPECT_EQ(seen(0), "out_of_range");
    EXPECT_EQ(seen(3), "out_of_range");
    EXPECT_EQ(seen(5), "6789");
}

TEST_F(ChangeFeedTest, IsPrunedAfterAMonthInPieces)
{
    prune_at_day(33, 2);
    EXPECT_EQ(seen(2), "3456789");
    EXPECT_EQ(seen(1), "out_of_range");

    prune_at_day(33, 99);
    EXPECT_EQ(seen(3), "456789");
    EXPECT_EQ(seen(2), "out_of_range");
}

TEST_F(ChangeFeedTest, KeepsTheLastOneForEver)
{
    prune_at_day(400, 99);

    EXPECT_EQ(seen(8), "9");
}

}  // namespace
}  // namespace strait::catalog
