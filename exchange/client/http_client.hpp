#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace strait::exchange {

enum class HttpMethod { get, post, patch, delete_ };

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    std::string target;  // "/v1/me"
    std::string body{};  // JSON, or empty for none
    std::string if_match{};
    std::string idempotency_key{};  // of a POST that may be sent twice
};

struct HttpAnswer {
    unsigned status = 0;
    std::string content_type;
    std::string etag;
    std::string body;

    [[nodiscard]] bool is_good() const noexcept { return status >= 200 && status < 300; }
};

// Where the public door of an exchange is, and who asks there.
struct HttpPeer {
    std::string origin;  // "https://x.example:8443"; http only for loopback
    Secret key{};        // empty: nobody
    std::string ca_file{};
    std::chrono::milliseconds time_max = std::chrono::minutes{1};
};

// "https://x.example:8443" of "https://x.example:8443/v1". Errc::invalid_argument for what is no
// URL of http or https with nothing but such a path, or is http to another host than this one: a
// key must not be read on its way.
Result<std::string> origin_of(std::string_view url);

// The text as one segment of a path, or one value of a query.
std::string percent_encoded(std::string_view text);

// Asks the public door of an exchange, over connections that it keeps. Certificates are checked,
// redirects are not followed, an answer has a limit. Blocks; not thread-safe.
class HttpClient {
  public:
    static constexpr std::size_t answer_bytes_max = 64 << 20;

    // REQUIRES: `peer.origin` is one of origin_of().
    explicit HttpClient(HttpPeer peer);

    // Whatever was answered, a refusal included. Errc::unavailable if nobody answers, timed_out
    // after `time_max`, unauthenticated for a certificate that is not trusted, too_large,
    // invalid_argument for a CA file that cannot be read.
    //
    // When the connection breaks, a GET, and a POST with an idempotency key, is sent once more.
    Result<HttpAnswer> ask(const HttpRequest& request);

  private:
    struct FreeHandle {
        void operator()(void* handle) const noexcept;
    };

    HttpPeer peer_;
    std::unique_ptr<void, FreeHandle> handle_;  // libcurl's
};

}  // namespace strait::exchange
