#include "bench/door_client.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include <stdexcept>
#include <utility>

namespace strait::bench {

namespace http = boost::beast::http;
namespace asio = boost::asio;

boost::json::value DoorClient::Answer::json() const { return boost::json::parse(body); }

DoorClient::DoorClient(std::uint16_t port, std::string key)
    : port_{port}, authorization_{key.empty() ? "" : "Bearer " + std::move(key)}
{
    connect();
}

void DoorClient::connect()
{
    stream_.close();
    buffer_.clear();
    stream_.connect({asio::ip::address_v4::loopback(), port_});
    stream_.socket().set_option(asio::ip::tcp::no_delay{true});
}

DoorClient::Answer DoorClient::ask(Verb verb,
                                   std::string_view target,
                                   std::string body,
                                   std::string_view if_match)
{
    http::request<http::string_body> request{verb, target, 11};
    request.set(http::field::host, "localhost");
    if (!authorization_.empty()) request.set(http::field::authorization, authorization_);
    if (!if_match.empty()) request.set(http::field::if_match, if_match);
    if (!body.empty()) {
        const bool edits = verb == Verb::patch;
        request.set(http::field::content_type,
                    edits ? "application/merge-patch+json" : "application/json");
        request.body() = std::move(body);
        request.prepare_payload();
    }
    http::write(stream_, request);
    http::response<http::string_body> response;
    http::read(stream_, buffer_, response);
    Answer answer{.status = response.result_int(),
                  .body = std::move(response.body()),
                  .etag = response[http::field::etag]};
    if (!response.keep_alive()) connect();
    return answer;
}

DoorClient::Answer DoorClient::must(Verb verb,
                                    std::string_view target,
                                    std::string body,
                                    std::string_view if_match)
{
    auto answer = ask(verb, target, std::move(body), if_match);
    if (answer.status >= 300) {
        throw std::runtime_error{std::string{target} + ": " + std::to_string(answer.status) + " " +
                                 answer.body};
    }
    return answer;
}

}  // namespace strait::bench
