#include "catalog/records/base32.hpp"

#include <algorithm>
#include <cstddef>

namespace strait::catalog {

namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t digit_bits = 5;

std::size_t digits_for(std::size_t bytes) { return (bytes * 8 + digit_bits - 1) / digit_bits; }

}  // namespace

std::string base32(std::span<const std::uint8_t> bytes)
{
    const auto digits = digits_for(bytes.size());
    std::size_t pending_bits = digits * digit_bits - bytes.size() * 8;
    unsigned pending = 0;
    std::string text;
    text.reserve(digits);
    for (const auto byte : bytes) {
        pending = pending << 8U | byte;
        pending_bits += 8;
        while (pending_bits >= digit_bits) {
            pending_bits -= digit_bits;
            text.push_back(alphabet[pending >> pending_bits & 31U]);
        }
    }
    return text;
}

bool read_base32(std::string_view text, std::span<std::uint8_t> bytes)
{
    if (text.size() != digits_for(bytes.size())) return false;
    auto skipped_bits = text.size() * digit_bits - bytes.size() * 8;
    std::size_t pending_bits = 0;
    unsigned pending = 0;
    auto to = bytes.begin();
    for (const char digit : text) {
        const auto value = alphabet.find(digit);
        if (value == std::string_view::npos) return false;
        pending = pending << digit_bits | static_cast<unsigned>(value);
        pending_bits += digit_bits;
        if (skipped_bits != 0) {
            if (value >> (digit_bits - skipped_bits) != 0) return false;
            pending_bits -= skipped_bits;
            skipped_bits = 0;
        }
        if (pending_bits < 8) continue;
        pending_bits -= 8;
        *to++ = static_cast<std::uint8_t>(pending >> pending_bits);
    }
    return true;
}

}  // namespace strait::catalog
