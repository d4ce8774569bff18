#pragma once

#include "api/routes.hpp"
#include "catalog/catalog.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "tests/api/described.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace strait::testing {

// The routes of both doors over a real catalog: an exchange with its operator, and as many other
// organisations as a test asks for.
struct CatalogDoor : ::testing::Test {
    using verb = boost::beast::http::verb;
    using Headers = std::map<std::string, std::string>;

    struct Answer {
        unsigned status = 0;
        std::string text;
        boost::json::value body;
        api::Response response;

        [[nodiscard]] std::string at(std::string_view pointer) const
        {
            boost::system::error_code none;
            const auto* const found = body.find_pointer(pointer, none);
            return found != nullptr && found->is_string() ? std::string{found->as_string()} : "";
        }
    };

    CatalogDoor()
    {
        const auto made =
            host(verb::post,
                 "/v1/bootstrap",
                 R"({"name": "acme", "title": "Acme", "admin_email": "a@acme.example"})");
        EXPECT_EQ(made.status, 201U) << made.text;
        operator_key = join(made.at("/activation_url"), "a@acme.example").at("/secret");
    }

    // Of an organisation of its own, whose id is `organisation[name]`: the key of its org_admin.
    std::string organise(const std::string& name)
    {
        const auto email = "it@" + name + ".example";
        const boost::json::object body{{"name", name}, {"title", name}, {"admin_email", email}};
        const auto made =
            ask(operator_key, verb::post, "/v1/organisations", boost::json::serialize(body));
        EXPECT_EQ(made.status, 201U) << made.text;
        organisation[name] = made.at("/id");
        return join(made.at("/activation_url"), email).at("/secret");
    }

    // Of a member of the organisation whose org_admin has that key.
    std::string invite(const std::string& admin, const std::string& role)
    {
        const auto email = role + std::to_string(++people) + "@x.example";
        const boost::json::object body{{"email", email}, {"roles", boost::json::array{role}}};
        const auto made = ask(admin, verb::post, "/v1/invitations", boost::json::serialize(body));
        EXPECT_EQ(made.status, 201U) << made.text;
        return join(made.at("/activation_url"), email).at("/secret");
    }

    Answer join(const std::string& activation_url, const std::string& email)
    {
        const boost::json::object body{
            {"token", activation_url.substr(activation_url.find('#') + 1)},
            {"user", {{"email", email}, {"display_name", "Somebody"}}}};
        auto joined = ask("", verb::post, "/v1/activations", boost::json::serialize(body));
        EXPECT_EQ(joined.status, 201U) << joined.text;
        return joined;
    }

    Answer ask(const std::string& key,
               verb method,
               const std::string& target,
               const std::string& body = {},
               const Headers& headers = {})
    {
        auto request = request_of(method, target, body, headers);
        if (!key.empty()) request.set("Authorization", "Bearer " + key);
        return answer(api_router, request);
    }

    Answer host(verb method, const std::string& target, const std::string& body = {})
    {
        return answer(admin_router, request_of(method, target, body, {}));
    }

    // The search index is as the catalog from then on.
    void index()
    {
        while (run(io, discovery.catch_up()).value().value()) continue;
    }

    static api::Request request_of(verb method,
                                   const std::string& target,
                                   const std::string& body,
                                   const Headers& headers)
    {
        api::Request request{method, target, 11, body};
        if (!body.empty()) request.set("Content-Type", "application/json");
        for (const auto& [name, value] : headers) request.set(name, value);
        return request;
    }

    Answer answer(api::Router& router, const api::Request& request)
    {
        auto response = run(io, router.answer(request, "r-1", "192.0.2.7")).value();
        expect_described(request, response);
        boost::system::error_code none;
        auto body = boost::json::parse(response.body(), none);
        return {response.result_int(), response.body(), std::move(body), std::move(response)};
    }

    TempFolder folder{"door"};
    boost::asio::thread_pool pool{2};
    boost::asio::io_context io{1};
    SystemClock clock;
    catalog::Catalog catalog{catalog::CatalogStore::open(folder.path() / "catalog").value(),
                             Secret{"not much of a pepper, and the same in each test"},
                             pool.get_executor(),
                             clock};
    catalog::Discovery discovery{catalog,
                                 catalog::SearchIndex::open(folder.path() / "search.db").value(),
                                 pool.get_executor()};
    ScriptedLinks links;
    Metrics metrics;
    api::Services services{.links = links,
                           .metrics = metrics,
                           .ready = [] { return Result<std::string>{}; },
                           .catalog = &catalog,
                           .discovery = &discovery,
                           .url = "https://x.example",
                           .page_key = "of pages"};
    spdlog::logger log{"api", std::make_shared<spdlog::sinks::null_sink_mt>()};
    api::Router admin_router{api::exchange_routes(), api::Door::admin, services, log};
    api::Router api_router{api::exchange_routes(), api::Door::api, services, log};
    std::string operator_key;
    std::map<std::string, std::string> organisation;
    int people = 0;
};

}  // namespace strait::testing
