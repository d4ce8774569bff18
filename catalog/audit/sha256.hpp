#pragma once

#include "core/codec.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

using Sha256 = std::array<std::uint8_t, 32>;

// FIPS 180-4.
Sha256 sha256(std::string_view bytes);

std::string bytes_of(const Sha256& hash);
std::string hex_of(const Sha256& hash);  // lower case

// Of that text, and of no other; empty for everything else.
std::optional<Sha256> sha256_from(std::string_view hex);

Sha256 take_sha256(ByteReader& in);  // its bytes

}  // namespace strait::catalog
