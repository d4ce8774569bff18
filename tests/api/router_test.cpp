#include "api/router.hpp"

#include "api/response.hpp"
#include "catalog/commands/credentials.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <array>
#include <concepts>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

namespace strait::api {
namespace {

namespace http = boost::beast::http;
using http::verb;

Handled echo(Services&, const Call& call)
{
    co_return text(http::status::ok, "text/plain", call.path.empty() ? "" : call.path.front());
}

Handled fail_badly(Services&, const Call&)
{
    throw std::out_of_range{"a defect"};
    co_return Response{};
}

constexpr Description itself{"What it was asked", nullptr, nullptr};

constexpr std::array table{
    Route{verb::get, "/v1/links", Right::none, echo, itself},
    Route{verb::get, "/v1/links/{}", Right::none, echo, itself},
    Route{verb::delete_, "/v1/links/{}", Right::none, echo, itself},
    Route{verb::post, "/v1/links/{}:pause", Right::none, echo, itself},
    Route{verb::get, "/v1/links/{}/gaps", Right::read_links, echo, itself},
    Route{verb::get, "/defect", Right::none, fail_badly, itself},
};

template <class... Parts>
concept MakesARoute = requires(Parts... parts) { Route{parts...}; };
static_assert(MakesARoute<verb, const char*, Right, Handler, Description>);
static_assert(!MakesARoute<verb, const char*, Handler, Description>, "it says who may ask");
static_assert(!MakesARoute<verb, const char*, Right, Handler>, "it says what it is");

struct RouterTest : ::testing::Test {
    testing::ScriptedLinks links;
    Metrics metrics;
    Services services{links, metrics, [] { return Result<std::string>{}; }};
    std::ostringstream log;

    Response answer(const Request& request, std::span<const Route> routes = table)
    {
        spdlog::logger logger{"api", std::make_shared<spdlog::sinks::ostream_sink_st>(log)};
        Router router{{routes}, Door::api, services, std::move(logger)};
        return testing::run(router.answer(request, "r-1")).value();
    }

    Response answer(verb method, std::string_view target)
    {
        return answer(Request{method, target, 11});
    }

