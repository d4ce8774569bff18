#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_view.hpp"
#include "links/store/translation.hpp"

#include <optional>

namespace strait::links {

// What is known of both sides beyond the map.
struct KnownBounds {
    std::optional<Offset> target_log_start;  // absent: as of the last prune()
    std::optional<Offset> target_lso;        // last stable offset; absent: the marker is not passed
    std::optional<Offset> source_passed;  // the source shows no record from the map's end to here
};

// Where the record at `offset` is on the other side (links.md 6): at the target for forward, where
// `offset` is one of the source. Exact for every offset that is in the map, at any lag.
//
// With the target's LSO right behind the marker of the last transaction, `end` is behind the marker
// too, so that a group that is at the end there has no lag. At the source the end is where the link
// has read to without finding a record, although no checkpoint may say so yet.
//
// Thread-safe. A block read for each answer, two for a few at the edges; nothing is kept.
Result<Translation> translate(const LinkView& view,
                              const TopicId& topic,
                              Partition partition,
                              Direction direction,
                              Offset offset,
                              const KnownBounds& bounds = {});

// True if the map itself knows where the offset is: it lies in a generation, neither before nor
// behind nor between them. Where two links mirror in turn in both directions, each knows its own
// stretches of the log. Thread-safe.
Result<bool> is_mapped(const LinkView& view,
                       const TopicId& topic,
                       Partition partition,
                       Direction direction,
                       Offset offset);

}  // namespace strait::links
