#pragma once

#include "core/ids.hpp"
#include "links/shard/mirror_state.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace strait::links {

// One partition mirror at one moment; what the source says of its ends is added by the link.
struct PartitionStatus {
    Partition id;
    MirrorState state = MirrorState::starting;
    std::string reason;
    std::optional<Offset> next_source;  // absent until it is known where the partition begins
    std::optional<Offset> next_target;
    std::optional<Offset> source_lso;  // absent until the source has been asked
    std::optional<Offset> source_end;
    std::optional<std::int64_t> lag_records;
    std::optional<std::int64_t> last_commit_ms;  // wall clock
    std::uint64_t runs = 0;                      // since this process started
    std::optional<std::int64_t> newest_ms{};  // timestamp of the newest record that was copied, or
                                              // else when its position was stored
    std::uint64_t foreign_writes = 0;         // to the target by others, since this process started
    double lag_seconds = 0;
    double lso_age_seconds = 0;                  // of a last stable offset that does not move
    std::optional<double> retention_headroom{};  // absent where the source keeps for ever
};

}  // namespace strait::links
