#include "exchange/admin_client.hpp"

#include "api/response.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include <sys/un.h>

namespace strait::exchange {

namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace http = boost::beast::http;
using asio::local::stream_protocol;

namespace {

constexpr std::size_t read_bytes_max = 64 << 10;

std::string wire_bytes(http::verb method, const std::string& target, std::string body)
{
    http::request<http::string_body> request{method, target, 11, std::move(body)};
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    if (!request.body().empty()) request.set(http::field::content_type, "application/json");
    request.prepare_payload();
    std::ostringstream bytes;
    bytes << request;
    return std::move(bytes).str();
}

// What a failed connect means to whoever typed the command.
Error no_server(const fs::path& socket_file, const boost::system::error_code& failure)
{
    const auto folder = socket_file.parent_path().string();
    if (failure == asio::error::access_denied) {
        return Error{Errc::forbidden,
                     socket_file.string() + " belongs to another user: run as the user of serve"};
    }
    return Error{Errc::unavailable,
                 "`strait serve` is not running with this data_dir: " + folder + " (" +
                     failure.message() + ")"};
}

// What a problem document says, or else the whole answer.
std::string detail_of(const std::string& body)
{
    boost::system::error_code failure;
    const auto parsed = boost::json::parse(body, failure);
    if (failure) return body;
    const auto document = boost::json::try_value_to<api::ProblemDocument>(parsed);
    return document ? document->detail : body;
}

Errc code_of(unsigned status)
{
    if (status == 404) return Errc::not_found;
    if (status == 409) return Errc::conflict;
    if (status >= 400 && status < 500) return Errc::invalid_argument;
    return status == 503 ? Errc::unavailable : Errc::fatal;
}

// One request and its answer.
class Conversation {
    // Nothing is waited for beyond the deadline.
    [[nodiscard]] auto in_time() const
    {
        const auto left = std::max(deadline_ - clock_.now(), Clock::Time::duration::zero());
        return asio::cancel_after(left, asio::as_tuple);
    }

  public:
    Conversation(const asio::any_io_executor& executor, Clock& clock, Clock::Time deadline)
        : socket_{executor}, clock_{clock}, deadline_{deadline}
    {
        parser_.eager(true);
        parser_.body_limit(AdminClient::answer_bytes_max);
    }

    asio::awaitable<Result<std::string>> run(const fs::path& socket_file, const std::string& bytes)
    {
        const stream_protocol::endpoint address{socket_file.string()};
        const auto [refused] = co_await socket_.async_connect(address, in_time());
        if (refused) co_return fail(no_server(socket_file, refused));
        // A failed write is not the end: the server may have refused before it had read it all.
        const auto [failure, sent] =
            co_await asio::async_write(socket_, asio::buffer(bytes), in_time());
        if (failure == asio::error::operation_aborted) co_return fail(late());
        if (auto received = co_await receive(); !received) co_return fail(received.error());

        const auto status = parser_.get().result_int();
        auto& body = parser_.get().body();
        if (status < 200 || status > 299) co_return fail(code_of(status), detail_of(body));
        co_return std::move(body);
    }

  private:
    asio::awaitable<Result<void>> receive()
    {
        std::string buffer;
        while (!parser_.is_done()) {
            std::array<char, read_bytes_max> piece{};
            const auto [failure, size] =
                co_await socket_.async_read_some(asio::buffer(piece), in_time());
            if (failure == asio::error::operation_aborted) co_return fail(late());
            if (failure) co_return fail(Errc::unavailable, "the server went away: no answer");
            buffer.append(piece.data(), size);
            boost::system::error_code wrong;
            const auto used = parser_.put(asio::buffer(buffer), wrong);
            if (wrong && wrong != http::error::need_more) {
                co_return fail(Errc::corrupt, "the server's answer: " + wrong.message());
            }
            buffer.erase(0, used);
        }
        co_return Result<void>{};
    }

    [[nodiscard]] Error late() const
    {
        if (clock_.now() < deadline_) return Error{Errc::cancelled};
        return Error{Errc::timed_out, "`strait serve` has not answered in time"};
    }

    stream_protocol::socket socket_;
    Clock& clock_;
    Clock::Time deadline_;
    http::response_parser<http::string_body> parser_;
};

}  // namespace

AdminClient::AdminClient(const fs::path& data_dir, Clock& clock, std::chrono::milliseconds time_max)
    : socket_file_{data_dir / "admin.sock"}, clock_{clock}, time_max_{time_max}
{
}

asio::awaitable<Result<std::string>> AdminClient::request(http::verb method,
                                                          std::string target,
                                                          std::string body) const
{
    if (socket_file_.string().size() >= sizeof(sockaddr_un::sun_path)) {
        co_return fail(Errc::invalid_argument,
                       socket_file_.string() + " is too long for a Unix socket");
    }
    const auto executor = co_await asio::this_coro::executor;
    Conversation conversation{executor, clock_, clock_.now() + time_max_};
    co_return co_await conversation.run(socket_file_, wire_bytes(method, target, std::move(body)));
}

}  // namespace strait::exchange
