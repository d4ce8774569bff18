#include "tests/support/self_signed.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <memory>

namespace strait::testing {

namespace {

template <class T, void (*Free)(T*)>
struct Freed {
    void operator()(T* object) const { Free(object); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

std::string text_of(BIO& bio)
{
    char* data = nullptr;
    const auto size = BIO_get_mem_data(&bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

SelfSigned make_self_signed()
{
    constexpr long validity_s = 3'600;
    const Owned<EVP_PKEY, EVP_PKEY_free> key{EVP_EC_gen("P-256")};
    const Owned<X509, X509_free> certificate{X509_new()};
    std::array<std::uint8_t, 4> serial{};
    RAND_bytes(serial.data(), serial.size());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial[0] * 65'536L + serial[1]);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -validity_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity_s);
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_set_pubkey(certificate.get(), key.get());
    auto* const name = X509_get_subject_name(certificate.get());
    const auto* const common = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> names{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1")};
    X509_add_ext(certificate.get(), names.get(), -1);
    X509_sign(certificate.get(), key.get(), EVP_sha256());

    const Owned<BIO, BIO_free_all> certificate_text{BIO_new(BIO_s_mem())};
    const Owned<BIO, BIO_free_all> key_text{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(*certificate_text), text_of(*key_text)};
}

}  // namespace strait::testing
