#include "tests/support/token_endpoint.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace strait::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Without padding (RFC 4648, section 5).
std::string base64url(std::string_view text)
{
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string encoded;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) encoded += alphabet[(bits >> (count - 6)) & 63U];
    }
    if (count > 0) encoded += alphabet[(bits << (6 - count)) & 63U];
    return encoded;
}

}  // namespace

TokenEndpoint::TokenEndpoint(std::string user)
    : user_{std::move(user)},
      acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      thread_{[this] { serve(); }}
{
}

TokenEndpoint::~TokenEndpoint()
{
    ending_ = true;
    boost::system::error_code ignored;
    tcp::socket{io_}.connect(acceptor_.local_endpoint(), ignored);  // wakes the thread
    thread_.join();
}

std::string TokenEndpoint::url() const
{
    return fmt::format("http://127.0.0.1:{}/token", acceptor_.local_endpoint().port());
}

std::string TokenEndpoint::token() const
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
    const auto claims =
        fmt::format(R"({{"sub":"{}","iat":{},"exp":{},"scope":"kafka"}})", user_, now, now + 3600);
    return base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
}

void TokenEndpoint::serve()
{
    for (;;) {
        boost::system::error_code failure;
        tcp::socket socket{io_};
        acceptor_.accept(socket, failure);
        if (ending_) return;
        if (failure) continue;
        std::string request;
        asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", failure);
        const auto body = fmt::format(
            R"({{"access_token":"{}","token_type":"bearer","expires_in":3600}})", token());
        asio::write(socket,
                    asio::buffer(fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                             "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                                             body.size(),
                                             body)),
                    failure);
        ++requests_;
        // Reads what is left, so that closing does not reset the answer away.
        socket.shutdown(tcp::socket::shutdown_send, failure);
        while (!failure) socket.read_some(asio::buffer(request.data(), request.size()), failure);
    }
}

}  // namespace strait::testing
