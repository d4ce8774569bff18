#include "catalog/store/catalog_store.hpp"

#include "catalog/store/catalog_check.hpp"
#include "catalog/store/change_feed.hpp"
#include "catalog/store/own_chain.hpp"
#include "tests/catalog/some_records.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

constexpr auto folder = "/catalog";

// One that does not run the exchange.
Organisation guest(std::uint8_t number)
{
    auto record = some_organisation(number, "acme-" + std::to_string(number));
    record.operator_ = false;
    return record;
}

struct CatalogStoreTest : ::testing::Test {
    std::unique_ptr<rocksdb::Env> env{rocksdb::NewMemEnv(rocksdb::Env::Default())};

    [[nodiscard]] CatalogStore open() const
    {
        auto store = CatalogStore::open(folder, env.get());
        if (!store) throw std::runtime_error{store.error().detail()};
        return *std::move(store);
    }

    static Outcome<void> put(CatalogStore& store, Organisation record)
    {
        return store.execute({.request_id = "r1"}, some_time, [&](Draft& draft) -> Outcome<void> {
            draft.put(record);
            return {};
        });
    }

    // What is stored there behind the store's back.
    void overwrite(Family family, const std::string& key, const std::string* value) const
    {
        rocksdb::Options options;
        options.env = env.get();
        std::vector<rocksdb::ColumnFamilyDescriptor> families{{"default", options}};
        for (const auto* const name : family_names) families.emplace_back(name, options);
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* opened = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, folder, families, &handles, &opened).ok());
        const std::unique_ptr<rocksdb::DB> db{opened};
        auto* const at = handles.at(static_cast<std::size_t>(family) + 1);
        const auto status =
            value == nullptr ? db->Delete({}, at, key) : db->Put({}, at, key, *value);
        EXPECT_TRUE(status.ok());
        for (auto* const handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
};

std::string audit_fault(const Reader& reader)
{
    const auto fault = find_audit_fault(reader);
    if (!fault) return fault.error().detail();
    const auto& found = *fault;
    return found ? std::to_string(found->seq) + ": " + found->text : "";
}

std::string index_fault(const Reader& reader)
{
    const auto fault = find_index_fault(reader);
    return fault ? fault->value_or("") : fault.error().detail();
}

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

struct AuditTest : CatalogStoreTest {
    CatalogStore store = open();
    std::unique_ptr<const Reader> reader;

    AuditTest()
    {
        for (std::uint8_t i = 1; i < 4; ++i) {
            EXPECT_TRUE(put(store, guest(i)));
        }
        reader = store.read();
    }
};

TEST_F(AuditTest, FindsWhateverBitOfAnEntryWasChanged)
{
    ASSERT_EQ(audit_fault(*reader), "");
    for (std::uint64_t seq = 1; seq < 4; ++seq) {
        const auto bytes = reader->get(Family::audit, audit_key(seq)).value().value();
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            auto changed = bytes;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
            Overlay tampered{*reader};
            tampered.put(Family::audit, audit_key(seq), changed);
            EXPECT_NE(audit_fault(tampered), "") << seq << " " << bit;
        }
    }
}

TEST_F(AuditTest, FindsAnEntryThatIsMissing)
{
    Overlay tampered{*reader};
    tampered.remove(Family::audit, audit_key(3));
    EXPECT_EQ(audit_fault(tampered), "3: the end of the chain is missing");
    tampered.remove(Family::audit, audit_key(1));
    EXPECT_EQ(audit_fault(tampered), "1: the entry before it is missing");
}

TEST_F(AuditTest, FindsAHeadThatIsNotTheEnd)
{
    const auto organisation = some_id<Noun::organisation>(2);
    Overlay tampered{*reader};
    tampered.put(Family::meta, own_head_key(organisation), encode(ChainHead{1, {}}));
    EXPECT_EQ(audit_fault(tampered),
              "3: " + to_string(organisation) + ": the end of its chain is another");
    tampered.remove(Family::meta, own_head_key(organisation));
    EXPECT_NE(audit_fault(tampered), "");
}

TEST_F(AuditTest, FindsAChainOfAnOrganisationThatLeadsElsewhere)
{
    const auto organisation = some_id<Noun::organisation>(2);
    Overlay tampered{*reader};
    tampered.put(Family::audit_own, audit_own_key(organisation, 1), audit_key(1));
    EXPECT_EQ(audit_fault(tampered),
              "2: " + to_string(organisation) + ": its chain does not lead here");
    tampered.remove(Family::audit_own, audit_own_key(organisation, 1));
    EXPECT_EQ(audit_fault(tampered),
              "2: " + to_string(organisation) + ": its chain does not lead here");
}

