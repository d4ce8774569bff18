#include "catalog/store/catalog_check.hpp"

#include "catalog/store/change_feed.hpp"
#include "catalog/store/own_chain.hpp"
#include "tests/catalog/some_store.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

struct AuditTest : StoreTest {
    CatalogStore store = open();
    std::shared_ptr<const Reader> reader;

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

TEST_F(AuditTest, TellsWhatFollowsItWhichRecordsWent)
{
    ASSERT_TRUE(store.execute({}, some_time, [](Draft& draft) -> Outcome<void> {
        draft.erase(*draft.find<Organisation>(guest(2).id));
        return {};
    }));
    const auto left = store.read();

    EXPECT_FALSE(left->get(Family::records, record_key(Noun::organisation, guest(2).id.bits))
                     .value()
                     .has_value());
    EXPECT_EQ(changes_after(*left, 3, 9)->front().erased,
              std::vector{record_key(Noun::organisation, guest(2).id.bits)});
    EXPECT_EQ(change_fault(*left), "");
    EXPECT_EQ(index_fault(*left), "");
    EXPECT_FALSE(find_audit_fault(*left)->has_value());
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

}  // namespace
}  // namespace strait::catalog
