#include "catalog/store/sealed_secrets.hpp"

#include "catalog/store/keys.hpp"

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <string>

namespace strait::catalog {
namespace {

const Secret catalog_key{"the catalog's key"};
const Secrets secrets{{"sasl.password", Secret{"pass word"}}, {"tls.key", Secret{"k"}}};

template <std::size_t Size>
std::array<std::uint8_t, Size> counted()
{
    std::array<std::uint8_t, Size> bytes{};
    for (std::size_t i = 0; i < Size; ++i) bytes.at(i) = static_cast<std::uint8_t>(i);
    return bytes;
}

const auto place = record_key(Noun::cluster, counted<16>());

std::string sealed() { return seal(catalog_key, counted<12>(), place, secrets); }

std::string hex(const std::string& bytes)
{
    std::string text;
    boost::algorithm::hex_lower(bytes, std::back_inserter(text));
    return text;
}

// Made by another implementation of HKDF and AES-GCM. DO NOT CHANGE.
TEST(SealedSecrets, HaveTheBytesOfFormat1)
{
    EXPECT_EQ(hex(sealed()),
              "0101000102030405060708090a0b275c30d5d36c4b23f284a0a211e37053d23e694dcd20d824124f4a97"
              "708d26e0a46feb1ddd1e8a63d08654cda43284f0c4f3f73d429d501872d923");
}

TEST(SealedSecrets, AreOpenedWithTheKeyInTheirPlace)
{
    const auto opened = open_sealed(catalog_key, place, sealed());
    ASSERT_TRUE(opened) << opened.error().detail();
    EXPECT_EQ(*opened, secrets);
    EXPECT_FALSE(sealed().contains("pass"));
}

TEST(SealedSecrets, AreNotOpenedOtherwise)
{
    const auto why = [](const Secret& key, const std::string& at, const std::string& bytes) {
        const auto opened = open_sealed(key, at, bytes);
        EXPECT_FALSE(opened);
        return opened ? Errc{} : opened.error().code();
    };
    EXPECT_EQ(why(Secret{"another key"}, place, sealed()), Errc::corrupt);
    auto other = counted<16>();
    other.back() = 0;
    EXPECT_EQ(why(catalog_key, record_key(Noun::cluster, other), sealed()), Errc::corrupt);
    const auto good = sealed();
    for (std::size_t i = 2; i < good.size(); ++i) {
        auto changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_EQ(why(catalog_key, place, changed), Errc::corrupt) << i;
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(why(catalog_key, place, good.substr(0, size)), Errc::corrupt) << size;
    }
    for (const std::size_t number : {0U, 1U}) {
        auto newer = good;
        newer[number] = 2;
        EXPECT_EQ(why(catalog_key, place, newer), Errc::conflict) << number;
    }
}

}  // namespace
}  // namespace strait::catalog
