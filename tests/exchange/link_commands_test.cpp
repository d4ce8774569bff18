#include "exchange/link_commands.hpp"

#include "exchange/link_tables.hpp"
#include "tests/api/door.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include <unistd.h>

namespace strait::exchange {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using testing::Door;

// The admin socket of a server that runs while the client asks.
struct AdminClientTest : ::testing::Test {
    Door door;
    fs::path data_dir = fs::temp_directory_path() / ("strait-admin-" + std::to_string(::getpid()));
    Result<std::string> answer = fail(Errc::cancelled);

    AdminClientTest()
    {
        fs::create_directory(data_dir);
        door.links.link.name = LinkName{"eu"};
    }
    ~AdminClientTest() override { fs::remove_all(data_dir); }

    void open()
    {
        door.listener = std::make_unique<api::Listener>(
            door.io.get_executor(), door.router, door.clock, door.limits, door.log);
        ASSERT_TRUE(door.listener->open(data_dir / "admin.sock"));
        door.tasks.spawn(door.listener->run());
    }

    asio::awaitable<void> get(std::string target, std::chrono::milliseconds time_max)
    {
        const AdminClient client{data_dir, door.clock, time_max};
        answer = co_await client.request(http::verb::get, std::move(target));
    }

    asio::awaitable<void> post(std::string target, std::string body)
    {
        const AdminClient client{data_dir, door.clock};
        answer = co_await client.request(http::verb::post, std::move(target), std::move(body));
    }
};

TEST_F(AdminClientTest, GetsAnAnswer)
{
    open();

    ASSERT_TRUE(door.with(get("/v1/links", 5s)));

    EXPECT_TRUE(answer.value().starts_with(R"({"items":[{"name":"eu")")) << *answer;
}

TEST_F(AdminClientTest, MakesAnErrorOfAProblem)
{
    open();

    ASSERT_TRUE(door.with(get("/v1/links/us", 5s)));

    EXPECT_EQ(answer.error(), (Error{Errc::not_found, "no link us"}));
}

TEST_F(AdminClientTest, MakesAnErrorOfARefusedBody)
{
    open();

    ASSERT_TRUE(door.with(post("/v1/links/eu:translate", std::string(9 << 20, ' '))));

    EXPECT_EQ(answer.error(), (Error{Errc::invalid_argument, "the body is too large"}));
}

TEST_F(AdminClientTest, SaysThatNoServerListens)
{
    ASSERT_TRUE(door.with(get("/v1/links", 5s)));

    EXPECT_EQ(answer.error(),
              (Error{Errc::unavailable,
                     "`strait serve` is not running with this data_dir: " + data_dir.string() +
                         " (No such file or directory)"}));
}

TEST_F(AdminClientTest, DoesNotWaitForEver)
{
    asio::local::stream_protocol::acceptor silent{door.io, (data_dir / "admin.sock").string()};

    ASSERT_TRUE(door.with(get("/v1/links", 20ms)));

    EXPECT_EQ(answer.error(), (Error{Errc::timed_out, "`strait serve` has not answered in time"}));
}

// The commands, as somebody at a terminal sees them.
struct LinkCommands : AdminClientTest {
    AdminClient server{data_dir, door.clock};
    std::ostringstream out;
    std::ostringstream err;
    LinkCommand command{server, door.clock, out, err};
    ExitCode code = ExitCode::failure;

    asio::awaitable<void> keep(asio::awaitable<ExitCode> running)
    {
        code = co_await std::move(running);
    }

