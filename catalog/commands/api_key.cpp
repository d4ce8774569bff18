#include "catalog/commands/api_key.hpp"

#include "catalog/audit/sha256.hpp"
#include "catalog/records/base32.hpp"
#include "core/codec.hpp"

#include <boost/crc.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace strait::catalog {

namespace {

constexpr std::string_view prefix = "strait_";
constexpr std::size_t id_digits = 16;
constexpr std::size_t secret_digits = 52;
constexpr std::size_t check_digits = 7;
constexpr std::size_t key_size = prefix.size() + id_digits + 1 + secret_digits + check_digits;

template <std::size_t Bytes>
std::string random_text(const Entropy& entropy)
{
    std::array<std::uint8_t, Bytes> random{};
    entropy(random);
    return base32(random);
}

std::string check_of(std::string_view text)
{
    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<std::uint8_t>(crc.checksum() >> 8 * (3 - i));
    }
    return base32(bytes);
}

}  // namespace

ApiKey make_api_key(const Entropy& entropy)
{
    return {.id = random_text<10>(entropy), .secret = Secret{random_text<32>(entropy)}};
}

Secret text_of(const ApiKey& key)
{
    const auto text = std::string{prefix} + key.id + "_" + key.secret.reveal();
    return Secret{text + check_of(text)};
}

std::optional<ApiKey> read_api_key(std::string_view text)
{
    if (text.size() != key_size || !text.starts_with(prefix)) return std::nullopt;
    const auto checked = text.substr(0, key_size - check_digits);
    if (text.substr(checked.size()) != check_of(checked)) return std::nullopt;
    const auto id = text.substr(prefix.size(), id_digits);
    const auto secret = checked.substr(prefix.size() + id_digits + 1);
    std::array<std::uint8_t, 10> id_bytes{};
    std::array<std::uint8_t, 32> secret_bytes{};
    const bool good = text[prefix.size() + id_digits] == '_' && read_base32(id, id_bytes) &&
                      read_base32(secret, secret_bytes);
    if (!good) return std::nullopt;
    return ApiKey{.id = std::string{id}, .secret = Secret{std::string{secret}}};
}

Hidden hash_of(const ApiKey& key, const Secret& pepper)
{
    Sha256 hash{};
    const auto& text = key.secret.reveal();
    const std::vector<unsigned char> secret{text.begin(), text.end()};
    const auto* const done = ::HMAC(::EVP_sha256(),
                                    pepper.reveal().data(),
                                    static_cast<int>(pepper.reveal().size()),
                                    secret.data(),
                                    secret.size(),
                                    hash.data(),
                                    nullptr);
    if (done == nullptr) throw std::runtime_error{"OpenSSL has no HMAC"};
    return {hex_of(hash)};
}

bool is_same(const Hidden& one, const Hidden& other)
{
    return one.hex.size() == other.hex.size() &&
           ::CRYPTO_memcmp(one.hex.data(), other.hex.data(), one.hex.size()) == 0;
}

Secret make_token(const Entropy& entropy) { return Secret{random_text<32>(entropy)}; }

Hidden hash_of_token(std::string_view token) { return {hex_of(sha256(token))}; }

}  // namespace strait::catalog
