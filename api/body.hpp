#pragma once

#include "api/precheck.hpp"
#include "api/refusal.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace strait::api {

// The body of one request, from the bytes after its header block, however they arrive. Strict where
// parsers differ (reliability.md 9): a chunk size has 1 to 16 hex digits, an extension at most
// 256 B and is ignored, lines end in CR LF, and nothing follows the last chunk.
class BodyReader {
  public:
    BodyReader(Framing framing, std::size_t bytes_max) noexcept;

    // Takes what belongs to the body away from the front of `bytes`. True when the body is
    // complete; what is left then belongs to the next request. 413 as soon as it is known to be too
    // large.
    Answered<bool> take(std::string& bytes);

    [[nodiscard]] std::string body() && { return std::move(body_); }

  private:
    enum class At { size, data, data_end, last_end, end };

    Answered<bool> take_chunks(std::string_view& bytes);
    Answered<bool> take_size(std::string_view& bytes);
    Answered<bool> take_line_end(std::string_view& bytes);
    bool take_data(std::string_view& bytes);

    std::string body_;
    std::size_t bytes_max_;
    std::uint64_t missing_ = 0;  // of the body, or of the chunk
    bool chunked_;
    At at_;
};

}  // namespace strait::api
