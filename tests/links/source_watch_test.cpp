#include "links/source_watch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Time start{1h};

TEST(SourceWatch, KnowHowLongTheStableOffsetHidesWhatFollows)
{
    SourceWatch ends{start};
    ends.take(Offset{10}, Offset{10}, start + 1s);
    EXPECT_EQ(ends.lso_age(start + 60s), 0s) << "it hides nothing";

    ends.take(Offset{10}, Offset{12}, start + 61s);
    EXPECT_EQ(ends.lso_age(start + 61s), 60s) << "since it was seen to move, or to be the end";

    ends.take(Offset{11}, Offset{12}, start + 65s);
    EXPECT_EQ(ends.lso_age(start + 66s), 1s);
    ends.take(Offset{11}, Offset{99}, start + 70s);
    EXPECT_EQ(ends.lso_age(start + 75s), 10s) << "more behind it is no movement";
    ends.take(Offset{99}, Offset{99}, start + 80s);
    EXPECT_EQ(ends.lso_age(start + 90s), 0s);
    EXPECT_EQ(ends.lso(), Offset{99});
    EXPECT_EQ(ends.end(), Offset{99});
}

TEST(SourceWatch, KnowWhenTheLagWasLastZero)
{
    SourceWatch ends{start};
    EXPECT_EQ(ends.behind_for(start + 5s), 5s);
    ends.caught_up(start + 7s);
    EXPECT_EQ(ends.behind_for(start + 8s), 1s);
}

TEST(SourceWatch, KnowSinceWhenNobodyToldThem)
{
    SourceWatch ends{start};
    ends.take(Offset{10}, Offset{10}, start + 2s);
    ends.caught_up(start + 3s);

    EXPECT_EQ(ends.silent_for(start + 2s), 0s);
    EXPECT_EQ(ends.silent_for(start + 9s), 7s);
}

TEST(RetentionOf, IsWhatTimeDeletes)
{
    const auto of = [](const std::string& policy, const std::string& ms) {
        return retention_of({{"cleanup.policy", {policy}}, {"retention.ms", {ms}}});
    };
    EXPECT_EQ(of("delete", "604800000"), 168h);
    EXPECT_EQ(of("compact,delete", "1000"), 1s);
    EXPECT_EQ(of("compact", "1000"), std::nullopt);
    EXPECT_EQ(of("delete", "-1"), std::nullopt);
    EXPECT_EQ(of("delete", "soon"), std::nullopt);
    EXPECT_EQ(retention_of({}), std::nullopt);
}

TEST(LagSeconds, IsTheLessOfTwoClocks)
{
    EXPECT_DOUBLE_EQ(lag_seconds(30s, std::nullopt, 100'000), 30);
    EXPECT_DOUBLE_EQ(lag_seconds(30s, 95'000, 100'000), 5);
    EXPECT_DOUBLE_EQ(lag_seconds(30s, 1, 100'000), 30) << "old records that are written today";
    EXPECT_DOUBLE_EQ(lag_seconds(30s, 200'000, 100'000), 0) << "a producer whose clock is ahead";
}

TEST(RetentionHeadroom, IsWhatIsLeftBeforeTheSourceDeletes)
{
    EXPECT_DOUBLE_EQ(retention_headroom(100s, 100'000, 100'000), 1);
    EXPECT_DOUBLE_EQ(retention_headroom(100s, 20'000, 100'000), 0.2);
    EXPECT_DOUBLE_EQ(retention_headroom(100s, 0, 100'000), 0);
    EXPECT_LT(retention_headroom(100s, -50'000, 100'000), 0) << "it may be gone already";
    EXPECT_DOUBLE_EQ(retention_headroom(100s, 200'000, 100'000), 1);
}

}  // namespace
}  // namespace strait::links