    std::string shown(asio::awaitable<ExitCode> running)
    {
        EXPECT_TRUE(door.with(keep(std::move(running))));
        return out.str() + err.str();
    }
};

TEST_F(LinkCommands, ShowALink)
{
    open();

    EXPECT_TRUE(
        shown(show_link(command, "eu", {.partitions = true})).starts_with("link          eu\n"));
    EXPECT_EQ(code, ExitCode::ok);
}

TEST_F(LinkCommands, ListLinksAsTheServerDoes)
{
    open();
    LinkCommand json{server, door.clock, out, err, true};

    EXPECT_TRUE(shown(list_links(json)).starts_with(R"({"items":[{"name":"eu")"));
    EXPECT_EQ(code, ExitCode::ok);
}

TEST_F(LinkCommands, ListGaps)
{
    open();

    EXPECT_EQ(shown(list_gaps(command, "eu")), "no gaps\n");
    EXPECT_EQ(code, ExitCode::ok);
}

TEST_F(LinkCommands, TranslateAnOffset)
{
    open();
    links::Translation translation;
    translation.offset = Offset{57};
    translation.status = links::Translation::Status::exact;
    door.links.translated = {{TopicName{"oslo.orders"}, Partition{0}, translation}};

    EXPECT_EQ(shown(translate_offset(command, {"eu", "orders", 0, 42})),
              "orders-0 42 -> oslo.orders-0 57 (exact)\n");
    EXPECT_EQ(code, ExitCode::ok);
    EXPECT_EQ(door.links.asked.front().offset, Offset{42});
}

TEST_F(LinkCommands, TellTopicsAlone)
{
    open();
    VerbArguments told;
    told.verb = links::Verb::failover;
    told.link = "eu";
    told.topics = {"a", "b"};

    EXPECT_TRUE(shown(run_verb(command, told)).contains("do it with --yes")) << out.str();
    EXPECT_EQ(door.links.planned_for.verb, links::Verb::failover);
    EXPECT_EQ(door.links.planned_for.topics, (std::vector{TopicName{"a"}, TopicName{"b"}}));
}

TEST_F(LinkCommands, CreateChangeAndDeleteLinks)
{
    open();
    door.registry.link.config.name = LinkName{"eu"};

    EXPECT_TRUE(shown(create_link(command, {"", R"({"name":"eu"})", true}))
                    .starts_with("dry run: nothing is changed\nLINK  CHANGE   KEYS\n"))
        << out.str();
    EXPECT_EQ(code, ExitCode::ok);
    EXPECT_EQ(door.registry.asked.front(), R"(create {"name":"eu"} dry)");
}

TEST_F(LinkCommands, ShowTheConfigurationOfALink)
{
    open();
    door.registry.link.config.name = LinkName{"eu"};

    EXPECT_TRUE(shown(show_link_config(command, "eu"))
                    .starts_with("# managed by config\nname: \"eu\"\nsource: \"\"\n"))
        << out.str();
    EXPECT_EQ(code, ExitCode::ok);
}

TEST_F(LinkCommands, TellWhatIsNotMirrored)
{
    open();
    door.links.translated = {{TopicName{"orders"}, Partition{0}, {}}};

    EXPECT_EQ(shown(translate_offset(command, {"eu", "orders", 0, 42, true})),
              "orders-0 42 -> none (unknown): not a mirror of this link, or a name of the source: "
              "leave out --inverse\n");
    EXPECT_EQ(code, ExitCode::not_found);
    EXPECT_EQ(door.links.direction, links::Direction::inverse);
}

TEST_F(LinkCommands, TellALinkThatThereIsNot)
{
    open();

    EXPECT_EQ(shown(show_link(command, "e/u", {})),
              "error: the target has an empty segment, a dot segment or an encoded slash\n");
    EXPECT_EQ(code, ExitCode::usage);
    EXPECT_EQ(run_alone(show_link(command, "us", {})), ExitCode::unavailable);
}

TEST_F(LinkCommands, TellThatNoServerListens)
{
    EXPECT_EQ(run_alone(list_links(command)), ExitCode::unavailable);
    EXPECT_EQ(run_alone(list_gaps(command, "eu")), ExitCode::unavailable);
    EXPECT_EQ(out.str(), "");
    EXPECT_TRUE(err.str().starts_with("error: `strait serve` is not running with this data_dir: "))
        << err.str();
}

}  // namespace
}  // namespace strait::exchange
