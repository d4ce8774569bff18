#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strait::links {

enum class GroupSyncState : std::uint8_t {
    synced,            // the target has its position
    active_on_target,  // it has members there: the broker takes no position from us
    diverged,          // somebody else moved it there: held
    before_first,  // in some partition it stands before all that is mirrored there, if anything is
    failed,        // it could not be read or written: see the reason
};

std::string_view to_string(GroupSyncState state) noexcept;

// True if the target has all of its positions that it can have.
[[nodiscard]] constexpr bool is_in_place(GroupSyncState state) noexcept
{
    return state == GroupSyncState::synced || state == GroupSyncState::before_first;
}

// What became of positions that were to be written at the target, since the link started there.
struct GroupCommits {
    std::uint64_t written = 0;  // of groups: one for all its partitions
    std::uint64_t refused = 0;  // because the group had members
    std::uint64_t failed = 0;

    bool operator==(const GroupCommits&) const = default;
};

// One consumer group of a link at one moment (links.md 8).
struct GroupStatus {
    GroupName id;
    GroupSyncState state = GroupSyncState::synced;
    std::string reason;            // with the remedy where there is one
    std::int64_t as_of_ms = 0;     // wall clock: when what the target has was read at the source
    double staleness_seconds = 0;  // since then
    std::int64_t rereads = 0;      // records that it would read again after a failover now

    bool operator==(const GroupStatus&) const = default;
};

}  // namespace strait::links
