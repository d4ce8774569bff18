#include "exchange/client/http_client.hpp"

#include "tests/support/scripted_door.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace strait::exchange {
namespace {

using testing::ScriptedDoor;

TEST(Origin, IsHttpsOrThisHost)
{
    EXPECT_EQ(*origin_of("https://x.example:8443/v1"), "https://x.example:8443");
    EXPECT_EQ(*origin_of("https://x.example"), "https://x.example");
    EXPECT_EQ(*origin_of("http://127.0.0.1:8443/v1/"), "http://127.0.0.1:8443");
    EXPECT_EQ(*origin_of("http://[::1]:8443"), "http://[::1]:8443");
    EXPECT_EQ(*origin_of("http://localhost:8443"), "http://localhost:8443");
    for (const auto* const wrong : {"http://x.example/v1",
                                    "http://127.evil.example/v1",
                                    "http://localhost.evil.example",
                                    "https://user:password@x.example",
                                    "https://x.example/other",
                                    "https://x.example/v1?q",
                                    "ftp://localhost",
                                    "x.example",
                                    ""}) {
        const auto refused = origin_of(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code(), Errc::invalid_argument);
    }
}

TEST(HttpClient, ShowsItsKeyAndWhatItHasSeen)
{
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", "{}", "ETag: \"7\"\r\n")}};
    HttpClient client{{.origin = door.origin(), .key = Secret{"strait_abc"}}};
    const auto answer = client.ask({.method = HttpMethod::patch,
                                    .target = "/v1/applications/app_1",
                                    .body = R"({"title": "T"})",
                                    .if_match = "\"6\""});
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->etag, "\"7\"");
    EXPECT_EQ(answer->content_type, "application/json");
    EXPECT_EQ(answer->body, "{}");
    const auto asked = door.requests().front();
    EXPECT_TRUE(asked.starts_with("PATCH /v1/applications/app_1 HTTP/1.1\r\n")) << asked;
    EXPECT_TRUE(asked.contains("Authorization: Bearer strait_abc\r\n")) << asked;
    EXPECT_TRUE(asked.contains("If-Match: \"6\"\r\n")) << asked;
    EXPECT_TRUE(asked.contains("Content-Type: application/json\r\n")) << asked;
    EXPECT_TRUE(asked.ends_with("\r\n\r\n{\"title\": \"T\"}")) << asked;
}

TEST(HttpClient, AnswersARefusalAsItIs)
{
    const ScriptedDoor door{{ScriptedDoor::answer("404 Not Found", "gone")}};
    HttpClient client{{.origin = door.origin()}};
    const auto answer = client.ask({.target = "/v1/me"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404U);
    EXPECT_EQ(answer->body, "gone");
    EXPECT_FALSE(door.requests().front().contains("Authorization"));
}

// Whoever follows a redirect shows the key to whom it leads.
TEST(HttpClient, FollowsNobody)
{
    const ScriptedDoor other{{ScriptedDoor::answer("200 OK", "{}")}};
    const ScriptedDoor door{{ScriptedDoor::answer(
        "307 Temporary Redirect", "", "Location: " + other.origin() + "/v1/me\r\n")}};
    HttpClient client{{.origin = door.origin(), .key = Secret{"strait_abc"}}};
    EXPECT_EQ(client.ask({.target = "/v1/me"})->status, 307U);
    EXPECT_TRUE(other.requests().empty());
}

TEST(HttpClient, RepeatsOnlyWhatMayBeSentTwice)
{
    const auto good = ScriptedDoor::answer("201 Created", "{}");
    const ScriptedDoor door{{"", good, "", good, "", good}};
    HttpClient client{{.origin = door.origin()}};
    EXPECT_TRUE(client.ask({.target = "/v1/me"}));
    EXPECT_EQ(door.requests().size(), 2U);

    const auto named = client.ask({.method = HttpMethod::post,
                                   .target = "/v1/applications",
                                   .body = "{}",
                                   .idempotency_key = "one"});
    EXPECT_TRUE(named);
    const auto asked = door.requests();
    ASSERT_EQ(asked.size(), 4U);
    EXPECT_EQ(asked[2], asked[3]) << "the same key, or it would be made twice";
    EXPECT_TRUE(asked[2].contains("Idempotency-Key: one\r\n")) << asked[2];

    const auto lost =
        client.ask({.method = HttpMethod::post, .target = "/v1/activations", .body = "{}"});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code(), Errc::unavailable);
    EXPECT_EQ(door.requests().size(), 5U);
}

TEST(HttpClient, SaysThatNobodyAnswers)
{
    std::string origin;
    {
        const ScriptedDoor door{{}};
        origin = door.origin();
    }
    HttpClient client{{.origin = origin}};
    EXPECT_EQ(client.ask({.target = "/v1/me"}).error().code(), Errc::unavailable);
}

TEST(HttpClient, WaitsNoLongerThanItWasTold)
{
    namespace asio = boost::asio;
    asio::io_context io;
    // Connections wait there, and nobody takes them.
    const asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
    HttpClient client{
        {.origin = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()),
         .time_max = std::chrono::milliseconds{50}}};
    const auto late = client.ask({.target = "/v1/me"});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), Errc::timed_out) << late.error().detail();
}

TEST(HttpClient, TakesNoMoreThanItsLimit)
{
    const std::string much(HttpClient::answer_bytes_max + 1, 'x');
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", much)}};
    HttpClient client{{.origin = door.origin()}};
    EXPECT_EQ(client.ask({.target = "/v1/me"}).error().code(), Errc::too_large);
}

TEST(PercentEncoding, KeepsWhatASegmentMayHold)
{
    EXPECT_EQ(percent_encoded("1.0.0-rc_1~x"), "1.0.0-rc_1~x");
    EXPECT_EQ(percent_encoded("a/b?c d#\xC3\xA4"), "a%2Fb%3Fc%20d%23%C3%A4");
}

}  // namespace
}  // namespace strait::exchange
