#include "core/both.hpp"

#include "core/clock.hpp"
#include "core/task_group.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <utility>

namespace strait {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

using Ends = std::pair<Result<int>, Result<void>>;

asio::awaitable<Result<int>> give(int value) { co_return value; }

asio::awaitable<Result<void>> refuse() { co_return fail(Errc::refused, "no"); }

asio::awaitable<Result<int>> wait_and_give(Clock& clock, Clock::Time until)
{
    if (const auto waited = co_await clock.wait_until(until); !waited) {
        co_return fail(waited.error());
    }
    co_return 1;
}

struct BothTest : ::testing::Test {
    asio::io_context io{1};
    SystemClock clock;
    std::optional<Ends> ends;

    asio::awaitable<Result<void>> wait_for_ever() { return clock.wait_until(Clock::Time::max()); }

    static bool never(const Result<int>&) { return false; }

    asio::awaitable<void> wait_for_both()
    {
        ends = co_await both(wait_and_give(clock, Clock::Time::max()), wait_for_ever(), never);
    }

    asio::awaitable<void> begin_when_cancelled(TaskGroup& group)
    {
        group.cancel();
        co_await wait_for_both();
    }
};

TEST_F(BothTest, GivesWhatEachReturns)
{
    const auto done = testing::run(io, both(give(7), refuse(), never));

    ASSERT_TRUE(done);
    EXPECT_EQ(done->first, 7);
    EXPECT_EQ(done->second.error().code(), Errc::refused);
}

TEST_F(BothTest, AFailureOfOneDoesNotEndTheOther)
{
    const auto done =
        testing::run(io, both(wait_and_give(clock, clock.now() + 5ms), refuse(), never));

    ASSERT_TRUE(done);
    EXPECT_EQ(done->first, 1);
}

TEST_F(BothTest, TheSecondIsCancelledWhenTheFirstIsEnough)
{
    const auto seven = [](const Result<int>& first) { return first.value_or(0) == 7; };

    const auto done = testing::run(io, both(give(7), wait_for_ever(), seven));

    ASSERT_TRUE(done);
    EXPECT_EQ(done->first, 7);
    EXPECT_EQ(done->second.error().code(), Errc::cancelled);
}

TEST_F(BothTest, ACancelledCallerCancelsBoth)
{
    TaskGroup owner{io.get_executor()};
    owner.spawn(wait_for_both());
    io.poll();
    owner.cancel();
    io.poll();

    ASSERT_TRUE(ends);
    EXPECT_EQ(ends->first.error().code(), Errc::cancelled);
    EXPECT_EQ(ends->second.error().code(), Errc::cancelled);
}

TEST_F(BothTest, ACallerCancelledBeforeStartsNeither)
{
    TaskGroup owner{io.get_executor()};
    owner.spawn(begin_when_cancelled(owner));
    io.poll();

    ASSERT_TRUE(ends);
    EXPECT_EQ(ends->first.error().code(), Errc::cancelled);
}

}  // namespace
}  // namespace strait
