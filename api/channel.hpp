#pragma once

#include "core/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace strait::api {

// The bytes of one connection, in clear or through TLS.
//
// Not thread-safe: one executor. One read and one write at a time.
class Channel {
  public:
    using Socket = boost::asio::generic::stream_protocol::socket;
    using Tls = std::shared_ptr<boost::asio::ssl::context>;

    // Without `tls`: in clear.
    explicit Channel(Socket socket, Tls tls = {});

    // Has to come first, and has nothing to do in clear. As read_some().
    boost::asio::awaitable<Result<void>> handshake(std::chrono::steady_clock::duration time_max);

    // Errc::timed_out, or Errc::unavailable when the other side has gone or broke the protocol.
    // Cancellation is Errc::timed_out as well: whoever cancels knows.
    boost::asio::awaitable<Result<std::size_t>> read_some(
        boost::asio::mutable_buffer to, std::chrono::steady_clock::duration time_max);
    boost::asio::awaitable<Result<std::size_t>> write_some(
        std::string_view bytes, std::chrono::steady_clock::duration time_max);

    // A read that waits, and every one after it, ends.
    void stop_reading();

    // Says that nothing more comes, so far as that can be said without waiting.
    void stop_writing();
    void close();

    // The address that the other side came from, without its port; empty for a Unix socket.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

  private:
    using TlsStream = boost::asio::ssl::stream<Socket>;

    [[nodiscard]] Socket& socket();

    Tls tls_;  // lives as long as the stream that was made with it
    std::variant<Socket, std::unique_ptr<TlsStream>> stream_;
    std::string address_;
};

// Of the other side of a socket, without its port; empty for a Unix socket.
std::string address_of(const Channel::Socket& socket);

// What a door is known by, in PEM: its certificate with the chain that leads to its root, and the
// key of it. TLS 1.2 and 1.3 alone. Errc::invalid_argument for what is no such thing, and for a key
// of another certificate.
Result<Channel::Tls> make_tls(std::string_view certificate_chain, std::string_view private_key);

}  // namespace strait::api
