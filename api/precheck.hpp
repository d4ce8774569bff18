#pragma once

#include "api/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace strait::api {

// How the bytes after the header block are delimited.
struct Framing {
    bool chunked = false;
    std::uint64_t content_length = 0;
    bool expects_continue = false;

    [[nodiscard]] bool has_body() const noexcept { return chunked || content_length > 0; }

    bool operator==(const Framing&) const = default;
};

constexpr std::size_t header_bytes_max = 8 << 10;
constexpr std::size_t header_fields_max = 100;
constexpr std::size_t target_bytes_max = 4 << 10;

// How many of `bytes` belong to the header block that they begin with, 0 if its end is not among
// them. A bare LF ends a line here too, so that the pre-check refuses it at once.
std::size_t header_bytes(std::string_view bytes) noexcept;

// The strict reading of a header block, its empty line included (reliability.md 9). What passes
// reads the same in every HTTP parser; Beast is given only that. After a refusal the bytes that
// follow have no meaning: answer, then close.
Answered<Framing> precheck(std::string_view header);

}  // namespace strait::api
