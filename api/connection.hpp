#pragma once

#include "api/channel.hpp"
#include "api/precheck.hpp"
#include "api/router.hpp"
#include "core/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace strait::api {

// What a caller may cost (reliability.md 10). The TLS handshake has as long as a header block.
struct ConnectionLimits {
    std::chrono::milliseconds header_time_max{10'000};  // from the first byte, or from accept
    std::chrono::milliseconds idle_time_max{75'000};    // between two requests
    std::chrono::milliseconds body_time_max{10'000};    // and a second more for each body_rate_min
    std::chrono::milliseconds write_time_max{30'000};   // without progress
    std::chrono::milliseconds linger_time_max{1'000};   // for a refused body that still arrives
    std::size_t body_rate_min = 64 << 10;               // bytes per second
    std::size_t body_bytes_max = 1 << 20;               // a route may allow more
    std::size_t requests_max = 1'000;

    bool operator==(const ConnectionLimits&) const = default;
};

// One HTTP/1.1 connection: reads a header block itself, checks its bytes, gives the same bytes to
// Beast, and the request to the router. A framing error is answered and ends the connection.
//
// Not thread-safe: one executor. `router`, `ids` and `clock` outlive run().
class Connection {
  public:
    struct Surroundings {
        Router& router;
        RequestIds& ids;
        Clock& clock;
        const ConnectionLimits& limits;
    };

    Connection(Channel channel, Surroundings surroundings);

    // Serves requests until the caller goes away, breaks a rule or a limit, or drain() is asked
    // for. Cancellation ends it at once, wherever it is.
    boost::asio::awaitable<void> run();

    // Of the other side, without its port; empty for a Unix socket.
    [[nodiscard]] const std::string& address() const noexcept { return channel_.address(); }

    // Lets the request that has begun finish, and takes no other.
    void drain();

  private:
    using Time = Clock::Time;

    // An unexpected nothing: there is nobody left to answer.
    template <class T>
    using Got = std::expected<T, std::optional<Refusal>>;

    boost::asio::awaitable<Got<Request>> read_request();
    boost::asio::awaitable<Got<std::string>> read_header();
    boost::asio::awaitable<Got<std::string>> read_body(Framing framing, std::size_t bytes_max);
    boost::asio::awaitable<Result<std::size_t>> read_some(Time deadline);
    boost::asio::awaitable<Result<void>> write(std::string_view bytes);
    boost::asio::awaitable<bool> serve(const Request& request);
    boost::asio::awaitable<void> refuse_and_linger(const Refusal& refusal);
    boost::asio::awaitable<Result<void>> respond(Response response, bool head, bool keep_alive);

    Channel channel_;
    Surroundings at_;
    std::string buffer_;  // received, not yet consumed
    std::size_t served_ = 0;
    bool idle_ = false;
    bool draining_ = false;
};

}  // namespace strait::api
