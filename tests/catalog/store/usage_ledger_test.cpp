#include "catalog/store/usage_ledger.hpp"

#include "tests/catalog/some_store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp noon{1'767'268'800'000};  // 2026-01-01T12:00:00Z

Timestamp after(std::chrono::milliseconds time) { return {noon.unix_ms + time.count()}; }

struct UsageLedgerTest : StoreTest {
    CatalogStore store = open();
    SubscriptionId first = some_id<Noun::subscription>(1);
    SubscriptionId second = some_id<Noun::subscription>(2);

    static UsageReport report(SubscriptionId subscription,
                              OffsetRange offsets,
                              std::uint32_t partition = 0)
    {
        return {.place = {subscription, TopicId{.bytes = {7}}, partition},
                .stream = "orders",
                .given = {{offsets, static_cast<std::uint64_t>(offsets.size()), std::nullopt}}};
    }

    void count(const std::vector<UsageReport>& reports, Timestamp now = noon)
    {
        const auto counted = store.count(reports, now);
        ASSERT_TRUE(counted) << counted.error().detail();
    }

    // "hour of the day/partition: records, again"
    std::vector<std::string> rows(SubscriptionId subscription,
                                  Timestamp from = {},
                                  Timestamp to = after(1000h))
    {
        std::vector<std::string> all;
        const auto scanned = scan_usage(
            *store.read(), subscription, from, to, [&](const UsageHour& hour, const UsageRow& row) {
                const auto since = std::chrono::milliseconds{hour.begins_at.unix_ms} % 24h / 1h;
                all.push_back(std::to_string(since) + "/" + std::to_string(hour.place.partition) +
                              ": " + std::to_string(row.count.records) + ", " +
                              std::to_string(row.count.rereads));
                return true;
            });
        EXPECT_TRUE(scanned) << scanned.error().detail();
        return all;
    }

    using Rows = std::vector<std::string>;
};

TEST_F(UsageLedgerTest, CountsByTheHour)
{
    count({report(first, {0, 5}), report(first, {0, 2}, 1)});
    count({report(first, {5, 6})}, after(59min));
    count({report(first, {6, 9})}, after(60min));
    EXPECT_EQ(rows(first), (Rows{"12/0: 6, 0", "12/1: 2, 0", "13/0: 3, 0"}));
    EXPECT_EQ(rows(first, after(1h)), Rows{"13/0: 3, 0"});
    EXPECT_EQ(rows(first, {}, after(1h)), (Rows{"12/0: 6, 0", "12/1: 2, 0"}));
}

TEST_F(UsageLedgerTest, CountsOnceWhateverIsReportedAgain)
{
    count({report(first, {0, 5}), report(first, {0, 5})});
    count({report(first, {3, 8})}, after(2h));
    EXPECT_EQ(rows(first), (Rows{"12/0: 5, 5", "14/0: 3, 2"}));
}

TEST_F(UsageLedgerTest, KeepsSubscriptionsAndTopicsApart)
{
    auto other = report(first, {0, 5});
    other.place.topic.bytes = {8};  // created anew under its name
    count({report(first, {0, 5}), report(second, {0, 4}), other});
    EXPECT_EQ(rows(first), (Rows{"12/0: 5, 0", "12/0: 5, 0"}));
    EXPECT_EQ(rows(second), (Rows{"12/0: 4, 0"}));
}

TEST_F(UsageLedgerTest, KnowsUpToWhereItHasCounted)
{
    count({report(first, {0, 5}), report(first, {10, 12}, 3), report(second, {0, 9})});
    const auto ends = counted_up_to(*store.read(), first);
    ASSERT_TRUE(ends) << ends.error().detail();
    const TopicId topic{.bytes = {7}};
    EXPECT_EQ(*ends, (std::vector<CountedUpTo>{{{first, topic, 0}, 5}, {{first, topic, 3}, 12}}));
}

TEST_F(UsageLedgerTest, IsNoCommand)
{
    ASSERT_TRUE(put(store, guest(1)));
    const auto before = store.head().value();
    count({report(first, {0, 5})});
    EXPECT_EQ(store.head().value(), before);
    EXPECT_EQ(audit_fault(*store.read()), "");
    EXPECT_EQ(index_fault(*store.read()), "");
}

TEST_F(UsageLedgerTest, IsThereAfterAStart)
{
    count({report(first, {0, 5})});
    {
        const auto closed = std::move(store);
    }
    store = open();
    count({report(first, {0, 6})});
    EXPECT_EQ(rows(first), Rows{"12/0: 6, 5"});
}

TEST_F(UsageLedgerTest, RefusesToCountOverDamage)
{
    count({report(first, {0, 5})});
    {
        const auto closed = std::move(store);
    }
    const std::string damage = "damage";
    overwrite(Family::cover, cover_key(UsagePlace{first, TopicId{.bytes = {7}}, 0}), &damage);
    store = open();
    const std::vector reports{report(first, {5, 6})};
    EXPECT_FALSE(store.count(reports, noon));
    EXPECT_FALSE(counted_up_to(*store.read(), first));
}

}  // namespace
}  // namespace strait::catalog
