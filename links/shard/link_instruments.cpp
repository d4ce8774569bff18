#include "links/shard/link_instruments.hpp"

#include <string>

namespace strait::links {

namespace {

// 1 ms to 10 min.
const prometheus::Histogram::BucketBoundaries delays{
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600};

// 1 us to 100 ms.
const prometheus::Histogram::BucketBoundaries lookups{
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 1e-3, 1e-2, 1e-1};

prometheus::Histogram& histogram(Metrics& metrics,
                                 const LinkName& link,
                                 const std::string& name,
                                 const std::string& help,
                                 const prometheus::Histogram::BucketBoundaries& buckets)
{
    return metrics.histograms(name, help).Add({{"link", link.value()}}, buckets);
}

prometheus::Counter& id_checks(Metrics& metrics, const LinkName& link, const std::string& result)
{
    return metrics
        .counters("strait_link_id_checks_total", "questions for topic ids before a commit")
        .Add({{"link", link.value()}, {"result", result}});
}

}  // namespace

LinkInstruments::LinkInstruments(Metrics& metrics, const LinkName& link)
    : commit_seconds{histogram(
          metrics, link, "strait_link_commit_seconds", "duration of the commit call", delays)},
      transit_seconds{histogram(metrics,
                                link,
                                "strait_link_transit_seconds",
                                "first record of a transaction fetched to commit returned",
                                delays)},
      end_to_end_seconds{histogram(metrics,
                                   link,
                                   "strait_link_end_to_end_seconds",
                                   "timestamp of a transaction's oldest record to commit returned",
                                   delays)},
      translate_seconds{histogram(
          metrics, link, "strait_link_translate_seconds", "one lookup in the offset map", lookups)},
      throttled_seconds{metrics
                            .counters("strait_link_throttled_seconds_total",
                                      "time that limits.bandwidth and record_rate cost")
                            .Add({{"link", link.value()}})},
      id_checks_same{id_checks(metrics, link, "same")},
      id_checks_changed{id_checks(metrics, link, "changed")},
      id_checks_failed{id_checks(metrics, link, "failed")}
{
}

}  // namespace strait::links
