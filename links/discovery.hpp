#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/clusters/owner_records.hpp"
#include "links/clusters/target_log.hpp"
#include "links/config/link_config.hpp"
#include "links/link_plan.hpp"
#include "links/shard/ports.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace strait::links {

// A topic that the link mirrors, or has to, as its owner record says.
struct MirrorTopic {
    TopicOwner owner;
    std::size_t partitions = 0;  // at the source; those known last, when it is gone
    bool identity_inferred = false;
    bool missing = false;  // at the source, in the newest answer
    bool gone = false;     // missing twice in a row
    bool absent = false;   // named by `include`, and the source never showed it
    std::string reason;    // why it cannot be mirrored yet; empty if it can

    [[nodiscard]] std::vector<Mirror> mirrors() const;
};

// What a discovery works with; all of it outlives it, and belongs to the control thread.
struct DiscoveryPorts {
    kafka::Admin& source;
    kafka::Admin& target;
    OwnerRecords& source_owners;
    OwnerRecords& target_owners;
    TargetLog* link_log;  // these two may be null where only plan() is called
    LinkView* view;
    Clock& clock;
    spdlog::logger& log;
};

struct DiscoveredClusters {
    kafka::ClusterDescription source;
    kafka::ClusterDescription target;
    std::string source_user;  // who we are there
};

// Looks at both clusters, plans, and makes the target ready for what is to be mirrored: topics
// created with the configs that the mirror needs, partitions added, owner records written. Called
// again and again; it changes nothing where nothing changed.
//
// Not thread-safe.
class Discovery {
  public:
    Discovery(const LinkConfig& link, DiscoveredClusters clusters, DiscoveryPorts ports);

    // Only looks: for `strait link plan`.
    boost::asio::awaitable<Result<LinkPlan>> plan();

    // Every topic of the link. One topic's trouble is its `reason`, not an error. Errc::conflict
    // for what stops the whole link.
    boost::asio::awaitable<Result<std::vector<MirrorTopic>>> prepare();

  private:
    struct TargetConfigs {
        std::map<std::string, std::string> required;
        std::map<std::string, std::string> retention;
    };

    boost::asio::awaitable<Result<LinkSurroundings>> look();
    boost::asio::awaitable<Result<void>> refresh_owners();
    void take_owners(LinkSurroundings& found);
    boost::asio::awaitable<Result<std::vector<FoundTarget>>> look_at_target();
    boost::asio::awaitable<Result<bool>> is_empty(const kafka::TopicDescription& topic);
    boost::asio::awaitable<Result<void>> prepare_topic(const PlannedTopic& planned,
                                                       MirrorTopic& topic);
    boost::asio::awaitable<Result<void>> prepare_target(const PlannedTopic& planned,
                                                        const Mirrored& mirrored);
    boost::asio::awaitable<Result<kafka::TopicDescription>> describe_target(TopicName target);
    boost::asio::awaitable<Result<TargetConfigs>> target_configs(TopicName source);
    void note_missing(const LinkPlan& plan, std::vector<MirrorTopic>& topics);
    void note_absent(const LinkPlan& plan, std::vector<MirrorTopic>& topics) const;
    void log_reasons(const std::vector<MirrorTopic>& topics);

    const LinkConfig& link_;
    DiscoveredClusters clusters_;
    DiscoveryPorts ports_;
    std::map<TopicName, TopicOwner> owners_;  // ours, by source topic
    bool source_owners_readable_ = true;
    std::map<TopicName, std::size_t> partitions_;
    std::map<TopicName, std::string> reasons_;  // as they were logged
    std::map<TopicName, int> missed_;  // how often in a row a topic of ours was not at the source
};

}  // namespace strait::links
