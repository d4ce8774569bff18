#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How much subscriptions were given, as both of their sides may ask (catalog.md 12).
namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(UsageStep, hour, day, month)
BOOST_DEFINE_ENUM_CLASS(UsageGroup, product, subscription, organisation, partition, kind)
BOOST_DEFINE_ENUM_CLASS(UsageSide, provider, consumer)

struct UsageQuestion {
    std::optional<Timestamp> from{};  // hours that begin from here on; absent: a day before `to`
    std::optional<Timestamp> to{};    // and before this; absent: now
    UsageStep step = UsageStep::hour;
    std::vector<UsageGroup> group_by{};
    std::optional<SubscriptionId> subscription{};  // absent: all of the caller's
};

// What one group was given in one step. Of what it was not grouped by, nothing is said.
struct UsageLine {
    Timestamp begins_at;  // of the step, in UTC
    UsageSide side{};     // the caller's
    std::optional<ProductId> product;
    std::optional<SubscriptionId> subscription;
    std::optional<OrganisationId> organisation;  // the consumer
    std::optional<std::string> stream;
    std::optional<std::uint32_t> partition;
    std::optional<DeliveryKind> kind;
    std::uint64_t records = 0;
    std::optional<std::uint64_t> bytes;  // absent if those of some records were not counted
    std::uint64_t rereads = 0;           // records given once more: not among `records`

    bool operator==(const UsageLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(UsageLine,
                      (),
                      (begins_at,
                       side,
                       product,
                       subscription,
                       organisation,
                       stream,
                       partition,
                       kind,
                       records,
                       bytes,
                       rereads))

// The lines in the order of time, and what they are together, for each side that has any.
struct Usage {
    Timestamp from;
    Timestamp to;
    UsageStep step{};
    std::vector<UsageLine> rows;
    std::vector<UsageLine> totals;

    bool operator==(const Usage&) const = default;
};
BOOST_DESCRIBE_STRUCT(Usage, (), (from, to, step, rows, totals))

// More lines, or more stored hours to add up, are refused.
inline constexpr std::size_t usage_rows_max = 10'000;
inline constexpr std::size_t usage_hours_max = 1'000'000;

// An org_admin and an auditor see both sides, a product_owner what its organisation gives, a
// developer what it is given; the key of a subscription sees that one.
Outcome<Usage> usage_of(Draft& draft, const Act& act, const UsageQuestion& question);

}  // namespace strait::catalog
