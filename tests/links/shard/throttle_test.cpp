#include "links/shard/throttle.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Time start{1h};

TEST(TokenBucket, LetsEverythingThroughWithoutARate)
{
    TokenBucket bucket{0};

    EXPECT_EQ(bucket.take(1'000'000'000, start), start);
    EXPECT_EQ(bucket.take(1'000'000'000, start), start);
}

TEST(TokenBucket, AllowsABurstOfOneSecondAndThenTheRate)
{
    TokenBucket bucket{1000};

    EXPECT_EQ(bucket.take(1000, start), start);
    EXPECT_EQ(bucket.take(500, start), start + 500ms);
    EXPECT_EQ(bucket.take(500, start + 500ms), start + 1s);
}

TEST(TokenBucket, SavesNoMoreThanOneSecondWhileNothingIsTaken)
{
    TokenBucket bucket{1000};
    ASSERT_EQ(bucket.take(1000, start), start);

    EXPECT_EQ(bucket.take(1000, start + 1h), start + 1h);
    EXPECT_EQ(bucket.take(1, start + 1h), start + 1h + 1ms);
}

TEST(TokenBucket, PassesARecordLargerThanTheBucketAndIsPaidAfterwards)
{
    TokenBucket bucket{1000};

    EXPECT_EQ(bucket.take(5000, start), start + 4s);
    EXPECT_EQ(bucket.take(1000, start + 4s), start + 5s);
}

TEST(TokenBucket, GivesManyTakersTheRateTogether)
{
    TokenBucket bucket{1000};
    auto last = start;

    for (int round = 0; round < 100; ++round) {
        for (int taker = 0; taker < 4; ++taker) last = bucket.take(25, start);
    }

    EXPECT_EQ(last, start + 9s);  // 10,000 bytes, of which 1,000 were saved
}

TEST(Throttle, WaitsForWhateverIsSpent)
{
    Throttle throttle{ByteRate{Bytes{1000}}, RecordRate{10}};

    EXPECT_EQ(throttle.take(1000, 1, start), start);
    EXPECT_EQ(throttle.take(0, 10, start), start + 100ms);
    EXPECT_EQ(throttle.take(500, 0, start), start + 500ms);
}

TEST(Throttle, LimitsOnlyWhatItIsToldTo)
{
    Throttle throttle{std::nullopt, RecordRate{10}};

    EXPECT_EQ(throttle.take(1'000'000'000, 10, start), start);
    EXPECT_EQ(throttle.take(0, 1, start), start + 100ms);
}

}  // namespace
}  // namespace strait::links
