#pragma once

#include "catalog/store/keys.hpp"
#include "catalog/store/overlay.hpp"
#include "catalog/store/reader.hpp"
#include "catalog/usage/usage_row.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

// What subscriptions were given (catalog.md 12): counted by offsets, so that whatever is given or
// reported again counts once. A report is no command: it has no entry in the audit and no revision.
namespace strait::catalog {

struct UsageReport {
    UsagePlace place;
    std::string stream;
    std::vector<Given> given;
};

// The hour that the moment is in.
Timestamp hour_of(Timestamp at);

// What is written to count the reports in the hour that it is now.
Result<Overlay::Changes> counted(const Reader& reader,
                                 std::span<const UsageReport> reports,
                                 Timestamp now);

// Behind the last offset that counted, of each partition that a subscription was given.
struct CountedUpTo {
    UsagePlace place;
    std::int64_t end = 0;

    bool operator==(const CountedUpTo&) const = default;
};
Result<std::vector<CountedUpTo>> counted_up_to(const Reader& reader, SubscriptionId subscription);

// The rows of a subscription in hours that begin in [from, to), in the order of time, until `visit`
// says false.
using VisitUsage = std::function<bool(const UsageHour& hour, const UsageRow& row)>;
Result<void> scan_usage(const Reader& reader,
                        SubscriptionId subscription,
                        Timestamp from,
                        Timestamp to,
                        const VisitUsage& visit);

}  // namespace strait::catalog