    std::string shown(verb method, std::string_view target)
    {
        const auto response = answer(method, target);
        return std::to_string(response.result_int()) + " " + response.body();
    }
};

TEST_F(RouterTest, FindsARouteByItsPathAndVerb)
{
    EXPECT_EQ(shown(verb::get, "/v1/links"), "200 ");
    EXPECT_EQ(shown(verb::get, "/v1/links/eu"), "200 eu");
    EXPECT_EQ(shown(verb::head, "/v1/links/eu"), "200 eu");
    EXPECT_EQ(shown(verb::post, "/v1/links/eu:pause"), "200 eu");
    EXPECT_EQ(shown(verb::get, "/v1/links/%e4%b8%ad%20%25"), "200 \xe4\xb8\xad %");
    EXPECT_EQ(shown(verb::get, "/v1/links/a%3Apause"), "200 a:pause");
    EXPECT_EQ(shown(verb::get, "/v1/links?"), "200 ");
}

TEST_F(RouterTest, TellsAnUnknownPathFromAnUnknownMethod)
{
    for (const auto* target :
         {"/", "/v1", "/v1/links/eu/gaps/1", "/v1/links/eu:stop", "/v1/link"}) {
        EXPECT_EQ(answer(verb::get, target).result(), http::status::not_found) << target;
    }
    EXPECT_EQ(answer(verb::put, "/v1/links/eu").result(), http::status::method_not_allowed);
    EXPECT_EQ(answer(verb::put, "/v1/links/eu")["Allow"], "GET, HEAD, DELETE");
    EXPECT_EQ(answer(verb::get, "/v1/links/eu:pause")["Allow"], "POST");
    EXPECT_EQ(answer(verb::unknown, "/v1/links/eu").result(), http::status::not_implemented);
}

TEST_F(RouterTest, RefusesTargetsThatReadersTakeDifferently)
{
    for (const auto* target : {"*",
                               "",
                               "http://a/v1/links",
                               "//v1/links",
                               "/v1/links/",
                               "/v1//links",
                               "/v1/./links",
                               "/v1/../links",
                               "/v1/%2e%2e/links",
                               "/v1/links/a%2fb",
                               "/v1/links/a%00",
                               "/v1/links/a%0a",
                               "/v1/links/%zz",
                               "/v1/links/%4",
                               "/v1/links/%",
                               "/v1/links/%+1",
                               "/v1/links/%c0%80",
                               "/v1/links/%ed%a0%80",
                               "/v1/links/%ff",
                               "/v1/links/%e4%b8",
                               "/v1/links/%f5%80%80%80",
                               "/v1/links#a",
                               "/v1/links/eu:",
                               "/v1/links?%zz",
                               "/v1/links?a=%00"}) {
        EXPECT_EQ(answer(verb::get, target).result(), http::status::bad_request) << target;
    }
}

TEST_F(RouterTest, RefusesAParameterThatNobodyKnows)
{
    EXPECT_EQ(shown(verb::get, "/v1/links?p%61ge=2"),
              R"(400 {"type":"/problems/invalid-request","title":"Bad Request","status":400,)"
              R"("detail":"unknown query parameter","request_id":"r-1",)"
              R"("errors":[{"pointer":"?page","code":"unknown_parameter","detail":""}]})");
}

TEST_F(RouterTest, TakesABodyOnlyAsJson)
{
    Request request{verb::post, "/v1/links/eu:pause", 11, "{}"};
    EXPECT_EQ(answer(request).result(), http::status::unsupported_media_type);
    for (const auto* type : {"application/json", "Application/JSON; charset=UTF-8"}) {
        request.set(http::field::content_type, type);
        EXPECT_EQ(answer(request).result(), http::status::ok) << type;
    }
    for (const auto* type :
         {"text/json", "application/json; charset=latin1", "application/jsonx"}) {
        request.set(http::field::content_type, type);
        EXPECT_EQ(answer(request).result(), http::status::unsupported_media_type) << type;
    }
}

TEST_F(RouterTest, AsksForTheRightOfTheRoute)
{
    const auto refused = answer(verb::get, "/v1/links/eu/gaps");
    EXPECT_EQ(refused.result(), http::status::unauthorized);
    EXPECT_EQ(refused[http::field::www_authenticate], R"(Bearer realm="strait")");
    for (const auto& route : ops_routes) EXPECT_EQ(route.right, Right::none) << route.path;
    for (const auto& route : link_routes) EXPECT_NE(route.right, Right::none) << route.path;
}

TEST_F(RouterTest, KnowsWhoMayAskForWhat)
{
    using catalog::Principal;
    using catalog::Role;
    const auto act = [](std::vector<Role> roles) {
        return catalog::Act{.actor = Principal{catalog::UserId{}},
                            .organisation = catalog::OrganisationId{},
                            .roles = std::move(roles),
                            .scopes = catalog::all_scopes(),
                            .entropy = {},
                            .pepper = {}};
    };
    auto host = act({});
    host.actor = Principal{Principal::Kind::host};
    EXPECT_TRUE(may(host, Right::change_links));
    EXPECT_TRUE(may(host, Right::host));
    EXPECT_TRUE(may(act({Role::operator_}), Right::change_links));
    EXPECT_FALSE(may(act({Role::operator_}), Right::host));
    EXPECT_FALSE(may(act({Role::operator_}), Right::products_write));
    EXPECT_FALSE(may(act({Role::org_admin}), Right::read_links));
    EXPECT_TRUE(may(act({Role::org_admin}), Right::org_write));
    EXPECT_FALSE(may(act({Role::product_owner, Role::developer, Role::auditor}), Right::org_write));
    EXPECT_TRUE(may(act({Role::developer}), Right::apps_write));
    EXPECT_TRUE(may(act({}), Right::catalog_read));
    auto narrow = act({Role::org_admin, Role::operator_});
    narrow.scopes = {catalog::Scope::catalog_read};
    EXPECT_TRUE(may(narrow, Right::catalog_read));
    EXPECT_FALSE(may(narrow, Right::org_write));
    EXPECT_FALSE(may(narrow, Right::change_links));
}

TEST_F(RouterTest, ContainsADefectOfAHandler)
{
    const auto response = answer(verb::get, "/defect");

    EXPECT_EQ(response.result(), http::status::internal_server_error);
    EXPECT_FALSE(response.body().contains("a defect\"")) << response.body();
    EXPECT_TRUE(
        log.str().contains(R"(handler failed request_id=r-1 target="/defect" detail="a defect")"))
        << log.str();
}

TEST_F(RouterTest, NamesEveryRequest)
{
    RequestIds ids{1234};
    Request request{verb::get, "/v1/links", 11};

    EXPECT_EQ(ids.next(request), "1234-1");
    EXPECT_EQ(ids.next(request), "1234-2");
    request.set("Strait-Request-Id", "mine_1.2-3");
    EXPECT_EQ(ids.next(request), "mine_1.2-3");
    for (const auto& bad : {std::string{"a b"}, std::string{"\"x\""}, std::string(65, 'x')}) {
        request.set("Strait-Request-Id", bad);
        EXPECT_TRUE(ids.next(request).starts_with("1234-")) << bad;
    }
    EXPECT_EQ(answer(request)["Strait-Request-Id"], "r-1");
    EXPECT_EQ(answer(request)["Cache-Control"], "no-store");
}

}  // namespace
}  // namespace strait::api
