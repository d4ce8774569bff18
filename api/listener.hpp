#pragma once

#include "api/channel.hpp"
#include "api/connection.hpp"
#include "api/router.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <string>
#include <utility>

namespace strait::api {

struct ListenerLimits {
    ConnectionLimits connection;
    std::size_t connections_max = 256;          // one more is told so, and closed
    std::size_t address_connections_max = 100;  // the same, of one IP address
    std::chrono::milliseconds drain_time_max{10'000};

    bool operator==(const ListenerLimits&) const = default;
};

// A door of the program: accepts connections on one address, and serves them.
//
// Not thread-safe: one executor, that of what the handlers use. `router` and `clock` outlive it.
class Listener {
  public:
    Listener(const boost::asio::any_io_executor& executor,
             Router& router,
             Clock& clock,
             ListenerLimits limits,
             spdlog::logger log);
    ~Listener();  // REQUIRES: run() has returned, or was never called

    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // Takes the address. Errc::conflict if it is in use, Errc::forbidden if we may not have it.
    Result<void> open(const boost::asio::ip::tcp::endpoint& address);

    // The same for a Unix socket that only our own user can open (mode 0600; let the folder be 0700
    // too). A socket file that nobody listens on is replaced, any other file is Errc::conflict. The
    // file is removed at the end.
    Result<void> open(const std::filesystem::path& socket_file);

    // The connections that are accepted from now on speak TLS, with this.
    void use_tls(Channel::Tls tls) { tls_ = std::move(tls); }

    // The port taken, for an address with port 0.
    [[nodiscard]] std::uint16_t port() const;

    // Open now; and turned away because connections_max were open.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

    // Says for how long run() waits at its end instead of `drain_time_max`.
    void limit_drain(std::chrono::milliseconds time_max) { limits_.drain_time_max = time_max; }

    // REQUIRES: open() has succeeded. Returns after cancellation, when the requests that had begun
    // are answered, or `drain_time_max` later.
    boost::asio::awaitable<void> run();

  private:
    using Protocol = boost::asio::generic::stream_protocol;

    Result<void> listen_at(const Protocol::endpoint& address);
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(std::list<Connection>::iterator connection);
    boost::asio::awaitable<void> drain();
    [[nodiscard]] bool is_crowded(const std::string& address) const;
    void turn_away(Protocol::socket socket);

    boost::asio::basic_socket_acceptor<Protocol> acceptor_;
    Router& router_;
    Clock& clock_;
    ListenerLimits limits_;
    spdlog::logger log_;
    RequestIds ids_;
    Channel::Tls tls_;  // none: in clear
    std::filesystem::path socket_file_;
    std::list<Connection> connections_;
    std::uint64_t refused_ = 0;
    TaskGroup tasks_;
    boost::asio::steady_timer all_ended_;  // cancelled when the last connection ends
};

}  // namespace strait::api
