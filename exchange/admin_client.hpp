#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace strait::exchange {

// Asks the `strait serve` of this host through its admin socket: one connection per request.
//
// Holds no connection; each request runs on its caller's executor. `clock` outlives it.
class AdminClient {
  public:
    static constexpr std::size_t answer_bytes_max = 256 << 20;

    AdminClient(const std::filesystem::path& data_dir,
                Clock& clock,
                std::chrono::milliseconds time_max = std::chrono::seconds{30});

    // The body of a 2xx answer. A problem document becomes its Error: not_found for 404, conflict
    // for 409, invalid_argument for another 4xx, unavailable for 503, otherwise fatal; the detail
    // says what the server said. Also Errc::unavailable when no server listens, Errc::timed_out
    // when the answer has not come within `time_max`, Errc::cancelled.
    //
    // `body` is JSON, or empty for none.
    boost::asio::awaitable<Result<std::string>> request(boost::beast::http::verb method,
                                                        std::string target,
                                                        std::string body = {}) const;

  private:
    std::filesystem::path socket_file_;
    Clock& clock_;
    std::chrono::milliseconds time_max_;
};

}  // namespace strait::exchange
