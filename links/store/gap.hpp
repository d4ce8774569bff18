#pragma once

#include "core/ids.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace strait::links {

// Why records will never arrive (links.md 10). The names are those of status, metrics and audit.
enum class GapCause {
    log_start_moved,  // retention or DeleteRecords overtook the link
    truncated,
    recreated,
    source_deleted,
    oversize,
    bad_record,
    corrupt,
    operator_skip,
    diverged,
    target_lost,
};

inline constexpr std::array gap_causes{
    GapCause::log_start_moved,
    GapCause::truncated,
    GapCause::recreated,
    GapCause::source_deleted,
    GapCause::oversize,
    GapCause::bad_record,
    GapCause::corrupt,
    GapCause::operator_skip,
    GapCause::diverged,
    GapCause::target_lost,
};

std::string_view to_string(GapCause cause) noexcept;

// What was done about it, or waits to be.
enum class GapPolicy { halt, skip, restart };

std::string_view to_string(GapPolicy policy) noexcept;

// One entry of the gap ledger: source offsets [from, to) of a partition did not reach the target.
struct Gap {
    LinkName link;
    std::uint64_t id = 0;  // per link and partition, rising; acknowledged by it
    TopicName topic;
    TopicId old_id;  // differs from new_id only for recreated topics
    TopicId new_id;
    Partition partition;
    Generation generation;
    GapCause cause = GapCause::log_start_moved;
    Offset from;
    Offset to;
    Offset target;  // where it falls at the target
    LeaderEpoch epoch{-1};
    GapPolicy policy = GapPolicy::halt;
    bool open = false;  // the partition is halted because of it
    std::int64_t wall_time_ms = 0;
    std::string acknowledged_by;  // empty: nobody

    // What an operator ordered needs no acknowledgement.
    static constexpr std::string_view by_its_order = "the operator who ordered it";

    // True for records that the target will never have and nobody has taken note of.
    [[nodiscard]] bool is_news() const noexcept { return from < to && acknowledged_by.empty(); }

    bool operator==(const Gap&) const = default;
};

// How an entry of the ledger is called, which numbers them by partition.
struct GapName {
    TopicPartition at;  // of the source
    std::uint64_t id = 0;

    bool operator==(const GapName&) const = default;
};

}  // namespace strait::links
