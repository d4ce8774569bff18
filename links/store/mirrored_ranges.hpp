#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_view.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace strait::links {

// Source offsets [first, end) of a partition that a link has passed, and how many records it has
// copied of them: those are committed at the target.
struct MirroredRange {
    TopicName target;   // what the topic is called there
    TopicId source_id;  // of the topic at the source
    Partition partition;
    Offset first;
    Offset end;
    std::uint64_t records = 0;

    bool operator==(const MirroredRange&) const = default;
};

// Up to where each partition of the source is known already.
using MirroredUpTo = std::map<std::pair<TopicId, Partition>, Offset>;

// What a link has copied beyond that: of each partition in the order of the offsets, of all of them
// up to `ranges_max`; whoever takes them comes again. Offsets that are copied once more, because
// the target was made anew, are not said again. Reads the disk. Thread-safe.
Result<std::vector<MirroredRange>> mirrored_beyond(const LinkView& view,
                                                   const MirroredUpTo& known,
                                                   std::size_t ranges_max);

}  // namespace strait::links
