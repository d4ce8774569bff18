#pragma once

#include "catalog/records/access.hpp"
#include "catalog/store/usage_ledger.hpp"
#include "links/store/mirrored_ranges.hpp"

#include <vector>

// What the links of a subscription have copied, as the catalog counts it. Pure.
namespace strait::exchange {

// Under the names that the streams have for the consumer. The map of a link knows of records, and
// of none how long it is.
std::vector<catalog::UsageReport> usage_of(const catalog::Subscription& subscription,
                                           const std::vector<links::MirroredRange>& mirrored);

// Offsets may be given without any: those of markers, or of records that were compacted away.
bool has_records(const std::vector<catalog::UsageReport>& reports);

// Up to where it is counted: a link says what it has copied beyond that.
links::MirroredUpTo known_to(const std::vector<catalog::CountedUpTo>& counted);

}  // namespace strait::exchange
