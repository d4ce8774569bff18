#include "api/listener.hpp"

#include "tests/api/door.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::api {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Door;

constexpr auto get_link = "GET /v1/links/eu HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr auto close_link = "GET /v1/links/eu HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

int count_of(std::string_view text, std::string_view part)
{
    int count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

struct ListenerTest : ::testing::Test {
    Door door;
    std::vector<std::string> answers;

    ListenerTest() { door.links.link.name = LinkName{"eu"}; }

    asio::awaitable<void> ask(std::string bytes)
    {
        auto client = door.connect();
        co_await client.send(std::move(bytes));
        answers.push_back(co_await client.receive_all());
    }

    asio::awaitable<void> ask_each(std::vector<std::string> requests)
    {
        for (auto& bytes : requests) co_await ask(std::move(bytes));
    }

    // Sends each piece when the answer to the one before it has come, whose end is known.
    struct Piece {
        std::string bytes;
        std::string answer_end;
    };

    asio::awaitable<void> ask_in_turn(std::vector<Piece> pieces)
    {
        auto client = door.connect();
        for (auto& [bytes, answer_end] : pieces) {
            co_await client.send(std::move(bytes));
            answers.push_back(co_await client.receive(std::move(answer_end)));
        }
    }

    // The status line of the answer to `bytes`, after which the connection was closed.
    std::string status_of(const std::string& bytes)
    {
        door.open();
        EXPECT_TRUE(door.with(ask(bytes))) << bytes;
        return answers.empty() ? "" : answers.back().substr(0, answers.back().find("\r\n"));
    }
};

TEST_F(ListenerTest, KeepsAConnectionForTheNextRequest)
{
    door.open();

    ASSERT_TRUE(door.with(ask_in_turn({{get_link, "}}"}, {get_link, "}}"}})));

    ASSERT_EQ(answers.size(), 2U);
    for (const auto& answer : answers) {
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_TRUE(answer.contains("Content-Type: application/json\r\n")) << answer;
        EXPECT_FALSE(answer.contains("Connection: close")) << answer;
    }
}

TEST_F(ListenerTest, AnswersRequestsThatCameTogether)
{
    door.open();

    ASSERT_TRUE(door.with(ask(std::string{get_link} + get_link + close_link)));

    const auto close = answers.front().find("Connection: close\r\n");
    EXPECT_EQ(count_of(answers.front(), "HTTP/1.1 200 OK\r\n"), 3) << answers.front();
    EXPECT_GT(close, answers.front().rfind("HTTP/1.1 200 OK\r\n")) << answers.front();
}

TEST_F(ListenerTest, LeavesTheBodyOutForHead)
{
    door.open();

    ASSERT_TRUE(
        door.with(ask("HEAD /v1/links/eu HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));

    EXPECT_TRUE(answers.front().ends_with("\r\n\r\n")) << answers.front();
    EXPECT_TRUE(answers.front().contains("Content-Length: ")) << answers.front();
}

// True for an answer that has its id, once, and may not be kept.
bool is_identified(std::string_view answer)
{
    return count_of(answer, "\r\nStrait-Request-Id: ") == 1 &&
           count_of(answer, "\r\nCache-Control: no-store\r\n") == 1;
}

TEST_F(ListenerTest, IdentifiesEveryAnswer)
{
    door.limits.connection.header_time_max = 20ms;
    door.open();
    const std::string start = " HTTP/1.1\r\nHost: a\r\n";
    const std::vector<std::string> requests{
        "GET /v1/links/eu" + start + "Connection: close\r\n\r\n",
        "GET /none" + start + "Connection: close\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /" + start + "Content-Length: 1048577\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:"};

    ASSERT_TRUE(door.with(ask_each(requests)));

    ASSERT_EQ(answers.size(), requests.size());
    for (const auto& answer : answers) EXPECT_TRUE(is_identified(answer)) << answer;
}

TEST_F(ListenerTest, EndsAHeaderThatTakesTooLong)
{
    door.limits.connection.header_time_max = 20ms;

    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:"), "HTTP/1.1 408 Request Timeout");
    EXPECT_TRUE(answers.back().contains("\"detail\":\"the header block took too long\""));
}

TEST_F(ListenerTest, EndsABodyThatTakesTooLong)
{
    door.limits.connection.body_time_max = 20ms;

    EXPECT_EQ(status_of("POST /v1/links/eu:translate HTTP/1.1\r\nHost: a\r\n"
                        "Content-Length: 10\r\n\r\n{"),
              "HTTP/1.1 408 Request Timeout");
}

TEST_F(ListenerTest, EndsAnIdleConnectionWithoutAWord)
{
    door.limits.connection.idle_time_max = 20ms;

    EXPECT_EQ(status_of(get_link), "HTTP/1.1 200 OK");
    EXPECT_EQ(answers.back().rfind("HTTP/1.1"), 0U);
}

TEST_F(ListenerTest, RefusesABodyThatIsTooLarge)
{
    const std::string post = "POST /v1/links/eu:translate HTTP/1.1\r\nHost: a\r\n";

    EXPECT_EQ(status_of(post + "Content-Length: 8388609\r\n\r\n" + std::string(200'000, ' ')),
              "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(answers.back().rfind("HTTP/1.1"), 0U);
}

TEST_F(ListenerTest, AllowsALargeBodyOnlyWhereItIsNeeded)
{
    EXPECT_EQ(status_of("POST /v1/links HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n"),
              "HTTP/1.1 413 Payload Too Large");
}

TEST_F(ListenerTest, TakesTenThousandPositionsOfTheLongestTopics)
{
    const std::string position = R"({"topic":")" + std::string(249, 't') +
                                 R"(","partition":2147483647,"offset":9223372036854775807})";
    std::string body = R"({"direction":"forward","positions":[)" + position;
    for (int i = 1; i < 10'000; ++i) body += "," + position;
    body += "]}";

    EXPECT_EQ(status_of("POST /v1/links/eu:translate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body),
              "HTTP/1.1 200 OK");
    EXPECT_EQ(door.links.asked.size(), 10'000U);
}

TEST_F(ListenerTest, ClosesAfterAFramingError)
{
    EXPECT_EQ(status_of(std::string{"GET / HTTP/1.1\r\n\r\n"} + get_link),
              "HTTP/1.1 400 Bad Request");
    EXPECT_TRUE(answers.back().contains("Connection: close\r\n")) << answers.back();
    EXPECT_TRUE(answers.back().contains(R"("type":"/problems/framing")")) << answers.back();
    EXPECT_EQ(answers.back().rfind("HTTP/1.1"), 0U);
}

TEST_F(ListenerTest, ReadsAChunkedBodyAfterItsContinue)
{
    door.open();

    ASSERT_TRUE(door.with(
        ask_in_turn({{"POST /v1/links/eu:translate HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                      "\r\n\r\n"},
                     {"1\r\n{\r\n7;x=y\r\n\"a\": 1}\r\n0\r\n\r\n", "]}"}})));

    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers.front(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(answers.back().contains(R"({"pointer":"/a","code":"unknown_key",)"))
        << answers.back();
}

TEST_F(ListenerTest, TurnsAwayWhoeverIsOneTooMany)
{
    door.limits.connections_max = 1;
    door.open();
    auto first = door.connect();

    ASSERT_TRUE(door.with(ask("")));

    EXPECT_TRUE(answers.front().starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    EXPECT_TRUE(answers.front().contains("Retry-After: 1\r\n")) << answers.front();
    EXPECT_TRUE(is_identified(answers.front())) << answers.front();
    EXPECT_EQ(door.listener->refused(), 1U);
    EXPECT_EQ(door.listener->connections(), 0U) << "all have ended";
}

}  // namespace
}  // namespace strait::api
