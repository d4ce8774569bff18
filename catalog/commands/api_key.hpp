#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/json_codec.hpp"
#include "core/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// "strait_<id: 16>_<secret: 52><check: 7>", all base32: the id may be seen, and the check, a CRC-32
// of what is before it, tells a typing error, or finds a leaked key, without asking anybody.
struct ApiKey {
    std::string id;
    Secret secret;
};

ApiKey make_api_key(const Entropy& entropy);
Secret text_of(const ApiKey& key);

// Empty for what no such text is.
std::optional<ApiKey> read_api_key(std::string_view text);

// What is stored of a key: HMAC-SHA-256(pepper, secret).
Hidden hash_of(const ApiKey& key, const Secret& pepper);

// In a time that tells nothing of how much is alike.
bool is_same(const Hidden& one, const Hidden& other);

// What somebody may redeem once: 256 random bits, and the SHA-256 of their text, which is stored.
Secret make_token(const Entropy& entropy);
Hidden hash_of_token(std::string_view token);

}  // namespace strait::catalog
