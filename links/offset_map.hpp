#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/link_view.hpp"
#include "links/translation.hpp"

#include <optional>

namespace strait::links {

// What is known of the ends of the target's partition.
struct TargetBounds {
    std::optional<Offset> log_start;  // absent: as of the last prune()
    std::optional<Offset> lso;        // last stable offset; absent: ends are one record later
};

// Where the record at `offset` is on the other side (links.md 6): at the target for forward, where
// `offset` is one of the source. Exact for every offset that is in the map, at any lag.
//
// With the target's LSO right behind the marker of the last transaction, `end` is behind the marker
// too, so that a group that is at the end there has no lag.
//
// Thread-safe. A block read for each answer, two for a few at the edges; nothing is kept.
Result<Translation> translate(const LinkView& view,
                              const TopicId& topic,
                              Partition partition,
                              Direction direction,
                              Offset offset,
                              const TargetBounds& bounds = {});

}  // namespace strait::links
