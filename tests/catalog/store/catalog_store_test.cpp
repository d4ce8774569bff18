#include "catalog/store/catalog_store.hpp"

#include "tests/catalog/some_store.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using CatalogStoreTest = StoreTest;

TEST_F(CatalogStoreTest, KeepsWhatACommandMade)
{
    {
        auto store = open();
        ASSERT_TRUE(put(store, some_organisation()));
    }
    const auto store = open();

    EXPECT_EQ(store.head()->seq, 1U);
    const auto reader = store.read();
    Draft reading{*reader, 0, {}};
    const auto found = reading.find<Organisation>(some_organisation().id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "acme");
    EXPECT_EQ(found->revision, 1U);
    EXPECT_EQ(found->updated_at, some_time);
    const auto named = reading.find_by<Organisation>(
        Family::index, name_key(whole_exchange, Noun::organisation, "acme"));
    EXPECT_EQ(named, found);
    EXPECT_EQ(reading.of_organisation<Organisation>(found->id, 10).size(), 1U);
    EXPECT_EQ(audit_fault(*reader), "");
    EXPECT_EQ(index_fault(*reader), "");
}

TEST_F(CatalogStoreTest, TellsWhatIsNotInMemoryInPlaceOfReadingIt)
{
    {
        auto store = open();
        ASSERT_TRUE(put(store, some_organisation()));
    }
    const auto store = open();  // everything is on the disk now
    const auto key = record_key(Noun::organisation, some_organisation().id.bits);

    const auto early = store.read_at_hand();
    EXPECT_EQ(early->get(Family::records, key).error().code(), Errc::unavailable);
    EXPECT_TRUE(early->missed());
    const auto value = store.read()->get(Family::records, key).value();
    ASSERT_TRUE(value);

    const auto late = store.read_at_hand();
    EXPECT_EQ(late->get(Family::records, key).value(), value);
    EXPECT_EQ(late->get(Family::records, "x").value(), std::nullopt);
    std::size_t seen = 0;
    const auto scanned = late->scan(Family::records, key, {}, [&](auto, auto) {
        ++seen;
        return true;
    });
    EXPECT_TRUE(scanned);
    EXPECT_EQ(seen, 1U);
    EXPECT_FALSE(late->missed());
}

TEST_F(CatalogStoreTest, LeavesWhatIsLongToThoseWhoMayTakeTheirTime)
{
    auto store = open();
    auto product = some_product();
    product.description = std::string(at_hand_bytes_max, 'x');
    ASSERT_TRUE(store.execute({}, some_time, [&](Draft& draft) -> Outcome<void> {
        draft.put(product);
        return {};
    }));
    const auto key = record_key(Noun::product, product.id.bits);

    const auto at_hand = store.read_at_hand();
    EXPECT_EQ(at_hand->get(Family::records, key).error().code(), Errc::unavailable);
    EXPECT_TRUE(at_hand->missed());
    EXPECT_TRUE(store.read()->get(Family::records, key).value().has_value());
}

TEST_F(CatalogStoreTest, KeepsNothingOfACommandThatWasRefused)
{
    auto store = open();
    const auto refused = store.execute({}, some_time, [](Draft& draft) -> Outcome<void> {
        auto record = some_organisation();
        draft.put(record);
        return refuse(RefusalCode::name_taken, "acme");
    });

    EXPECT_EQ(refused.error().code, RefusalCode::name_taken);
    EXPECT_EQ(store.head()->seq, 0U);
    const auto reader = store.read();
    Draft reading{*reader, 0, {}};
    EXPECT_FALSE(reading.find<Organisation>(some_organisation().id));
}

TEST_F(CatalogStoreTest, MakesNoRevisionWhereNothingChanges)
{
    auto store = open();

    EXPECT_TRUE(store.execute({}, some_time, [](Draft&) { return Outcome<void>{}; }));

    EXPECT_EQ(store.head()->seq, 0U);
}

// Commands look first; this is for the one that does not.
TEST_F(CatalogStoreTest, TakesNoEntryFromAnotherRecord)
{
    auto store = open();
    ASSERT_TRUE(put(store, some_organisation(1, "acme")));

    const auto refused = put(store, some_organisation(2, "acme"));

    EXPECT_EQ(refused.error().code, RefusalCode::unavailable);
    EXPECT_EQ(store.head()->seq, 1U);
}

TEST_F(CatalogStoreTest, MovesTheIndexesWithTheRecord)
{
    auto store = open();
    ASSERT_TRUE(put(store, some_organisation()));
    ASSERT_TRUE(put(store, some_organisation(1, "acme-two")));

    const auto reader = store.read();
    Draft reading{*reader, 0, {}};
    EXPECT_FALSE(reading.has(Family::index, name_key(whole_exchange, Noun::organisation, "acme")));
    EXPECT_TRUE(
        reading.has(Family::index, name_key(whole_exchange, Noun::organisation, "acme-two")));
    EXPECT_EQ(index_fault(*reader), "");
}

