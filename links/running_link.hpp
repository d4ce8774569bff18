#pragma once

#include "core/error.hpp"
#include "core/task_group.hpp"
#include "kafka/admin.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "links/clusters/owner_records.hpp"
#include "links/clusters/target_log.hpp"
#include "links/discovery.hpp"
#include "links/groups/group_sync.hpp"
#include "links/id_watch.hpp"
#include "links/link.hpp"
#include "links/shard/link_instruments.hpp"
#include "links/shard/throttle.hpp"
#include "links/shard_host.hpp"
#include "links/sync/config_sync.hpp"

#include <spdlog/logger.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {

// Everything that a link has while it is connected, in the order in which it is made; it ends in
// the opposite one. The setup and the node outlive it.
struct RunningLink {
    static Result<std::unique_ptr<RunningLink>> open(LinkSetup& setup,
                                                     const NodePorts& node,
                                                     std::shared_ptr<spdlog::logger> log);

    RunningLink(LinkSetup& setup, const NodePorts& node, std::shared_ptr<spdlog::logger> log);

    // Makes the rest, once both clusters are known.
    void connected(DiscoveredClusters found, std::size_t log_partitions);

    // Of the shard that copies the partition.
    [[nodiscard]] ShardHost& host_of(const TopicPartition& at) const;

    // The end of a shard that ends the link; of all of them while they drain.
    [[nodiscard]] std::optional<Error> ended_for_good(bool draining) const;

    LinkSetup& setup;
    const NodePorts& node;
    std::shared_ptr<spdlog::logger> log;
    std::unique_ptr<kafka::Admin> source;
    std::unique_ptr<kafka::Admin> target;
    DiscoveredClusters clusters;
    std::unique_ptr<LinkAdmins> admins;
    std::unique_ptr<ClusterSurvey> survey;
    Throttle throttle;
    LinkInstruments instruments;
    std::unique_ptr<TargetLog> link_log;
    std::unique_ptr<OwnerRecords> source_owners;
    std::unique_ptr<OwnerRecords> target_owners;
    std::unique_ptr<Discovery> discovery;
    std::unique_ptr<GroupSync> groups;
    std::unique_ptr<ConfigSync> configs;
    std::string acl_trouble;  // why ACLs could not be kept
    std::unique_ptr<ShardSurroundings> around;
    std::vector<std::unique_ptr<ShardHost>> hosts;  // by shard number
    std::vector<std::optional<Error>> ended;        // the same
    TaskGroup preparing;                            // connects and claims, before there are shards
    TaskGroup tasks;
    bool source_asked = false;  // who it is
    bool source_reachable = true;
    IdWatch ids;
    Clock::Time looked_since;     // when the newest look at all topics began that came to its end
    bool look_again = false;      // at the topics, before it is time
    bool topics_changed = false;  // in number, since their retention was asked for
    bool discovered = false;      // a look at all topics has succeeded
    std::optional<Error> discovery_ended;
    Offset claimed_from;               // of `_strait.links`: what the claim was decided by
    std::optional<Error> claim_ended;  // of an instance that nothing else ends

    // Questions of others that are under way: they end before the link does, and new ones are not
    // begun then.
    int questions = 0;
    bool ending = false;
};

// Holds a link while something is asked of it. Empty if there is none to ask.
class Question {
  public:
    explicit Question(RunningLink* link) noexcept
        : link_{link != nullptr && !link->ending ? link : nullptr}
    {
        if (link_ != nullptr) ++link_->questions;
    }
    ~Question()
    {
        if (link_ != nullptr) --link_->questions;
    }

    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    explicit operator bool() const noexcept { return link_ != nullptr; }
    RunningLink* operator->() const noexcept { return link_; }
    RunningLink& operator*() const noexcept { return *link_; }

  private:
    RunningLink* link_;
};

}  // namespace strait::links
