#include "catalog/records/id.hpp"

#include "catalog/records/base32.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::size_t time_bytes = 6;

}  // namespace

std::optional<Noun> noun_from(std::uint8_t number) noexcept
{
    const bool known = number >= std::to_underlying(Noun::organisation) &&
                       number <= std::to_underlying(Noun::operation);
    if (!known) return std::nullopt;
    return Noun{number};
}

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
    return std::string{prefix_of(noun)}.append(base32(bits));
}

std::optional<IdBits> read_id(Noun noun, std::string_view text)
{
    const auto prefix = prefix_of(noun);
    IdBits bits{};
    if (!text.starts_with(prefix) || !read_base32(text.substr(prefix.size()), bits)) return {};
    return bits;
}

}  // namespace strait::catalog
