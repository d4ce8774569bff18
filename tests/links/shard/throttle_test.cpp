#include "links/shard/throttle.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Time start{1h};

TEST(Throttle, LetsEverythingThroughWithoutARate)
{
    Throttle throttle{0};

    EXPECT_EQ(throttle.take(1'000'000'000, start), start);
    EXPECT_EQ(throttle.take(1'000'000'000, start), start);
}

TEST(Throttle, AllowsABurstOfOneSecondAndThenTheRate)
{
    Throttle throttle{1000};

    EXPECT_EQ(throttle.take(1000, start), start);
    EXPECT_EQ(throttle.take(500, start), start + 500ms);
    EXPECT_EQ(throttle.take(500, start + 500ms), start + 1s);
}

TEST(Throttle, SavesNoMoreThanOneSecondWhileNothingIsTaken)
{
    Throttle throttle{1000};
    ASSERT_EQ(throttle.take(1000, start), start);

    EXPECT_EQ(throttle.take(1000, start + 1h), start + 1h);
    EXPECT_EQ(throttle.take(1, start + 1h), start + 1h + 1ms);
}

TEST(Throttle, PassesARecordLargerThanTheBucketAndIsPaidAfterwards)
{
    Throttle throttle{1000};

    EXPECT_EQ(throttle.take(5000, start), start + 4s);
    EXPECT_EQ(throttle.take(1000, start + 4s), start + 5s);
}

TEST(Throttle, GivesManyTakersTheRateTogether)
{
    Throttle throttle{1000};
    auto last = start;

    for (int round = 0; round < 100; ++round) {
        for (int taker = 0; taker < 4; ++taker) last = throttle.take(25, start);
    }

    EXPECT_EQ(last, start + 9s);  // 10,000 bytes, of which 1,000 were saved
}

}  // namespace
}  // namespace strait::links
