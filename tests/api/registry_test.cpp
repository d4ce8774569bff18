#include "api/registry_documents.hpp"
#include "api/router.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/api/scripted_registry.hpp"
#include "tests/support/run.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <memory>
#include <string>
#include <vector>

namespace strait::api {
namespace {

namespace http = boost::beast::http;

struct RegistryApi : ::testing::Test {
    testing::ScriptedLinks links;
    testing::ScriptedRegistry registry;
    Metrics metrics;
    Services services{
        .links = links,
        .metrics = metrics,
        .ready = [] { return Result<std::string>{}; },
        .apply = {},
        .registry = &registry,
    };
    Router router{{link_routes},
                  Door::admin,
                  services,
                  {"api", std::make_shared<spdlog::sinks::null_sink_st>()}};

    RegistryApi()
    {
        registry.link.config.name = LinkName{"eu"};
        registry.link.config.managed_by = links::ManagedBy::api;
        registry.link.created_ms = 1'000;
        registry.link.changed_ms = 2'000;
        registry.link.revision = 7;
    }

    Response send(http::verb method,
                  const std::string& target,
                  const std::string& body = {},
                  const std::string& if_match = {})
    {
        Request request{method, target, 11, body};
        if (!body.empty()) request.set(http::field::content_type, "application/json");
        if (!if_match.empty()) request.set(http::field::if_match, if_match);
        return testing::run(router.answer(request, "r-1")).value();
    }

    [[nodiscard]] std::string document() const
    {
        return boost::json::serialize(boost::json::value_from(document_of(registry.link)));
    }
};

TEST_F(RegistryApi, ShowsTheConfigurationAndWhoseItIs)
{
    const auto shown = send(http::verb::get, "/v1/links/eu/config");

    EXPECT_EQ(shown.result_int(), 200U);
    EXPECT_EQ(shown[http::field::etag], "\"7\"");
    EXPECT_TRUE(shown.body().starts_with(R"({"config":{"name":"eu","source":"",)")) << shown.body();
    EXPECT_TRUE(shown.body().ends_with(
        R"("managed_by":"api","revision":7,"created":"1970-01-01T00:00:01.000Z",)"
        R"("changed":"1970-01-01T00:00:02.000Z"})"))
        << shown.body();
    EXPECT_EQ(send(http::verb::get, "/v1/links/us/config").result_int(), 404U);

    registry.link = {registry.link.config, 0, 0, 0};
    registry.link.config.managed_by = links::ManagedBy::config;
    const auto of_file = send(http::verb::get, "/v1/links/eu/config");
    EXPECT_TRUE(of_file.body().ends_with(
        R"("managed_by":"config","revision":null,"created":null,"changed":null})"))
        << of_file.body();
    EXPECT_EQ(of_file[http::field::etag], "");
}

TEST_F(RegistryApi, CreatesALinkAndSaysWhereItIs)
{
    const auto created = send(http::verb::post, "/v1/links", R"({"name":"eu"})");

    EXPECT_EQ(created.result_int(), 201U);
    EXPECT_EQ(created[http::field::location], "/v1/links/eu");
    EXPECT_EQ(created[http::field::etag], "\"7\"");
    EXPECT_EQ(created.body(),
              R"({"applied":true,"links":[{"link":"eu","change":"adapted",)"
              R"("keys":["topics.include"]}],"warnings":[],"link":)" +
                  document() + "}");
    EXPECT_EQ(registry.asked, (std::vector<std::string>{R"(create {"name":"eu"})"}));
}

TEST_F(RegistryApi, ChangesAndDeletesALink)
{
    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu", R"({"shards":2})").result_int(), 200U);
    Request merge{http::verb::patch, "/v1/links/eu", 11, "{}"};
    merge.set(http::field::content_type, "application/merge-patch+json");
    EXPECT_EQ(testing::run(router.answer(merge, "r-1")).value().result_int(), 200U);
    const auto deleted = send(http::verb::delete_, "/v1/links/eu");
    EXPECT_EQ(deleted.result_int(), 200U);
    EXPECT_TRUE(deleted.body().ends_with(R"("link":null})")) << deleted.body();

    EXPECT_EQ(registry.asked,
              (std::vector<std::string>{R"(change eu {"shards":2})", "change eu {}", "remove eu"}));
}

TEST_F(RegistryApi, OnlySaysWhatWouldChangeInADryRun)
{
    const auto created = send(http::verb::post, "/v1/links?dry_run=true", "{}");
    EXPECT_EQ(created.result_int(), 200U);
    EXPECT_EQ(created[http::field::location], "");
    EXPECT_TRUE(created.body().starts_with(R"({"applied":false,)")) << created.body();
    send(http::verb::patch, "/v1/links/eu?dry_run=true", "{}");
    send(http::verb::delete_, "/v1/links/eu?dry_run=true");

    EXPECT_EQ(registry.asked,
              (std::vector<std::string>{"create {} dry", "change eu {} dry", "remove eu dry"}));
}

TEST_F(RegistryApi, NamesEachMemberThatIsWrong)
{
    Problems problems;
    problems.add({"body", "/name", "name_taken", "another link is called 'eu'"});
    registry.refusal.emplace(problems);

    const auto refused = send(http::verb::post, "/v1/links", "{}");

    EXPECT_EQ(refused.result_int(), 400U);
    EXPECT_TRUE(refused.body().contains(
        R"("detail":"body: name_taken: /name: another link is called 'eu'",)"))
        << refused.body();
    EXPECT_TRUE(refused.body().ends_with(R"("errors":[{"pointer":"/name","code":"name_taken",)"
                                         R"("detail":"another link is called 'eu'"}]})"))
        << refused.body();
}

TEST_F(RegistryApi, SaysWhoseALinkIsThatAnotherOneOwns)
{
    registry.refusal.emplace(Error{Errc::conflict, "link 'eu' is managed by config"});

    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu", "{}").result_int(), 409U);
    EXPECT_EQ(send(http::verb::delete_, "/v1/links/eu").result_int(), 409U);
}

TEST_F(RegistryApi, ChangesOnlyTheRevisionThatTheCallerHasSeen)
{
    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu", "{}", "\"6\"").result_int(), 412U);
    EXPECT_EQ(send(http::verb::delete_, "/v1/links/eu", "", "\"6\"").result_int(), 412U);
    EXPECT_TRUE(registry.asked.empty());

    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu", "{}", "\"7\"").result_int(), 200U);
    EXPECT_EQ(send(http::verb::delete_, "/v1/links/eu", "", "*").result_int(), 200U);
}

TEST_F(RegistryApi, RefusesBodiesThatAreNone)
{
    EXPECT_EQ(send(http::verb::post, "/v1/links").result_int(), 400U);
    EXPECT_EQ(send(http::verb::post, "/v1/links", "{").result_int(), 400U);
    EXPECT_EQ(send(http::verb::post, "/v1/links", R"({"a":1,"a":2})").result_int(), 400U);
    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu", "[]").result_int(), 400U);
    EXPECT_EQ(send(http::verb::patch, "/v1/links/eu").result_int(), 400U);
    EXPECT_EQ(send(http::verb::delete_, "/v1/links/eu", "{}").result_int(), 400U);
    EXPECT_TRUE(registry.asked.empty());
}

}  // namespace
}  // namespace strait::api
