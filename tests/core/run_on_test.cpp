#include "core/run_on.hpp"

#include "core/clock.hpp"
#include "core/task_group.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace strait {
namespace {

namespace asio = boost::asio;

// A thread that asks, which is the test's, and one that is asked.
struct RunOnTest : ::testing::Test {
    asio::io_context home{1};
    asio::thread_pool other{1};
    SystemClock clock;

    [[nodiscard]] bool at_home() { return home.get_executor().running_in_this_thread(); }
};

// Whether the task ran at home, and whether the caller goes on there.
struct Places {
    bool task;
    bool caller;
};

asio::awaitable<Result<bool>> find_out(RunOnTest& test) { co_return test.at_home(); }

asio::awaitable<Places> ask_for_places(RunOnTest& test)
{
    const auto there = co_await run_on(test.other.get_executor(), find_out(test));
    co_return Places{there.value(), test.at_home()};
}

TEST_F(RunOnTest, RunsThereAndComesBackHere)
{
    const auto places = testing::run(home, ask_for_places(*this));

    ASSERT_TRUE(places);
    EXPECT_FALSE(places->task);
    EXPECT_TRUE(places->caller);
}

asio::awaitable<Result<void>> wait_there(Clock& clock, bool& ended)
{
    auto waited = co_await clock.wait_until(Clock::Time::max());
    ended = true;
    co_return waited;
}

asio::awaitable<Result<void>> hop_there(int hops)
{
    for (int i = 0; i < hops; ++i) co_await asio::post(asio::deferred);
    co_return Result<void>{};
}

asio::awaitable<void> ask(asio::any_io_executor other,
                          asio::awaitable<Result<void>> task,
                          std::optional<Result<void>>& answer)
{
    answer = co_await run_on(std::move(other), std::move(task));
}

asio::awaitable<bool> join(TaskGroup& group)
{
    co_await group.join();
    co_return true;
}

TEST_F(RunOnTest, CancellingTheCallerEndsTheTask)
{
    bool ended = false;
    std::optional<Result<void>> answer;
    TaskGroup asking{home.get_executor()};
    asking.spawn(ask(other.get_executor(), wait_there(clock, ended), answer));
    asking.spawn([](RunOnTest& test, TaskGroup& group) -> asio::awaitable<void> {
        // Behind the first step of the task.
        static_cast<void>(co_await run_on(test.other.get_executor(), hop_there(1)));
        group.cancel();
    }(*this, asking));

    ASSERT_TRUE(testing::run(home, join(asking)));
    EXPECT_TRUE(ended);
    EXPECT_EQ(answer->error().code(), Errc::cancelled);
}

// Wherever the task is just then: before its first step, under way, or on its way back.
TEST_F(RunOnTest, AnswersOnceWheneverItIsCancelled)
{
    for (int i = 0; i < 1000; ++i) {
        std::optional<Result<void>> answer;
        TaskGroup asking{home.get_executor()};
        asking.spawn(ask(other.get_executor(), hop_there(i % 10), answer));
        home.restart();
        home.poll();
        asking.cancel();

        ASSERT_TRUE(testing::run(home, join(asking)));
        ASSERT_TRUE(answer);
        ASSERT_TRUE(*answer || answer->error().code() == Errc::cancelled);
    }
}

}  // namespace
}  // namespace strait
