#pragma once

#include "core/ids.hpp"
#include "links/groups/group_status.hpp"
#include "links/shard/mirror_state.hpp"
#include "links/shard/partition_status.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_record.hpp"
#include "links/store/managed_by.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {

struct TopicStatus {
    TopicName source;
    TopicName target;
    MirrorState state = MirrorState::starting;
    std::string reason;
    bool identity_inferred = false;  // the brokers know no topic ids
    bool paused_alone = false;       // by itself, whatever its link does
    std::vector<PartitionStatus> partitions;
    std::string configs{};  // why they could not be kept as they have to be; or empty

    [[nodiscard]] bool is_released() const
    {
        return state == MirrorState::promoted || state == MirrorState::failed_over;
    }
};

struct SideStatus {
    ClusterName cluster;
    ClusterId cluster_id;
    bool reachable = false;
};

struct GapCount {
    std::uint64_t entries = 0;
    std::uint64_t offsets = 0;
};

// What a shard did since it was started.
struct ShardCount {
    std::uint64_t committed = 0;  // transactions
    std::uint64_t aborted = 0;
};

// One link at one moment (links.md 8).
struct LinkStatus {
    LinkName name;
    ManagedBy managed_by = ManagedBy::config;
    Delivery delivery = Delivery::exactly_once;
    MirrorState state = MirrorState::starting;
    std::string reason;  // of the state, in the operator's or the broker's words, with the remedy
    Desired desired = Desired::running;  // by an operator, as far as we know
    bool settled = false;                // the target keeps that
    SideStatus source;
    SideStatus target;
    std::int64_t lag_records = 0;
    std::int64_t lag_bytes_estimate = 0;
    double lag_seconds = 0;
    std::uint64_t transactions_committed = 0;
    std::uint64_t transactions_aborted = 0;
    std::vector<ShardCount> shards;  // by number; none while the link does not run
    std::uint64_t producers_recycled = 0;
    std::uint64_t records_committed = 0;
    std::uint64_t bytes_committed = 0;
    std::uint64_t buffer_bytes = 0;  // on their way to the target
    std::uint64_t gaps_open = 0;
    std::uint64_t gaps_unacknowledged = 0;
    std::uint64_t gaps_total = 0;
    std::map<GapCause, GapCount> gaps_by_cause;
    std::vector<TopicStatus> topics;
    std::string acls{};  // why the ACLs of the mirrors could not be kept; or empty
    bool groups_enabled = true;
    std::vector<GroupStatus> groups;
    GroupCommits group_commits;

    // Of all groups, as rereads of GroupStatus.
    [[nodiscard]] std::int64_t rereads() const;
};

// Null if the link does not mirror it.
const PartitionStatus* find_partition(const LinkStatus& link, const TopicPartition& at);

// Where a partition stands of which its shard can not say it, because it has not started or the
// link does not run: where its newest checkpoint is, and unknown if it never had one.
void complete_position(PartitionStatus& partition, const std::optional<Checkpoint>& stored);

}  // namespace strait::links
