#include "catalog/commands/api_key.hpp"

#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::catalog {
namespace {

ApiKey some_key() { return make_api_key(counting_entropy()); }

TEST(ApiKey, ComesBackFromItsText)
{
    const auto key = some_key();
    const auto text = text_of(key).reveal();

    EXPECT_EQ(text.size(), 83U);
    EXPECT_TRUE(text.starts_with("strait_" + key.id + "_")) << text;
    const auto read = read_api_key(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, key.id);
    EXPECT_EQ(read->secret, key.secret);
}

TEST(ApiKey, TellsATypingError)
{
    const auto text = text_of(some_key()).reveal();
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto wrong = text;
        wrong[at] = wrong[at] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(read_api_key(wrong)) << wrong;
    }
    EXPECT_FALSE(read_api_key(""));
    EXPECT_FALSE(read_api_key(text.substr(1)));
    EXPECT_FALSE(read_api_key(text + "0"));
}

TEST(ApiKey, IsStoredUnderAPepper)
{
    const auto key = some_key();
    const auto hash = hash_of(key, Secret{"pepper"});

    EXPECT_EQ(hash.hex.size(), 64U);
    EXPECT_TRUE(is_same(hash, hash_of(key, Secret{"pepper"})));
    EXPECT_FALSE(is_same(hash, hash_of(key, Secret{"other"})));
    auto other = key;
    other.secret = Secret{key.secret.reveal() + "x"};
    EXPECT_FALSE(is_same(hash, hash_of(other, Secret{"pepper"})));
    EXPECT_FALSE(is_same(hash, Hidden{}));
}

TEST(ApiKey, IsAnotherEachTime)
{
    const auto entropy = system_entropy();
    EXPECT_NE(make_api_key(entropy).id, make_api_key(entropy).id);
    EXPECT_NE(make_token(entropy), make_token(entropy));
}

}  // namespace
}  // namespace strait::catalog
