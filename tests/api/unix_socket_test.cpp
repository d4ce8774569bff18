#include "api/listener.hpp"
#include "tests/api/door.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace strait::api {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::Door;
using testing::RawClient;

struct UnixSocket : ::testing::Test {
    Door door;
    fs::path folder = fs::temp_directory_path() / ("strait-api-" + std::to_string(::getpid()));
    fs::path file = folder / "admin.sock";
    std::string answer;

    UnixSocket() { fs::create_directory(folder); }
    ~UnixSocket() override { fs::remove_all(folder); }

    std::unique_ptr<Listener> make_listener()
    {
        return std::make_unique<Listener>(
            door.io.get_executor(), door.router, door.clock, door.limits, door.log);
    }

    asio::awaitable<void> ask()
    {
        RawClient client{door.io, asio::local::stream_protocol::endpoint{file.string()}};
        co_await client.send("GET /v1/links HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        answer = co_await client.receive_all();
    }
};

TEST_F(UnixSocket, ServesOnlyItsOwner)
{
    door.listener = make_listener();
    ASSERT_TRUE(door.listener->open(file));
    door.tasks.spawn(door.listener->run());

    ASSERT_TRUE(door.with(ask()));

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    door.listener.reset();
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(UnixSocket, TakesThePlaceOfADeadOne)
{
    {
        asio::local::stream_protocol::acceptor dead{door.io, file.string()};
    }
    ASSERT_TRUE(fs::exists(file));
    door.listener = make_listener();

    EXPECT_TRUE(door.listener->open(file));
}

TEST_F(UnixSocket, NeverTakesThePlaceOfALivingOne)
{
    door.listener = make_listener();
    ASSERT_TRUE(door.listener->open(file));

    const auto second = make_listener()->open(file);

    EXPECT_EQ(second.error().code(), Errc::conflict);
    EXPECT_EQ(second.error().detail(),
              file.string() + " is in use: another strait is running here");
    EXPECT_TRUE(fs::exists(file));
}

TEST_F(UnixSocket, LeavesOtherFilesAlone)
{
    std::ofstream{file} << "mine";

    EXPECT_EQ(make_listener()->open(file).error().code(), Errc::conflict);
    EXPECT_EQ(fs::file_size(file), 4U);
}

TEST_F(UnixSocket, RefusesAPathThatTheSystemWouldCut)
{
    const auto opened = make_listener()->open(folder / std::string(100, 'x'));

    EXPECT_EQ(opened.error().code(), Errc::invalid_argument);
    EXPECT_TRUE(opened.error().detail().ends_with("at most 107 bytes, so shorten data_dir"));
}

TEST(TcpAddress, InUseIsAConflict)
{
    Door door;
    door.open();
    Listener second{door.io.get_executor(), door.router, door.clock, door.limits, door.log};

    const auto opened = second.open({asio::ip::address_v4::loopback(), door.listener->port()});

    EXPECT_EQ(opened.error().code(), Errc::conflict);
    ASSERT_TRUE(door.with(door.nothing()));
}

}  // namespace
}  // namespace strait::api
