#include "api/openapi/document.hpp"
#include "tests/api/described.hpp"
#include "tests/api/door.hpp"
#include "tests/api/hostile_cases.hpp"
#include "tests/api/publishing_door.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What bad input does: it gets the problem that is documented, and changes nothing.
namespace strait::api {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using testing::HostileCase;

constexpr auto next_request = "GET /v1/about HTTP/1.1\r\nHost: x.example\r\n\r\n";

// The public door on a socket, with one object of everything that is globex's own.
struct HostileDoorTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    testing::CaseNames names;
    TaskGroup tasks{io.get_executor()};
    // What waits for the rest of a header block has to fail soon.
    ConnectionLimits limits{.header_time_max = std::chrono::seconds{2}};
    Listener listener{io.get_executor(), api_router, clock, {.connection = limits}, log};

    HostileDoorTest()
    {
        index();
        organise("initech");
        names = {{"key", globex},
                 {"organisation", organisation["globex"]},
                 {"theirs", organisation["initech"]},
                 {"cluster", make_cluster("globex", "oslo")}};
        names["product"] = publish_product(globex, "orders", names["cluster"]);
        names["version"] = "1.0.0";
        names["offer"] = make_offer(globex, offer(names["product"], "partner"));
        names["application"] = make_application(globex, "checkout");
        ask_for_access();
        invite_somebody();
        const auto contract = ask(
            globex,
            verb::post,
            "/v1/contracts",
            R"({"name": "c", "version": "1.0.0", "schema": {"type": "avro", "text": "\"string\""}})");
        names["contract"] = contract.at("/id");
        names["link"] = "eu";
    }

    void ask_for_access()
    {
        const auto wanted = asking(globex, names["offer"], names["application"]);
        const auto made = ask(globex, verb::post, "/v1/requests", boost::json::serialize(wanted));
        names["request"] = made.at("/request/id");
        const auto approved =
            ask(globex, verb::post, "/v1/requests/" + names["request"] + ":approve");
        EXPECT_EQ(approved.status, 200U) << approved.text;
        names["subscription"] = approved.at("/subscription/id");
    }

    void invite_somebody()
    {
        const auto invited = ask(globex,
                                 verb::post,
                                 "/v1/invitations",
                                 R"({"email": "x@y.example", "roles": ["developer"]})");
        names["invitation"] = invited.at("/id");
        names["user"] = invited.at("/user");
        const boost::json::object key{{"principal", names["application"]},
                                      {"scopes", boost::json::array{"catalog:read"}}};
        names["credential"] =
            ask(globex, verb::post, "/v1/credentials", boost::json::serialize(key)).at("/id");
    }

    // What a change would change.
    std::vector<std::string> state()
    {
        return {std::to_string(catalog.revision()),
                ask(globex, verb::get, "/v1/audit/head").text,
                ask(operator_key, verb::get, "/v1/audit/head").text};
    }

    // All of them, one connection after the other; false if one got stuck.
    bool send(const std::vector<HostileCase>& cases)
    {
        const auto done = testing::run(io, send_each(cases), std::chrono::seconds{50});
        EXPECT_TRUE(done) << "stuck at " << at_;
        return done.has_value();
    }

    asio::awaitable<bool> send_each(const std::vector<HostileCase>& cases)
    {
        listener.open(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), 0}).value();
        tasks.spawn(listener.run());
        for (const auto& each : cases) co_await send_one(each);
        tasks.cancel();
        co_await tasks.join();
        co_return true;
    }

    asio::awaitable<void> send_one(const HostileCase& one)
    {
        at_ = one.place;
        testing::RawClient client{
            io, asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), listener.port()}};
        co_await client.send(one.bytes);
        if (one.status == 0) client.stop_writing();
        const auto answer = co_await client.receive_answer();
        check(one, answer);
        if (one.open) co_await client.send(next_request);
        client.stop_writing();
        const auto rest = co_await client.receive_all();
        if (!one.open) EXPECT_EQ(rest, "") << one.place;
        if (one.open) EXPECT_TRUE(rest.starts_with("HTTP/1.1 200 OK\r\n")) << one.place << rest;
        if (one.open) EXPECT_EQ(rest.find("HTTP/1.1", 1), std::string::npos) << one.place << rest;
    }

    static void check(const HostileCase& one, const std::string& answer)
    {
        const ::testing::ScopedTrace trace{
            "", 0, one.place + " " + one.bytes.substr(0, one.bytes.find("\r\n")).substr(0, 200)};
        if (one.status == 0) {
            EXPECT_EQ(answer, "");
            return;
        }
        http::response_parser<http::string_body> parser;
        parser.eager(true);  // the body as well
        boost::system::error_code failure;
        parser.put(asio::buffer(answer), failure);
        ASSERT_TRUE(parser.is_done()) << answer;
        const auto response = parser.release();
        EXPECT_EQ(response.result_int(), one.status) << answer;
        ASSERT_EQ(response[http::field::content_type], "application/problem+json") << answer;
        const auto body = boost::json::parse(response.body());
        const auto type = body.at("type").as_string();
        EXPECT_EQ(type, "/problems/" + one.code) << answer;
        EXPECT_EQ(response.keep_alive(), one.open);
        EXPECT_FALSE(response["Strait-Request-Id"].empty());
        testing::expect_described(sent(one.bytes), response);
    }

    // As far as it can be read: the method and the target.
    static Request sent(std::string_view bytes)
    {
        const auto line = bytes.substr(0, bytes.find("\r\n"));
        const auto first = line.find(' ');
        const auto last = line.rfind(' ');
        Request request;
        if (first == std::string_view::npos || first == last) return request;
        request.method_string(line.substr(0, first));
        request.target(line.substr(first + 1, last - first - 1));
        return request;
    }

    // The route's path, with what is globex's own.
    std::string target_of(const Route& route) const
    {
        std::string target{route.path};
        for (auto open = target.find('{'); open != std::string::npos; open = target.find('{')) {
            const auto close = target.find('}', open);
            target.replace(
                open, close + 1 - open, names.at(target.substr(open + 1, close - open - 1)));
        }
        return target;
    }

    // Who may ask at all.
    std::string key_for(const Route& route) const
    {
        const bool operates = route.right == Right::operate || route.right == Right::change_links ||
                              route.right == Right::read_links;
        return operates ? operator_key : globex;
    }

    // But for the keys of a link, which the registry knows.
    std::vector<HostileCase> every_body() const
    {
        std::vector<HostileCase> cases;
        for (const auto& table : exchange_routes()) {
            for (const auto& route : table) {
                if (route.about.input == nullptr || route.right == Right::host) continue;
                if (route.handler == create_link || route.handler == change_link) continue;
                const auto line =
                    std::string{http::to_string(route.method)} + " " + target_of(route);
                for (const auto& body : testing::hostile_bodies()) {
                    const bool too_long = route.right == Right::none && body.size() > 4 << 10;
                    cases.push_back({.place = line + " " + body.substr(0, 60),
                                     .status = too_long ? 413U : 400U,
                                     .code = too_long ? "payload-too-large" : "invalid-request",
                                     .open = !too_long,
                                     .bytes = testing::request_with(line, key_for(route), body)});
                }
            }
        }
        return cases;
    }

    std::string at_;
};

TEST_F(HostileDoorTest, AnswersEachBadRequestAndChangesNothing)
{
    const auto before = state();
    std::vector<HostileCase> cases;
    for (const auto* const file : {"raw.txt", "targets.txt", "headers.txt", "bodies.txt"}) {
        for (auto& each : testing::hostile_cases(file, names)) cases.push_back(std::move(each));
    }
    EXPECT_GT(cases.size(), 300U);
    std::set<std::string> distinct;
    for (const auto& each : cases) {
        EXPECT_TRUE(distinct.insert(each.bytes).second) << each.place << " is there already";
    }
    ASSERT_TRUE(send(cases));
    EXPECT_EQ(state(), before);
}

TEST_F(HostileDoorTest, RefusesEveryBadBodyOnEveryRoute)
{
    const auto before = state();
    const auto cases = every_body();
    EXPECT_GT(cases.size(), 3'000U);
    ASSERT_TRUE(send(cases));
    EXPECT_EQ(state(), before);
}

}  // namespace
}  // namespace strait::api
