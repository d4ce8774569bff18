#include "catalog/audit/sha256.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/sha.h>

#include <iterator>

namespace strait::catalog {

Sha256 sha256(std::string_view bytes)
{
    Sha256 hash{};
    // clang-format off
    ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    // clang-format on
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
