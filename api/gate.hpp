#pragma once

#include "api/handler.hpp"
#include "api/rate_limiter.hpp"
#include "api/right.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace strait::api {

// One request, as the gate sees whoever sends it.
struct Visit {
    const std::string& request_id;
    std::string address;                     // without a port; empty for a Unix socket
    std::optional<RateStanding> standing{};  // of the limit that leaves it the least
};

// Who may come in by a door, and how often: the key that is shown, the right of the route, and the
// limits of the key and its organisation, or of the address.
//
// What it is given outlives it. Not thread-safe: one thread with what the handlers use.
class Gate {
  public:
    Gate(Door door, Services& services) noexcept : door_{door}, services_{services} {}

    // 401 without a key that is valid, 403 without the right, 429 for whoever asks too often. A
    // key that is wrong counts for its id and the address that shows it, so that nobody can shut
    // another out.
    boost::asio::awaitable<Answered<catalog::Caller>> admit(const Request& request,
                                                            Right right,
                                                            Visit& visit) const;

  private:
    boost::asio::awaitable<Answered<catalog::Act>> authenticate(catalog::Caller& caller,
                                                                Visit& visit) const;
    std::optional<Refusal> count(const std::string& key,
                                 const RateLimit& limit,
                                 Visit& visit) const;

    Door door_;
    Services& services_;
};

// As the headers RateLimit-Policy and RateLimit, with Retry-After for whoever has to wait.
void tell_limit(Response& response, const RateStanding& standing);

}  // namespace strait::api
