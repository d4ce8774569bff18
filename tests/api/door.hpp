#pragma once

#include "api/listener.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/task_group.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/api/scripted_registry.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/sinks/null_sink.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace strait::testing {

// A caller's end of a connection, that sends and expects bytes as they are.
class RawClient {
  public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    RawClient(boost::asio::io_context& io, const Socket::endpoint_type& address) : socket_{io}
    {
        socket_.connect(address);
    }

    boost::asio::awaitable<void> send(std::string bytes)
    {
        co_await boost::asio::async_write(
            socket_, boost::asio::buffer(bytes), boost::asio::as_tuple);
    }

    // All that comes until `end` has come, or the other side has closed.
    boost::asio::awaitable<std::string> receive(std::string end)
    {
        std::string all;
        while (!all.ends_with(end) || end.empty()) {
            std::array<char, 4096> piece{};
            const auto [failure, size] =
                co_await socket_.async_read_some(boost::asio::buffer(piece), boost::asio::as_tuple);
            all.append(piece.data(), size);
            if (failure) break;
        }
        co_return all;
    }

    boost::asio::awaitable<std::string> receive_all() { return receive(""); }

    // One whole answer, as long as its Content-Length says; what has come of it if the other side
    // closes before.
    boost::asio::awaitable<std::string> receive_answer()
    {
        std::string all;
        while (!is_whole(all)) {
            std::array<char, 4096> piece{};
            const auto [failure, size] =
                co_await socket_.async_read_some(boost::asio::buffer(piece), boost::asio::as_tuple);
            all.append(piece.data(), size);
            if (failure) break;
        }
        co_return all;
    }

    // Nothing more is sent.
    void stop_writing()
    {
        boost::system::error_code gone;
        static_cast<void>(socket_.shutdown(Socket::shutdown_send, gone));
    }

  private:
    static bool is_whole(std::string_view answer)
    {
        constexpr std::string_view field = "\r\nContent-Length: ";
        const auto end = answer.find("\r\n\r\n");
        const auto at = answer.find(field);
        if (end == std::string_view::npos || at >= end) return false;
        return answer.size() >= end + 4 + std::stoul(std::string{answer.substr(at + field.size())});
    }

    Socket socket_;
};

// A listener on a free TCP port of the loopback, and what it needs.
struct Door {
    boost::asio::io_context io{1};
    SystemClock clock;
    ScriptedLinks links;
    ScriptedRegistry registry;
    Metrics metrics;
    Result<std::string> readiness;
    api::Services services{links, metrics, [this] { return readiness; }, {}, &registry};
    spdlog::logger log{"api", std::make_shared<spdlog::sinks::null_sink_mt>()};
    api::Router router{{api::link_routes}, api::Door::admin, services, log};
    api::ListenerLimits limits;
    std::unique_ptr<api::Listener> listener;
    TaskGroup tasks{io.get_executor()};

    RawClient connect()
    {
        return {io,
                boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(),
                                               listener->port()}};
    }

    // Opens the door, does `task`, and closes the door again. False if any of it got stuck.
    bool with(boost::asio::awaitable<void> task)
    {
        return run(io, during(std::move(task)), std::chrono::seconds{5}).has_value();
    }

    void open()
    {
        listener = std::make_unique<api::Listener>(io.get_executor(), router, clock, limits, log);
        listener->open(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0})
            .value();
        tasks.spawn(listener->run());
    }

    static boost::asio::awaitable<void> nothing() { co_return; }

    boost::asio::awaitable<bool> during(boost::asio::awaitable<void> task)
    {
        co_await std::move(task);
        tasks.cancel();
        co_await tasks.join();
        co_return true;
    }
};

}  // namespace strait::testing
