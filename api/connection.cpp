#include "api/connection.hpp"

#include "api/body.hpp"
#include "api/response.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace strait::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t read_bytes_max = 16 << 10;

const std::unexpected<std::optional<Refusal>> nobody_left{std::nullopt};

std::unexpected<std::optional<Refusal>> refuse_read(Refusal refusal)
{
    return std::unexpected{std::optional{std::move(refusal)}};
}

asio::awaitable<bool> is_cancelled()
{
    const auto caller = co_await asio::this_coro::cancellation_state;
    co_return caller.cancelled() != asio::cancellation_type::none;
}

Refusal too_slow(std::string text) { return Refusal{"request-timeout", std::move(text)}; }

// The second opinion: it is only given what the pre-check has let through.
Answered<Request> parse(std::string_view header)
{
    http::request_parser<http::empty_body> parser;
    boost::system::error_code failure;
    parser.header_limit(2 * header_bytes_max);
    parser.body_limit(boost::none);
    parser.put(asio::buffer(header), failure);
    if (!parser.is_header_done()) {
        return refuse("framing", failure.message());
    }
    return Request{std::move(parser.get().base())};
}

}  // namespace

Connection::Connection(Channel channel, Surroundings surroundings)
    : channel_{std::move(channel)}, at_{surroundings}
{
}

void Connection::drain()
{
    draining_ = true;
    if (idle_) channel_.stop_reading();
}

asio::awaitable<void> Connection::run()
{
    bool more = (co_await channel_.handshake(at_.limits.header_time_max)).has_value();
    while (more) {
        const auto request = co_await read_request();
        if (request) {
            more = co_await serve(*request);
            continue;
        }
        if (const auto& refusal = request.error()) co_await refuse_and_linger(*refusal);
        break;
    }
    channel_.close();
}

asio::awaitable<bool> Connection::serve(const Request& request)
{
    ++served_;
    auto response = co_await at_.router.answer(request, at_.ids.next(request), channel_.address());
    const bool keep_alive = request.keep_alive() && !draining_ && served_ < at_.limits.requests_max;
    response.version(request.version());
    const bool head = request.method() == http::verb::head;
    const auto written = co_await respond(std::move(response), head, keep_alive);
    co_return written&& keep_alive && !draining_;
}

// The caller may still be sending: closing at once would reset the connection and could take the
// answer with it, so what arrives is thrown away for a while.
asio::awaitable<void> Connection::refuse_and_linger(const Refusal& refusal)
{
    auto response = problem(refusal, at_.ids.next(Request{}));
    const auto written = co_await respond(std::move(response), false, false);
    if (!written) co_return;
    channel_.stop_writing();
    const auto deadline = at_.clock.now() + at_.limits.linger_time_max;
    for (std::size_t thrown = 0; thrown < at_.limits.body_bytes_max; thrown += buffer_.size()) {
        buffer_.clear();
        if (!co_await read_some(deadline)) co_return;
    }
}

asio::awaitable<Result<void>> Connection::respond(Response response, bool head, bool keep_alive)
{
    response.keep_alive(keep_alive);
    const auto bytes = wire_bytes(std::move(response), head);
    co_return co_await write(bytes);
}

asio::awaitable<Connection::Got<Request>> Connection::read_request()
{
    const auto header = co_await read_header();
    if (!header) co_return std::unexpected{header.error()};
    const auto framing = precheck(*header);
    if (!framing) co_return refuse_read(framing.error());
    auto request = parse(*header);
    if (!request) co_return refuse_read(request.error());
    const auto bytes_max = at_.router.body_bytes_max(*request, at_.limits.body_bytes_max);
    auto body = co_await read_body(*framing, bytes_max);
    if (!body) co_return std::unexpected{body.error()};
    request->body() = *std::move(body);
    co_return *std::move(request);
}

asio::awaitable<Connection::Got<std::string>> Connection::read_header()
{
    if (buffer_.empty()) {
        const auto time_max = served_ == 0 ? at_.limits.header_time_max : at_.limits.idle_time_max;
        idle_ = true;
        const auto first = co_await read_some(at_.clock.now() + time_max);
        idle_ = false;
        if (!first) co_return nobody_left;
    }
    const auto deadline = at_.clock.now() + at_.limits.header_time_max;
    for (;;) {
        const auto size = header_bytes(buffer_);
        if (size == 0 && buffer_.size() > header_bytes_max) {
            co_return refuse_read(precheck(buffer_).error());
        }
        if (size > 0) {
            auto header = buffer_.substr(0, size);
            buffer_.erase(0, size);
            co_return header;
        }
        const auto got = co_await read_some(deadline);
        if (!got && got.error().code() == Errc::timed_out) {
            co_return refuse_read(too_slow("the header block took too long"));
        }
        if (!got) co_return nobody_left;
    }
}

asio::awaitable<Connection::Got<std::string>> Connection::read_body(Framing framing,
                                                                    std::size_t bytes_max)
{
    BodyReader reader{framing, bytes_max};
    auto deadline = at_.clock.now() + at_.limits.body_time_max;
    bool go_on = framing.expects_continue && buffer_.empty();
    for (;;) {
        const auto complete = reader.take(buffer_);
        if (!complete) co_return refuse_read(complete.error());
        if (*complete) co_return std::move(reader).body();
        if (std::exchange(go_on, false) && !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) {
            co_return nobody_left;
        }
        const auto got = co_await read_some(deadline);
        if (!got && got.error().code() == Errc::timed_out) {
            co_return refuse_read(too_slow("the body took too long"));
        }
        if (!got) co_return nobody_left;
        deadline += std::chrono::milliseconds{1000 * *got / at_.limits.body_rate_min};
    }
}

// Appends to the buffer. Errc::timed_out at the deadline, Errc::cancelled, or Errc::unavailable
// when the caller has gone.
asio::awaitable<Result<std::size_t>> Connection::read_some(Time deadline)
{
    if (co_await is_cancelled()) co_return fail(Errc::cancelled);
    const auto left = deadline - at_.clock.now();
    if (left <= Time::duration::zero()) co_return fail(Errc::timed_out);
    std::array<char, read_bytes_max> piece{};
    const auto size = co_await channel_.read_some(asio::buffer(piece), left);
    if (co_await is_cancelled()) co_return fail(Errc::cancelled);
    if (!size) co_return fail(size.error());
    buffer_.append(piece.data(), *size);
    co_return size;
}

asio::awaitable<Result<void>> Connection::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        if (co_await is_cancelled()) co_return fail(Errc::cancelled);
        const auto size = co_await channel_.write_some(bytes, at_.limits.write_time_max);
        if (!size) co_return fail(size.error());
        bytes.remove_prefix(*size);
    }
    co_return Result<void>{};
}

}  // namespace strait::api
