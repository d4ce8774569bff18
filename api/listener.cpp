#include "api/listener.hpp"

#include "api/response.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace strait::api {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::chrono::milliseconds accept_retry{100};

// Makes way for a socket at `file`, where a process that is no more may have left one.
Result<void> clear_way(const asio::any_io_executor& executor, const fs::path& file)
{
    std::error_code failure;
    const auto there = fs::symlink_status(file, failure);
    if (there.type() == fs::file_type::not_found) return {};
    if (there.type() != fs::file_type::socket) {
        return fail(Errc::conflict, file.string() + " is in the way: it is not a socket");
    }
    asio::local::stream_protocol::socket probe{executor};
    boost::system::error_code refused;
    static_cast<void>(
        probe.connect(asio::local::stream_protocol::endpoint{file.string()}, refused));
    if (refused != asio::error::connection_refused) {
        return fail(Errc::conflict, file.string() + " is in use: another strait is running here");
    }
    fs::remove(file, failure);
    if (failure) return fail(Errc::forbidden, "remove " + file.string() + ": " + failure.message());
    return {};
}

}  // namespace

Listener::Listener(const asio::any_io_executor& executor,
                   Router& router,
                   Clock& clock,
                   ListenerLimits limits,
                   spdlog::logger log)
    : acceptor_{executor},
      router_{router},
      clock_{clock},
      limits_{limits},
      log_{std::move(log)},
      ids_{clock.wall_ms()},
      tasks_{executor},
      all_ended_{executor, asio::steady_timer::time_point::max()}
{
}

Listener::~Listener()
{
    std::error_code ignored;
    if (!socket_file_.empty()) fs::remove(socket_file_, ignored);
}

Result<void> Listener::open(const asio::ip::tcp::endpoint& address)
{
    if (auto bound = listen_at(address); !bound) {
        return fail(bound.error().within("listen on " + address.address().to_string() + " port " +
                                         std::to_string(address.port())));
    }
    log_.info("listening address={} port={}", address.address().to_string(), port());
    return {};
}

Result<void> Listener::open(const fs::path& socket_file)
{
    if (socket_file.string().size() > socket_path_bytes_max) {
        return fail(Errc::invalid_argument,
                    socket_file.string() + " is too long for a Unix socket: at most " +
                        std::to_string(socket_path_bytes_max) + " bytes, so shorten data_dir");
    }
    if (auto clear = clear_way(acceptor_.get_executor(), socket_file); !clear) return clear;
    socket_file_ = socket_file;
    const asio::local::stream_protocol::endpoint address{socket_file.string()};
    if (auto bound = listen_at(address); !bound) {
        return fail(bound.error().within("listen on " + socket_file.string()));
    }
    log_.info("listening socket={:?}", socket_file.string());
    return {};
}

Result<void> Listener::listen_at(const Protocol::endpoint& address)
{
    boost::system::error_code failure;
    const auto step = [&](auto run) {
        if (!failure) run();
    };
    step([&] { static_cast<void>(acceptor_.open(address.protocol(), failure)); });
    step([&] {
        static_cast<void>(acceptor_.set_option(asio::socket_base::reuse_address{true}, failure));
    });
    step([&] { static_cast<void>(acceptor_.bind(address, failure)); });
    std::error_code mode;  // before listen(): until then nobody can connect
    constexpr auto owner_only = fs::perms::owner_read | fs::perms::owner_write;
    if (!failure && !socket_file_.empty()) fs::permissions(socket_file_, owner_only, mode);
    if (mode) return fail(Errc::forbidden, mode.message());
    step([&] {
        static_cast<void>(acceptor_.listen(asio::socket_base::max_listen_connections, failure));
    });
    if (!failure) return {};
    const bool in_use = failure == asio::error::address_in_use;
    return fail(in_use ? Errc::conflict : Errc::forbidden, failure.message());
}

std::uint16_t Listener::port() const
{
    const auto address = acceptor_.local_endpoint();
    asio::ip::tcp::endpoint tcp;
    if (address.size() > tcp.capacity()) return 0;
    tcp.resize(address.size());
    std::memcpy(tcp.data(), address.data(), address.size());
    return tcp.port();
}

asio::awaitable<void> Listener::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await accept();
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    boost::system::error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    co_await drain();
    tasks_.cancel();
    co_await tasks_.join();
}

asio::awaitable<void> Listener::accept()
{
    boost::system::error_code logged;
    for (;;) {
        auto [failure, socket] = co_await acceptor_.async_accept(asio::as_tuple);
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) co_return;
        if (failure) {
            if (std::exchange(logged, failure) != failure) {
                log_.warn("not accepting delay_ms={} detail={:?}",
                          accept_retry.count(),
                          failure.message());
            }
            if (!co_await clock_.wait_until(clock_.now() + accept_retry)) co_return;
            continue;
        }
        if (std::exchange(logged, {})) log_.info("accepting again");
        boost::system::error_code is_unix;
        static_cast<void>(socket.set_option(asio::ip::tcp::no_delay{true}, is_unix));
        if (connections_.size() >= limits_.connections_max || is_crowded(address_of(socket))) {
            ++refused_;
            turn_away(std::move(socket));
            continue;
        }
        const Connection::Surroundings at{router_, ids_, clock_, limits_.connection};
        const auto connection =
            connections_.emplace(connections_.end(), Channel{std::move(socket), tls_}, at);
        tasks_.spawn(serve(connection));
    }
}

// Whether enough connections come from there already. Few enough to be counted anew.
bool Listener::is_crowded(const std::string& address) const
{
    if (address.empty()) return false;
    const auto same = [&](const Connection& each) { return each.address() == address; };
    return static_cast<std::size_t>(std::ranges::count_if(connections_, same)) >=
           limits_.address_connections_max;
}

asio::awaitable<void> Listener::serve(std::list<Connection>::iterator connection)
{
    co_await connection->run();
    connections_.erase(connection);
    if (connections_.empty()) all_ended_.cancel();
}

asio::awaitable<void> Listener::drain()
{
    for (auto& connection : connections_) connection.drain();
    if (connections_.empty()) co_return;
    all_ended_.expires_after(limits_.drain_time_max);
    co_await all_ended_.async_wait(asio::as_tuple);
    if (!connections_.empty()) {
        log_.warn("drain took too long connections={}", connections_.size());
    }
}

// Best effort: the answer fits into the send buffer of a new socket. A handshake would cost what
// there is too much of already.
void Listener::turn_away(Protocol::socket socket)
{
    if (tls_) return;
    auto response = problem(Refusal{"overloaded", "too many connections"}, ids_.next(Request{}));
    const auto bytes = wire_bytes(std::move(response), false);
    boost::system::error_code ignored;
    static_cast<void>(socket.non_blocking(true, ignored));
    socket.write_some(asio::buffer(bytes), ignored);
}

}  // namespace strait::api
