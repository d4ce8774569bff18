#include "api/rate_limiter.hpp"

#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

using namespace std::chrono_literals;

constexpr RateLimit reads{"reads", 3, 1s};
constexpr RateLimit logins{"logins", 2, 60s};

struct RateLimiterTest : ::testing::Test {
    testing::FakeClock clock;
    RateLimiter limiter{clock};
};

TEST_F(RateLimiterTest, AllowsSoManyAndFillsUpAgain)
{
    EXPECT_EQ(limiter.take("a", reads).left, 2U);
    EXPECT_TRUE(limiter.take("a", reads).allowed);
    EXPECT_TRUE(limiter.take("a", reads).allowed);
    const auto refused = limiter.take("a", reads);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.wait, 1s);
    EXPECT_EQ(limiter.refused(), 1U);

    clock.time += 400ms;
    EXPECT_TRUE(limiter.take("a", reads).allowed);
    EXPECT_FALSE(limiter.take("a", reads).allowed);
    clock.time += 1h;
    EXPECT_EQ(limiter.take("a", reads).left, 2U);
}

TEST_F(RateLimiterTest, KeepsKeysAndLimitsApart)
{
    EXPECT_TRUE(limiter.take("a", logins).allowed);
    EXPECT_TRUE(limiter.take("a", logins).allowed);
    EXPECT_EQ(limiter.take("a", logins).wait, 30s);
    EXPECT_TRUE(limiter.take("b", logins).allowed);
    EXPECT_TRUE(limiter.take("a", reads).allowed);
}

TEST_F(RateLimiterTest, LooksWithoutTaking)
{
    for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.look("a", logins).left, 2U);
    EXPECT_TRUE(limiter.take("a", logins).allowed);
    EXPECT_EQ(limiter.look("a", logins).left, 1U);
}

TEST_F(RateLimiterTest, RemembersWhoAskedLately)
{
    while (limiter.take("a", logins).allowed) {
    }
    for (std::size_t i = 1; i < RateLimiter::keys_max; ++i) {
        static_cast<void>(limiter.take(std::to_string(i), reads));
    }
    EXPECT_FALSE(limiter.take("a", logins).allowed);
    static_cast<void>(limiter.take("one more", reads));
    EXPECT_FALSE(limiter.take("a", logins).allowed);
}

}  // namespace
}  // namespace strait::api
