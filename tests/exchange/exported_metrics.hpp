#pragma once

#include <map>
#include <set>
#include <string>

namespace strait::testing {

// A label and the values that it was seen with.
using MetricLabels = std::map<std::string, std::set<std::string>>;

// The names of time series, histograms as NAME_bucket, _sum and _count, as /metrics shows them.
using ExportedMetrics = std::map<std::string, MetricLabels>;

// What the program exports of a link in every state with gaps of every cause, and of its doors. The
// latter are asked of the program itself, once for all callers; throws std::runtime_error if it
// does not answer.
const ExportedMetrics& exported_metrics();

}  // namespace strait::testing
