#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace strait::bench {

// A connection to the public door of a node on this machine that is kept open: one request at a
// time, and the caller waits. Failures throw std::runtime_error. One thread at a time.
class DoorClient {
  public:
    using Verb = boost::beast::http::verb;

    struct Answer {
        unsigned status = 0;
        std::string body;
        std::string etag;

        [[nodiscard]] boost::json::value json() const;
    };

    DoorClient(std::uint16_t port, std::string key);

    // Any answer.
    Answer ask(Verb verb,
               std::string_view target,
               std::string body = {},
               std::string_view if_match = {});

    // The same, and an answer that is no success throws.
    Answer must(Verb verb,
                std::string_view target,
                std::string body = {},
                std::string_view if_match = {});

  private:
    void connect();

    boost::asio::io_context io_{1};
    boost::beast::tcp_stream stream_{io_};
    boost::beast::flat_buffer buffer_;
    std::uint16_t port_;
    std::string authorization_;
};

}  // namespace strait::bench
