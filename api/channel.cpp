#include "api/channel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <openssl/ssl.h>

#include <cstring>
#include <utility>

#include <sys/socket.h>

namespace strait::api {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

namespace {

Error failure_of(const boost::system::error_code& failure)
{
    if (failure == asio::error::operation_aborted) return Error{Errc::timed_out};
    return Error{Errc::unavailable, failure.message()};
}

Result<std::size_t> moved(const boost::system::error_code& failure, std::size_t size)
{
    if (failure) return fail(failure_of(failure));
    return size;
}

// In time, or not at all.
auto in_time(std::chrono::steady_clock::duration time_max)
{
    return asio::cancel_after(time_max, asio::as_tuple);
}

}  // namespace

// An IPv4 caller of a door for both is one of IPv4 (RFC 4291, 2.5.5.2).
std::string address_of(const Channel::Socket& socket)
{
    boost::system::error_code unknown;
    const auto other = socket.remote_endpoint(unknown);
    const auto family = other.protocol().family();
    asio::ip::tcp::endpoint tcp;
    if (unknown || (family != AF_INET && family != AF_INET6)) return {};
    tcp.resize(other.size());
    std::memcpy(tcp.data(), other.data(), other.size());
    const auto address = tcp.address();
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    if (!mapped) return address.to_string();
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

Channel::Channel(Socket socket, Tls tls)
    : tls_{std::move(tls)}, stream_{std::move(socket)}, address_{address_of(this->socket())}
{
    if (!tls_) return;
    auto& plain = std::get<Socket>(stream_);
    stream_ = std::make_unique<TlsStream>(std::move(plain), *tls_);
}

Channel::Socket& Channel::socket()
{
    if (auto* const plain = std::get_if<Socket>(&stream_)) return *plain;
    return std::get<1>(stream_)->next_layer();
}

asio::awaitable<Result<void>> Channel::handshake(std::chrono::steady_clock::duration time_max)
{
    if (std::holds_alternative<Socket>(stream_)) co_return Result<void>{};
    const auto [failure] =
        co_await std::get<1>(stream_)->async_handshake(ssl::stream_base::server, in_time(time_max));
    if (failure) co_return fail(failure_of(failure));
    co_return Result<void>{};
}

asio::awaitable<Result<std::size_t>> Channel::read_some(
    asio::mutable_buffer to, std::chrono::steady_clock::duration time_max)
{
    const auto limit = in_time(time_max);
    if (auto* const plain = std::get_if<Socket>(&stream_)) {
        const auto [failure, size] = co_await plain->async_read_some(to, limit);
        co_return moved(failure, size);
    }
    const auto [failure, size] = co_await std::get<1>(stream_)->async_read_some(to, limit);
    co_return moved(failure, size);
}

asio::awaitable<Result<std::size_t>> Channel::write_some(
    std::string_view bytes, std::chrono::steady_clock::duration time_max)
{
    const auto from = asio::buffer(bytes);
    const auto limit = in_time(time_max);
    if (auto* const plain = std::get_if<Socket>(&stream_)) {
        const auto [failure, size] = co_await plain->async_write_some(from, limit);
        co_return moved(failure, size);
    }
    const auto [failure, size] = co_await std::get<1>(stream_)->async_write_some(from, limit);
    co_return moved(failure, size);
}

void Channel::stop_reading()
{
    boost::system::error_code ignored;
    static_cast<void>(socket().shutdown(Socket::shutdown_receive, ignored));
}

void Channel::stop_writing()
{
    boost::system::error_code ignored;
    static_cast<void>(socket().shutdown(Socket::shutdown_send, ignored));
}

void Channel::close()
{
    boost::system::error_code ignored;
    static_cast<void>(socket().close(ignored));
}

Result<Channel::Tls> make_tls(std::string_view certificate_chain, std::string_view private_key)
{
    auto tls = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code failure;
    auto* const native = tls->native_handle();
    ::SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    ::SSL_CTX_set_options(native,
                          SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    ::SSL_CTX_set_num_tickets(native, 0);  // of TLS 1.3
    // Of TLS 1.2 what keeps a secret that is stolen later from opening what was said before.
    ::SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    ::SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    static_cast<void>(tls->use_certificate_chain(asio::buffer(certificate_chain), failure));
    if (failure) return fail(Errc::invalid_argument, "the certificate: " + failure.message());
    static_cast<void>(tls->use_private_key(asio::buffer(private_key), ssl::context::pem, failure));
    if (failure) return fail(Errc::invalid_argument, "the key: " + failure.message());
    if (::SSL_CTX_check_private_key(native) != 1) {
        return fail(Errc::invalid_argument, "the key is not that of the certificate");
    }
    return tls;
}

}  // namespace strait::api
