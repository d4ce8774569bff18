#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

// The secrets of a record as they are stored: nobody reads them, or moves them to another record,
// without the catalog's key. Pure.
namespace strait::catalog {

// By what each is to the record: "sasl.password".
using Secrets = std::map<std::string, Secret>;

// In a time that tells nothing of what they are.
bool same_secrets(const Secrets& one, const Secrets& other);

// Never the same twice under one key.
using Nonce = std::array<std::uint8_t, 12>;

// FORMAT 1, of the value in `secrets`: u8 1, u8 number of the key, nonce, what AES-256-GCM makes of
// canonical JSON {name: value}, and its tag of 16 bytes. `place`, the key of the entry, is
// authenticated with it. Key 1 is HKDF-SHA-256 of the catalog's key, without salt, for "strait
// catalog secrets 1". DO NOT CHANGE: what was sealed is read by what comes later.
std::string seal(const Secret& catalog_key,
                 const Nonce& nonce,
                 std::string_view place,
                 const Secrets& secrets);

// Errc::conflict for those of a newer program, Errc::corrupt for those that were changed, belong
// elsewhere, or were sealed with another catalog's key.
Result<Secrets> open_sealed(const Secret& catalog_key,
                            std::string_view place,
                            std::string_view sealed);

}  // namespace strait::catalog
