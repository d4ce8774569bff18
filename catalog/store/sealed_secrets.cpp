#include "catalog/store/sealed_secrets.hpp"

#include "catalog/audit/sha256.hpp"
#include "core/codec.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace strait::catalog {

namespace json = boost::json;

namespace {

constexpr std::uint8_t format = 1;
constexpr std::uint8_t key_number = 1;
constexpr std::size_t tag_bytes = 16;

using Bytes = std::vector<unsigned char>;
using Key = std::array<unsigned char, 32>;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* that) const
    {
        Free(that);
    }
};

template <class T, auto Free>
using Owner = std::unique_ptr<T, Freed<Free>>;
using Cipher = Owner<EVP_CIPHER_CTX, ::EVP_CIPHER_CTX_free>;

Bytes bytes_in(std::string_view text) { return {text.begin(), text.end()}; }

std::string text_in(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

void must(int done)
{
    if (done != 1) throw std::runtime_error{"OpenSSL has no AES-256-GCM, or no HKDF"};
}

Key key_from(const Secret& catalog_key)
{
    const Owner<EVP_KDF, ::EVP_KDF_free> hkdf{::EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
    const Owner<EVP_KDF_CTX, ::EVP_KDF_CTX_free> context{::EVP_KDF_CTX_new(hkdf.get())};
    std::string digest{"SHA256"};
    std::string label{"strait catalog secrets 1"};
    auto secret = catalog_key.reveal();
    const std::array params{
        ::OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        ::OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
        ::OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label.data(), label.size()),
        ::OSSL_PARAM_construct_end()};
    Key key{};
    must(::EVP_KDF_derive(context.get(), key.data(), key.size(), params.data()));
    return key;
}

// Both ways in one: `tag` is made, or what it has to be. False if it is not.
bool run_cipher(
    bool seals, const Key& key, const Nonce& nonce, std::string_view place, Bytes& text, Bytes& tag)
{
    const Cipher cipher{::EVP_CIPHER_CTX_new()};
    const int encrypts = seals ? 1 : 0;
    must(::EVP_CipherInit_ex2(
        cipher.get(), ::EVP_aes_256_gcm(), key.data(), nonce.data(), encrypts, nullptr));
    int size = 0;
    const auto aad = bytes_in(place);
    must(
        ::EVP_CipherUpdate(cipher.get(), nullptr, &size, aad.data(), static_cast<int>(aad.size())));
    Bytes out(text.size());
    must(::EVP_CipherUpdate(
        cipher.get(), out.data(), &size, text.data(), static_cast<int>(text.size())));
    const auto tag_size = static_cast<int>(tag.size());
    if (!seals) {
        must(::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()));
    }
    Bytes none(tag_bytes);
    const bool good = ::EVP_CipherFinal_ex(cipher.get(), none.data(), &size) == 1;
    if (seals) {
        must(good ? 1 : 0);
        must(::EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()));
    }
    text = std::move(out);
    return good;
}

Result<Secrets> secrets_in(const Bytes& plain)
{
    boost::system::error_code failure;
    const auto value = json::parse(text_in(plain), failure);
    const auto* const members = failure ? nullptr : value.if_object();
    if (members == nullptr) return fail(Errc::corrupt, "the catalog: sealed secrets are no object");
    Secrets secrets;
    for (const auto& [name, secret] : *members) {
        if (!secret.is_string()) return fail(Errc::corrupt, "the catalog: a secret is no text");
        secrets.emplace(name, Secret{std::string{secret.get_string()}});
    }
    return secrets;
}

}  // namespace

std::string seal(const Secret& catalog_key,
                 const Nonce& nonce,
                 std::string_view place,
                 const Secrets& secrets)
{
    json::object members;
    for (const auto& [name, secret] : secrets) members.emplace(name, secret.reveal());
    auto text = bytes_in(json::serialize(members));
    Bytes tag(tag_bytes);
    run_cipher(true, key_from(catalog_key), nonce, place, text, tag);
    std::string sealed;
    append_ordered(sealed, format);
    append_ordered(sealed, key_number);
    sealed.append(nonce.begin(), nonce.end());
    return sealed + text_in(text) + text_in(tag);
}

bool same_secrets(const Secrets& one, const Secrets& other)
{
    return std::ranges::equal(one, other, [](const auto& mine, const auto& theirs) {
        const auto left = sha256(mine.second.reveal());
        const auto right = sha256(theirs.second.reveal());
        return mine.first == theirs.first &&
               ::CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
    });
}

Result<Secrets> open_sealed(const Secret& catalog_key,
                            std::string_view place,
                            std::string_view sealed)
{
    ByteReader in{sealed};
    const auto format_found = in.ordered<std::uint8_t>();
    const auto key_found = in.ordered<std::uint8_t>();
    Nonce nonce{};
    std::ranges::transform(
        in.bytes(nonce.size()), nonce.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    const auto rest = in.rest();
    if (!in.ok() || rest.size() < tag_bytes) {
        return fail(Errc::corrupt, "the catalog: sealed secrets end too early");
    }
    if (format_found > format || key_found > key_number) {
        return fail(Errc::conflict,
                    "the catalog: secrets sealed by a newer version of strait: use that one");
    }
    auto text = bytes_in(rest.substr(0, rest.size() - tag_bytes));
    auto tag = bytes_in(rest.substr(text.size()));
    if (!run_cipher(false, key_from(catalog_key), nonce, place, text, tag)) {
        return fail(Errc::corrupt,
                    "the catalog: sealed secrets were changed, or sealed with another secret_key");
    }
    return secrets_in(text);
}

}  // namespace strait::catalog