TEST_F(CatalogStoreTest, ShowsAMomentHoweverLongItIsLookedAt)
{
    auto store = open();
    ASSERT_TRUE(put(store, some_organisation()));
    const auto before = store.read();
    ASSERT_TRUE(put(store, guest(2)));

    Draft reading{*before, 0, {}};
    EXPECT_FALSE(reading.find<Organisation>(some_id<Noun::organisation>(2)));
}

TEST_F(CatalogStoreTest, AuditsWhatChangedForWhomItChanged)
{
    auto store = open();
    const auto actor = some_id<Noun::organisation>(9);
    const auto changed = store.execute(
        {.request_id = "r1", .organisation = actor}, some_time, [](Draft& draft) -> Outcome<void> {
            auto record = some_organisation();
            draft.names("create", "x");
            draft.put(record);
            auto user = some_user();
            draft.put(user);
            return {};
        });
    ASSERT_TRUE(changed);

    const auto bytes = store.read()->get(Family::audit, audit_key(1)).value();
    const auto entry = decode_audit_entry(bytes.value()).value();
    EXPECT_EQ(entry.common,
              R"({"request_id":"r1","actor":"system",)"
              R"("organisation":"org_01kjkb3q3v0000000000000009","verb":"create",)"
              R"("object":"x","reason":""})");
    ASSERT_EQ(entry.sides.size(), 2U);
    EXPECT_EQ(boost::json::parse(entry.sides.front().part).as_array().size(), 2U);
    EXPECT_EQ(entry.sides.front().part.find("ada@acme.example"), std::string::npos);
    EXPECT_EQ(entry.sides.back().part, "[]");
    EXPECT_EQ(store.head(actor)->hash, entry.sides.back().hash);
}

TEST_F(CatalogStoreTest, AuditsAsWhichSideAndWithWhichResult)
{
    auto store = open();
    const auto changed = store.execute({.actor = Principal{some_id<Noun::user>(2)},
                                        .organisation = some_id<Noun::organisation>(2)},
                                       some_time,
                                       [](Draft& draft) -> Outcome<void> {
                                           auto record = some_request();
                                           draft.put(record);
                                           draft.names("request", to_string(record.id));
                                           return {};
                                       });
    ASSERT_TRUE(changed);

    const auto bytes = store.read()->get(Family::audit, audit_key(1)).value();
    const auto entry = decode_audit_entry(bytes.value()).value();
    const auto common = boost::json::parse(entry.common).as_object();
    EXPECT_EQ(common.at("side"), "consumer");
    EXPECT_EQ(common.at("result"), "submitted");
}

// Nothing of the disk is taken for an id that is none.
TEST_F(CatalogStoreTest, FailsACommandThatReadsADamagedIndex)
{
    auto store = open();
    ASSERT_TRUE(put(store, some_organisation()));
    const auto reader = store.read();
    const auto key = name_key(whole_exchange, Noun::organisation, "acme");
    Overlay damaged{*reader};
    damaged.put(Family::index, key, "short");
    damaged.put(Family::by_organisation, "short", "");

    Draft by_name{damaged, 2, some_time};
    EXPECT_FALSE(by_name.find_by<Organisation>(Family::index, key));
    EXPECT_TRUE(by_name.failure());
    Draft named{damaged, 2, some_time};
    EXPECT_TRUE(named.ids_named(Family::index, key, 1).empty());
    EXPECT_TRUE(named.failure());
    Draft below{damaged, 2, some_time};
    EXPECT_TRUE(below.ids_below(Family::by_organisation, "short", 1).empty());
    EXPECT_TRUE(below.failure());
}

TEST_F(CatalogStoreTest, RefusesOneOfANewerProgram)
{
    EXPECT_EQ(open().head()->seq, 0U);
    const std::string newer{"\0\0\0\2", 4};
    overwrite(Family::meta, format_key(), &newer);

    EXPECT_EQ(CatalogStore::open(folder, env.get()).error().code(), Errc::conflict);
}

TEST_F(CatalogStoreTest, FailsACommandThatReadsADamagedRecord)
{
    {
        auto store = open();
        ASSERT_TRUE(put(store, some_organisation()));
    }
    const std::string damaged = "\x01{";
    overwrite(
        Family::records, record_key(Noun::organisation, some_organisation().id.bits), &damaged);
    auto store = open();

    const auto changed = put(store, some_organisation());

    EXPECT_EQ(changed.error().code, RefusalCode::unavailable);
    EXPECT_EQ(store.head()->seq, 1U);
}

}  // namespace
}  // namespace strait::catalog
