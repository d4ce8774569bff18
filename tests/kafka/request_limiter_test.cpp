#include "kafka/request_limiter.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace strait::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TEST(RequestPace, GrantsOneSecondsRequestsAtOnceAndThenTheRate)
{
    RequestPace pace{4};
    const auto now = Clock::Time{} + 1h;

    const auto never = Clock::Time::max();
    for (int i = 0; i < 4; ++i) EXPECT_LE(pace.take(now, never), now);
    EXPECT_EQ(pace.take(now, never), now + 250ms);
    EXPECT_EQ(pace.take(now, never), now + 500ms);
    EXPECT_LE(pace.take(now + 10s, never), now + 10s);
}

TEST(RequestPace, ChargesNothingForWhatItRefuses)
{
    RequestPace pace{1};
    const auto now = Clock::Time{} + 1h;
    EXPECT_LE(pace.take(now, now), now);

    for (int i = 0; i < 100; ++i) EXPECT_EQ(pace.take(now, now + 500ms), std::nullopt);

    EXPECT_EQ(pace.take(now, now + 2s), now + 1s);
}

asio::awaitable<void> enter_into(RequestLimiter& limiter,
                                 Clock::Time deadline,
                                 std::optional<Result<RequestLimiter::Permit>>& result)
{
    result.emplace(co_await limiter.enter(deadline));
}

struct RequestLimiterTest : ::testing::Test {
    asio::io_context io{1};
    strait::testing::FakeClock clock;
    RequestLimiter limiter{io.get_executor(), AdminLimits{.per_second = 2, .in_flight = 1}, clock};

    void start(std::optional<Result<RequestLimiter::Permit>>& result, Clock::Time deadline)
    {
        asio::co_spawn(io, enter_into(limiter, deadline, result), [](const std::exception_ptr& e) {
            if (e) std::rethrow_exception(e);
        });
        io.restart();
        io.poll();
    }
};

TEST_F(RequestLimiterTest, LetsTheNextInWhenOneLeaves)
{
    std::optional<Result<RequestLimiter::Permit>> first;
    std::optional<Result<RequestLimiter::Permit>> second;
    start(first, Clock::Time::max());
    ASSERT_TRUE(first && *first);
    start(second, Clock::Time::max());
    ASSERT_FALSE(second) << "in_flight is 1";

    first->value().reset();
    io.restart();
    io.poll();

    ASSERT_TRUE(second && *second);
    EXPECT_TRUE(clock.waits.empty());
}

TEST_F(RequestLimiterTest, WaitsForItsPlaceOnlyIfThatComesInTime)
{
    for (int i = 0; i < 2; ++i) {
        std::optional<Result<RequestLimiter::Permit>> permit;
        start(permit, Clock::Time::max());
        ASSERT_TRUE(permit && *permit);
    }
    std::optional<Result<RequestLimiter::Permit>> late;
    start(late, clock.now() + 400ms);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->error().code(), Errc::timed_out);

    std::optional<Result<RequestLimiter::Permit>> in_time;
    start(in_time, clock.now() + 2s);
    ASSERT_TRUE(in_time && *in_time);
    EXPECT_EQ(clock.waits, (std::vector<Clock::Time::duration>{500ms}));
}

}  // namespace
}  // namespace strait::kafka
