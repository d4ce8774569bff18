#include "catalog/audit/sha256.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

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

}  // namespace strait::catalog
