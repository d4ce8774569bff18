#pragma once

#include "api/gate.hpp"
#include "api/handler.hpp"
#include "api/route.hpp"
#include "api/target.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::api {

extern const std::span<const Route> link_routes;  // of the /v1 API
extern const std::span<const Route> ops_routes;   // probes and metrics

// The segments that the "{name}" of `path` stand for, if the target is of that form.
std::optional<std::vector<std::string>> match(std::string_view path, const Target& target);

// The ids of requests whose caller has not chosen one: unlike those of another start, in order.
class RequestIds {
  public:
    explicit RequestIds(std::int64_t start_ms) noexcept : start_ms_{start_ms} {}

    // The caller's own, if it is 1 to 64 of [A-Za-z0-9._-]; otherwise the next of ours.
    std::string next(const Request& request);

  private:
    std::int64_t start_ms_;
    std::uint64_t count_ = 0;
};

// Turns a request into its answer: finds the route, lets the caller in or not, calls the route's
// handler, and makes a problem document of whatever goes wrong, a defect of the handler
// included.
//
// What it is given outlives it. Not thread-safe: one thread with what the handlers use.
class Router {
  public:
    using Routes = std::vector<std::span<const Route>>;

    Router(Routes routes, Door door, Services& services, spdlog::logger log);

    // How large a body may be, where the usual limit is `usual`: some routes need more, and
    // somebody whom nobody knows has 4 KiB.
    [[nodiscard]] std::size_t body_bytes_max(const Request& request, std::size_t usual) const;

    // A HEAD is answered as its GET, body included: whoever writes it leaves that out. `address`:
    // that of the caller, without a port; empty for a Unix socket.
    boost::asio::awaitable<Response> answer(const Request& request,
                                            std::string request_id,
                                            std::string address = {});

  private:
    boost::asio::awaitable<Answered<Response>> handle(const Request& request, Visit& visit);
    boost::asio::awaitable<Answered<Response>> guarded(const Request& request, Visit& visit);

    std::vector<const Route*> routes_;
    Door door_;
    Gate gate_;
    Services& services_;
    spdlog::logger log_;
};

}  // namespace strait::api
