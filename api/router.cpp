#include "api/router.hpp"

#include "api/openapi/bodies.hpp"
#include "api/response.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <ranges>
#include <utility>

namespace strait::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t strangers_body_bytes_max = 4 << 10;

constexpr std::array ops_table{
    routes::get("/livez", Right::none, show_life, {"Whether it runs", nothing, text_body}),
    routes::get("/readyz",
                Right::none,
                show_readiness,
                {"Whether it does its work", nothing, text_body, {"not-ready"}}),
    routes::get("/metrics", Right::none, show_metrics, {"Its metrics", nothing, text_body}),
};

bool is_request_id(std::string_view id)
{
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

// A body is JSON, and says so; a patch may say that it is one.
bool is_json(const Request& request)
{
    using boost::beast::iequals;
    const auto content_type = request[http::field::content_type];
    if (request.method() == http::verb::patch &&
        iequals(content_type, "application/merge-patch+json")) {
        return true;
    }
    return iequals(content_type, "application/json") ||
           iequals(content_type, "application/json; charset=utf-8") ||
           iequals(content_type, "application/json;charset=utf-8");
}

// What the route does not know is refused, and so is what stands twice.
Answered<bool> read_parameters(const Route& route, const Target& target)
{
    bool dry_run = false;
    for (auto parameter = target.parameters.begin(); parameter != target.parameters.end();
         ++parameter) {
        const auto& [name, value] = *parameter;
        const auto wrong = [&](std::string text, std::string code) {
            Refusal refusal{"invalid-request", std::move(text)};
            refusal.members.push_back({"?" + name, std::move(code)});
            return std::unexpected{std::move(refusal)};
        };
        const bool is_dry_run = route.dry_run && name == "dry_run";
        if (!is_dry_run && std::ranges::find(route.parameters, name) == route.parameters.end()) {
            return wrong("unknown query parameter", "unknown_parameter");
        }
        const auto twice = [&](const auto& before) { return before.name == name; };
        if (std::any_of(target.parameters.begin(), parameter, twice)) {
            return wrong("a query parameter stands twice", "duplicate_parameter");
        }
        if (!is_dry_run) continue;
        if (value != "true" && value != "false") {
            return wrong("dry_run is true or false", "out_of_range");
        }
        dry_run = value == "true";
    }
    return dry_run;
}

std::optional<Refusal> check_type(const Request& request)
{
    if (request.body().empty() || is_json(request)) return std::nullopt;
    return Refusal{"unsupported-media-type", "the Content-Type of a body is application/json"};
}

std::string allowed(const std::vector<const Route*>& routes)
{
    std::string methods;
    for (const auto* route : routes) {
        if (!methods.empty()) methods += ", ";
        methods += http::to_string(route->method);
        if (route->method == http::verb::get) methods += ", HEAD";
    }
    return methods;
}

}  // namespace

const std::span<const Route> ops_routes{ops_table};

std::string_view Call::parameter(std::string_view name) const
{
    const auto found = std::ranges::find(parameters, name, &Target::Parameter::name);
    return found == parameters.end() ? std::string_view{} : std::string_view{found->value};
}

std::optional<std::vector<std::string>> match(std::string_view path, const Target& target)
{
    const auto colon = path.find(':');
    const auto verb = colon == std::string_view::npos ? "" : path.substr(colon + 1);
    if (verb != target.verb) return std::nullopt;
    std::vector<std::string> matched;
    auto segment = target.segments.begin();
    for (const auto part : std::views::split(path.substr(1, colon - 1), '/')) {
        const std::string_view expected{part.begin(), part.end()};
        if (segment == target.segments.end()) return std::nullopt;
        const bool is_any = expected.starts_with('{');
        if (is_any) matched.push_back(*segment);
        if (!is_any && expected != *segment) return std::nullopt;
        ++segment;
    }
    if (segment != target.segments.end()) return std::nullopt;
    return matched;
}

std::string RequestIds::next(const Request& request)
{
    const auto given = request["Strait-Request-Id"];
    if (is_request_id(given)) return std::string{given};
    return std::to_string(start_ms_) + "-" + std::to_string(++count_);
}

Router::Router(Routes routes, Door door, Services& services, spdlog::logger log)
    : door_{door}, gate_{door, services}, services_{services}, log_{std::move(log)}
{
    for (const auto& table : routes) {
        for (const auto& route : table) {
            if (door == Door::api && route.right == Right::host) continue;
            routes_.push_back(&route);
        }
    }
}

std::size_t Router::body_bytes_max(const Request& request, std::size_t usual) const
{
    const auto target = read_target(request.target());
    const auto found = std::ranges::find_if(routes_, [&](const Route* route) {
        return target && route->method == request.method() && match(route->path, *target);
    });
    const auto* const route = found == routes_.end() ? nullptr : *found;
    if (door_ != Door::api) return std::max(usual, route == nullptr ? 0 : route->body_bytes_max);
    // Who comes by the public door is let in only after the body.
    const bool shows_key = !request[http::field::authorization].empty();
    const bool may_be_known = route != nullptr && route->right != Right::none && shows_key;
    return may_be_known ? usual : std::min(usual, strangers_body_bytes_max);
}

asio::awaitable<Response> Router::answer(const Request& request,
                                         std::string request_id,
                                         std::string address)
{
    Visit visit{request_id, std::move(address)};
    auto answer = co_await guarded(request, visit);
    auto response = answer ? *std::move(answer) : problem(answer.error(), request_id);
    identify(response, request_id);
    if (const auto& standing = visit.standing) tell_limit(response, *standing);
    co_return response;
}

asio::awaitable<Answered<Response>> Router::guarded(const Request& request, Visit& visit)
{
    try {
        co_return co_await handle(request, visit);
    } catch (const std::exception& defect) {
        log_.error("handler failed request_id={} target={:?} detail={:?}",
                   visit.request_id,
                   std::string_view{request.target().data(), request.target().size()},
                   std::string_view{defect.what()});
        co_return refuse("internal", "a defect; see the log");
    }
}

asio::awaitable<Answered<Response>> Router::handle(const Request& request, Visit& visit)
{
    if (request.method() == http::verb::unknown) {
        co_return refuse("method-unknown", "no such method");
    }
    auto target = read_target(request.target());
    if (!target) co_return std::unexpected{target.error()};
    const auto method = request.method() == http::verb::head ? http::verb::get : request.method();

    std::vector<const Route*> routes;
    for (const auto* const route : routes_) {
        auto path = match(route->path, *target);
        if (!path) continue;
        routes.push_back(route);
        if (route->method != method) continue;
        const auto caller = co_await gate_.admit(request, route->right, visit);
        if (!caller) co_return std::unexpected{caller.error()};
        const auto dry_run = read_parameters(*route, *target);
        if (!dry_run) co_return std::unexpected{dry_run.error()};
        if (auto refused = check_type(request)) co_return refuse(*std::move(refused));
        const Call call{
            request, *std::move(path), *dry_run, *caller, std::move(target->parameters)};
        co_return co_await route->handler(services_, call);
    }
    if (routes.empty()) co_return refuse(Error{Errc::not_found, "no such path"});
    Refusal refusal{"method-not-allowed", "not on this path"};
    refusal.allow = allowed(routes);
    co_return refuse(std::move(refusal));
}

}  // namespace strait::api
