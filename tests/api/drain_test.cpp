#include "tests/api/door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Door;

constexpr auto get_link = "GET /v1/links/eu HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr auto never = asio::steady_timer::time_point::max();

// A door whose handler waits inside until it is let go.
struct Drain : ::testing::Test {
    Door door;
    asio::steady_timer inside{door.io, never};  // cancelled when the handler has begun
    asio::steady_timer go_on{door.io, never};   // cancelled to let it finish
    std::string answer;

    Drain()
    {
        door.links.link.name = LinkName{"eu"};
        door.links.meanwhile = [this] { return wait_inside(); };
    }

    asio::awaitable<void> wait_inside()
    {
        inside.cancel();
        co_await go_on.async_wait(asio::as_tuple);
    }

    asio::awaitable<void> close_midway(bool let_go)
    {
        auto client = door.connect();
        co_await client.send(get_link);
        co_await inside.async_wait(asio::as_tuple);
        door.tasks.cancel();
        if (let_go) go_on.cancel();
        answer = co_await client.receive_all();
    }

    asio::awaitable<void> close_idle()
    {
        auto client = door.connect();
        co_await client.send(get_link);
        answer = co_await client.receive("}}");
        door.tasks.cancel();
        answer += co_await client.receive_all();
    }
};

TEST_F(Drain, LetsTheRunningRequestFinish)
{
    door.open();

    ASSERT_TRUE(door.with(close_midway(true)));

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.contains("Connection: close\r\n")) << answer;
}

TEST_F(Drain, EndsARequestThatDoesNotFinishInTime)
{
    door.limits.drain_time_max = 20ms;
    door.open();

    ASSERT_TRUE(door.with(close_midway(false)));

    EXPECT_EQ(answer, "");
}

TEST_F(Drain, ClosesIdleConnectionsAtOnce)
{
    door.links.meanwhile = {};
    door.open();

    ASSERT_TRUE(door.with(close_idle()));

    EXPECT_TRUE(answer.ends_with("}}")) << answer;
}

}  // namespace
}  // namespace strait::api
