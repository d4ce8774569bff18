#include "api/authorization.hpp"

#include <boost/beast/core/string.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <string>

namespace strait::api {

namespace {

// What follows the scheme, if it is that one.
std::optional<std::string_view> after(std::string_view scheme, std::string_view field)
{
    if (!boost::beast::iequals(field.substr(0, scheme.size()), scheme)) return std::nullopt;
    return field.substr(scheme.size());
}

// Empty for what is not base64 (RFC 4648, 4).
std::string from_base64(std::string_view text)
{
    constexpr std::size_t group = 4;
    if (text.empty() || text.size() % group != 0) return {};
    std::string bytes(text.size() / group * 3, '\0');
    auto* const to = reinterpret_cast<unsigned char*>(bytes.data());
    const auto* const from = reinterpret_cast<const unsigned char*>(text.data());
    const int size = ::EVP_DecodeBlock(to, from, static_cast<int>(text.size()));
    if (size < 0) return {};
    // It counts what stands for padding as bytes.
    const auto padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
    bytes.resize(static_cast<std::size_t>(size) - std::min<std::size_t>(padding, 2));
    return bytes;
}

}  // namespace

std::optional<Secret> shown_key(std::string_view field)
{
    if (const auto key = after("Bearer ", field)) return Secret{std::string{*key}};
    const auto encoded = after("Basic ", field);
    if (!encoded) return std::nullopt;
    const auto pair = from_base64(*encoded);
    const auto colon = pair.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Secret{pair.substr(colon + 1)};
}

}  // namespace strait::api
