#include "catalog/store/catalog_check.hpp"
#include "catalog/store/catalog_store.hpp"
#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace strait::catalog {
namespace {

// A command that makes an organisation, and counts how often it is asked.
struct NamedCallTest : ::testing::Test {
    std::unique_ptr<rocksdb::Env> env{rocksdb::NewMemEnv(rocksdb::Env::Default())};
    int asked = 0;
    std::string refused;

    [[nodiscard]] CatalogStore open() const
    {
        return std::move(CatalogStore::open("/catalog", env.get()).value());
    }

    Answered call(CatalogStore& store, std::string key, std::string_view body, std::uint8_t number)
    {
        const auto decide = [&](Draft& draft) -> Outcome<StoredAnswer> {
            ++asked;
            if (body == "refused") return refuse(RefusalCode::in_use, "x");
            auto record = some_organisation(number, "acme-" + std::to_string(number));
            record.operator_ = false;
            if (body != "nothing") draft.put(record);
            return StoredAnswer{201, {{"ETag", std::to_string(record.revision)}}, record.name};
        };
        const auto answered =
            store.execute({},
                          some_time,
                          {Principal{}, std::move(key), fingerprint_of("POST", "/", body)},
                          decide);
        refused = answered ? "" : to_string(answered.error().code);
        return answered ? *answered : Answered{};
    }
};

TEST_F(NamedCallTest, IsDoneOnceAndAnsweredTheSame)
{
    const StoredAnswer answer{201, {{"ETag", "1"}}, "acme-1"};
    {
        auto store = open();
        EXPECT_EQ(call(store, "k", "make", 1), (Answered{Repetition::fresh, answer}));
    }
    auto store = open();
    EXPECT_EQ(call(store, "k", "make", 2), (Answered{Repetition::replayed, answer}));
    EXPECT_EQ(call(store, "k", "make otherwise", 2), (Answered{Repetition::mismatch, {}}));

    EXPECT_EQ(asked, 1);
    EXPECT_EQ(store.head()->seq, 1U);
    EXPECT_EQ(call(store, "l", "make", 2).repetition, Repetition::fresh);
    EXPECT_EQ(store.head()->seq, 2U);
    EXPECT_EQ(find_answer_fault(*store.read()).value().value_or(""), "");
}

TEST_F(NamedCallTest, IsRememberedAlsoWhenNothingChanged)
{
    auto store = open();
    call(store, "k", "nothing", 1);

    EXPECT_EQ(call(store, "k", "nothing", 1).repetition, Repetition::replayed);
    EXPECT_EQ(store.head()->seq, 0U);
}

TEST_F(NamedCallTest, IsNotRememberedWhenItIsRefused)
{
    auto store = open();
    call(store, "k", "refused", 1);
    EXPECT_EQ(refused, "in_use");

    EXPECT_EQ(call(store, "k", "make", 1).repetition, Repetition::fresh);
    EXPECT_EQ(asked, 2);
}

TEST_F(NamedCallTest, IsRefusedWithAKeyThatIsNone)
{
    auto store = open();
    call(store, "a key", "make", 1);

    EXPECT_EQ(refused, "invalid_request");
    EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace strait::catalog