// What a receipt shows to each side of it.
TEST_F(AuditTest, TellsWhereAnEntryIsInAChainOfItsOwn)
{
    const auto own = some_id<Noun::organisation>(3);
    const auto place = own_chain_at(*reader, own, 3).value();

    ASSERT_TRUE(place);
    EXPECT_EQ(place->seq, 1U);
    EXPECT_EQ(place->hash, store.head(own)->hash);
    EXPECT_FALSE(own_chain_at(*reader, own, 1).value());
    EXPECT_FALSE(own_chain_at(*reader, own, 9).value());
    Overlay damaged{*reader};
    damaged.put(Family::audit, audit_key(3), "short");
    EXPECT_FALSE(own_chain_at(damaged, own, 3));
}

TEST_F(AuditTest, FindsWhatIsOfNoEntry)
{
    const auto nobody = some_id<Noun::organisation>(77);
    Overlay longer{*reader};
    longer.put(Family::audit_own, audit_own_key(nobody, 1), audit_key(1));
    EXPECT_EQ(audit_fault(longer), "3: a chain of an organisation leads to no entry");
    Overlay headed{*reader};
    headed.put(Family::meta, own_head_key(nobody), encode(ChainHead{1, {}}));
    EXPECT_EQ(audit_fault(headed), "3: there is a head of a chain without entries");
}

TEST_F(AuditTest, FindsEntriesThatChangedPlaces)
{
    Overlay tampered{*reader};
    tampered.put(
        Family::audit, audit_key(2), reader->get(Family::audit, audit_key(3)).value().value());
    EXPECT_EQ(audit_fault(tampered), "2: it stands in the place of another");
}

TEST_F(AuditTest, FindsAnIndexThatDoesNotFit)
{
    ASSERT_EQ(index_fault(*reader), "");
    const auto key = name_key(whole_exchange, Noun::organisation, "acme-1");
    const auto value = reader->get(Family::index, key).value().value();

    Overlay tampered{*reader};
    tampered.remove(Family::index, key);
    EXPECT_TRUE(index_fault(tampered).starts_with("missing: index 01")) << index_fault(tampered);
    tampered.put(Family::index, key, value);
    tampered.put(Family::keys, "kx", value);
    EXPECT_EQ(index_fault(tampered), "of no record: keys 6b78");
}

std::string change_fault(const Reader& reader)
{
    const auto fault = find_change_fault(reader);
    return fault ? fault->value_or("") : fault.error().detail();
}

TEST_F(AuditTest, TellsWhatFollowsItWhichRecordsChanged)
{
    const auto changes = changes_after(*reader, 1, 9).value();

    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes.front(),
              (Change{2, some_time, {record_key(Noun::organisation, guest(2).id.bits)}}));
    EXPECT_EQ(change_fault(*reader), "");
}

TEST_F(AuditTest, FindsAChangeThatIsToldOtherwise)
{
    const auto told = reader->get(Family::changes, change_key(2)).value().value();
    Overlay tampered{*reader};
    tampered.remove(Family::changes, change_key(3));
    EXPECT_EQ(change_fault(tampered), "missing: revision 3");
    tampered.put(Family::changes, change_key(3), told);
    EXPECT_TRUE(change_fault(tampered).starts_with("told otherwise than stored: records 01"))
        << change_fault(tampered);
    tampered.put(Family::changes, change_key(3), "\x01");
    EXPECT_EQ(change_fault(tampered), "the catalog: a change is unreadable");
}

TEST_F(AuditTest, ForgetsChangesAndAnswersInTime)
{
    const auto in_days = [](int days) {
        return Timestamp{some_time.unix_ms +
                         std::chrono::milliseconds{std::chrono::days{days}}.count()};
    };
    ASSERT_TRUE(store.execute({}, some_time, {Principal{}, "k", {}}, [](Draft&) {
        return Outcome<StoredAnswer>{StoredAnswer{}};
    }));

    EXPECT_EQ(store.prune(in_days(0), 9), 0U);
    EXPECT_EQ(store.prune(in_days(2), 9), 2U);
    EXPECT_EQ(store.prune(in_days(31), 1), 1U);
    EXPECT_EQ(store.prune(in_days(31), 9), 1U);
    EXPECT_EQ(store.prune(in_days(31), 9), 0U);
    const auto left = store.read();
    EXPECT_EQ(changes_after(*left, 2, 9)->size(), 1U);
    EXPECT_EQ(changes_after(*left, 1, 9).error().code(), Errc::out_of_range);
    EXPECT_EQ(change_fault(*left), "");
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
