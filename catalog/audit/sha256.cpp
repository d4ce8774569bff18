#include "catalog/audit/sha256.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace strait::catalog {

Sha256 sha256(std::string_view bytes)
{
    Sha256 hash{};
    if (::EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, ::EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error{"OpenSSL has no SHA-256"};
    }
    return hash;
}

std::string bytes_of(const Sha256& hash) { return {hash.begin(), hash.end()}; }

std::string hex_of(const Sha256& hash)
{
    std::string hex;
    boost::algorithm::hex_lower(hash, std::back_inserter(hex));
    return hex;
}

std::optional<Sha256> sha256_from(std::string_view hex)
{
    Sha256 hash{};
    if (hex.size() != 2 * hash.size()) return std::nullopt;
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const auto high = digits.find(hex[2 * i]);
        const auto low = digits.find(hex[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        hash[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    return hash;
}

Sha256 take_sha256(ByteReader& in)
{
    Sha256 hash{};
    std::ranges::transform(
        in.bytes(hash.size()), hash.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    return hash;
}

}  // namespace strait::catalog
