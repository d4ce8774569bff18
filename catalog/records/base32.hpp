#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace strait::catalog {

// Lower-case Crockford base32 (crockford.com/base32.html) of a big-endian number: leading zero bits
// fill the first character. 16 bytes are 26 characters, 32 bytes are 52.
std::string base32(std::span<const std::uint8_t> bytes);

// False unless `text` is exactly what base32() makes of as many bytes; then `bytes` is not to be
// used.
bool read_base32(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace strait::catalog
