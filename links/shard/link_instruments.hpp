#pragma once

#include "core/ids.hpp"
#include "core/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

namespace strait::links {

// What a link measures as it happens (links.md 9); what a status can tell is in link_metrics.hpp.
//
// Thread-safe. Borrows from the Metrics, which outlive it.
struct LinkInstruments {
    LinkInstruments(Metrics& metrics, const LinkName& link);

    prometheus::Histogram& commit_seconds;      // the commit call alone
    prometheus::Histogram& transit_seconds;     // first record fetched to commit returned
    prometheus::Histogram& end_to_end_seconds;  // oldest record's timestamp to commit returned
    prometheus::Histogram& translate_seconds;   // one lookup
    prometheus::Counter& throttled_seconds;
    prometheus::Counter& id_checks_same;
    prometheus::Counter& id_checks_changed;
    prometheus::Counter& id_checks_failed;
};

}  // namespace strait::links
