#include "catalog/records/id.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t digits = 26;  // of 5 bits: the first one has only 3 of them
constexpr std::size_t time_bytes = 6;

// Five bits of the 130 that the digits make, of which the first two are always 0.
unsigned digit_at(const IdBits& bits, std::size_t digit)
{
    unsigned value = 0;
    for (std::size_t bit = digit * 5; bit < digit * 5 + 5; ++bit) {
        value <<= 1U;
        if (bit < 2) continue;
        const auto byte = static_cast<unsigned>(bits.at((bit - 2) / 8));
        value |= byte >> (7 - (bit - 2) % 8) & 1U;
    }
    return value;
}

void set_digit(IdBits& bits, std::size_t digit, unsigned value)
{
    for (std::size_t i = 0; i < 5; ++i) {
        const auto bit = digit * 5 + i;
        if (bit < 2 || (value >> (4 - i) & 1U) == 0) continue;
        auto& byte = bits.at((bit - 2) / 8);
        byte = static_cast<std::uint8_t>(byte | 1U << (7 - (bit - 2) % 8));
    }
}

}  // namespace

std::string_view prefix_of(Noun noun) noexcept
{
    switch (noun) {
        case Noun::organisation: return "org_";
        case Noun::user: return "usr_";
        case Noun::application: return "app_";
        case Noun::cluster: return "clu_";
        case Noun::product: return "prd_";
        case Noun::version: return "ver_";
        case Noun::contract: return "ctr_";
        case Noun::offer: return "ofr_";
        case Noun::invitation: return "inv_";
        case Noun::request: return "req_";
        case Noun::agreement: return "agr_";
        case Noun::subscription: return "sub_";
        case Noun::delivery: return "dlv_";
        case Noun::credential: return "crd_";
        case Noun::operation: return "op_";
    }
    std::unreachable();
}

IdBits make_id(std::int64_t now_ms, const std::array<std::uint8_t, random_id_bytes>& random)
{
    IdBits bits{};
    const auto time = static_cast<std::uint64_t>(now_ms);
    for (std::size_t i = 0; i < time_bytes; ++i) {
        bits.at(i) = static_cast<std::uint8_t>(time >> 8 * (time_bytes - 1 - i));
    }
    std::ranges::copy(random, bits.begin() + time_bytes);
    return bits;
}

std::string text_of(Noun noun, const IdBits& bits)
{
    std::string text{prefix_of(noun)};
    for (std::size_t i = 0; i < digits; ++i) text += alphabet.at(digit_at(bits, i));
    return text;
}

std::optional<IdBits> read_id(Noun noun, std::string_view text)
{
    const auto prefix = prefix_of(noun);
    if (!text.starts_with(prefix) || text.size() != prefix.size() + digits) return std::nullopt;
    text.remove_prefix(prefix.size());
    if (alphabet.find(text.front()) > 7) return std::nullopt;  // more than 128 bits
    IdBits bits{};
    for (std::size_t i = 0; i < digits; ++i) {
        const auto value = alphabet.find(text[i]);
        if (value == std::string_view::npos) return std::nullopt;
        set_digit(bits, i, static_cast<unsigned>(value));
    }
    return bits;
}

}  // namespace strait::catalog
