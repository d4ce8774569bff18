#include "api/catalog/page_token.hpp"

#include "catalog/records/base32.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

namespace strait::api {

namespace {

constexpr std::size_t tag_bytes = 16;

// Each part with its length before it: no two calls read alike.
void append(std::string& text, std::string_view part)
{
    text.append(std::to_string(part.size())).push_back(' ');
    text.append(part);
}

std::array<std::uint8_t, tag_bytes> tag_of(const Services& services,
                                           const Call& call,
                                           std::span<const std::uint8_t> place)
{
    std::string text;
    const std::string_view target = call.request.target();
    append(text, target.substr(0, target.find('?')));
    append(text, call.caller.key.reveal());
    for (const auto& [name, value] : call.parameters) {
        if (name == "page_token" || name == "page_size") continue;
        append(text, name);
        append(text, value);
    }
    text.append(place.begin(), place.end());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
    ::HMAC(::EVP_sha256(),
           services.page_key.data(),
           static_cast<int>(services.page_key.size()),
           reinterpret_cast<const std::uint8_t*>(text.data()),
           text.size(),
           whole.data(),
           nullptr);
    std::array<std::uint8_t, tag_bytes> tag{};
    std::copy_n(whole.begin(), tag.size(), tag.begin());
    return tag;
}

}  // namespace

std::string page_token(const Services& services,
                       const Call& call,
                       std::span<const std::uint8_t> place)
{
    std::vector<std::uint8_t> token{place.begin(), place.end()};
    std::ranges::copy(tag_of(services, call, place), std::back_inserter(token));
    return catalog::base32(token);
}

bool read_page_token(const Services& services,
                     const Call& call,
                     std::string_view text,
                     std::span<std::uint8_t> place)
{
    std::vector<std::uint8_t> token(place.size() + tag_bytes);
    if (!catalog::read_base32(text, token)) return false;
    std::copy_n(token.begin(), place.size(), place.begin());
    const auto ours = tag_of(services, call, place);
    return ::CRYPTO_memcmp(token.data() + place.size(), ours.data(), ours.size()) == 0;
}

}  // namespace strait::api
