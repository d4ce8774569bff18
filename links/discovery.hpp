#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/clusters/owner_records.hpp"
#include "links/clusters/target_log.hpp"
#include "links/config/link_config.hpp"
#include "links/idle_topics.hpp"
#include "links/link_plan.hpp"
#include "links/mirror_topic.hpp"
#include "links/store/link_view.hpp"
#include "links/target_setup.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace strait::links {

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

    using Visitor = std::function<void(const MirrorTopic&)>;

    // Every topic of the link, by name; each is shown as soon as it is ready, those first that were
    // ready before. One topic's trouble is its `reason`, not an error. Errc::conflict for what
    // stops the whole link.
    boost::asio::awaitable<Result<std::vector<MirrorTopic>>> prepare(Visitor show);

  private:
    boost::asio::awaitable<Result<LinkSurroundings>> look();
    boost::asio::awaitable<Result<void>> look_at_source(LinkSurroundings& found);
    boost::asio::awaitable<Result<void>> refresh_owners();
    void take_owners(LinkSurroundings& found) const;
    boost::asio::awaitable<Result<std::vector<FoundTarget>>> look_at_target();
    boost::asio::awaitable<Result<void>> look_into(std::vector<FoundTarget*> targets);
    // One topic while it is made ready.
    struct Preparation {
        const PlannedTopic* planned = nullptr;
        MirrorTopic topic{};
        std::optional<TopicOwner> known{};   // its owner record, as it was before
        std::optional<TopicOwner> wanted{};  // and as it has to be
        std::optional<Error> failed{};
        bool left_alone = false;  // its target is lost, and the policy says to halt
    };
    boost::asio::awaitable<Result<void>> prepare_some(std::span<Preparation> some);
    Result<void> begin(Preparation& preparation);
    void settle(Preparation& preparation, const TopicId& target_id) const;
    boost::asio::awaitable<void> write_owners(std::span<Preparation> some);
    std::size_t known_partitions(const TopicOwner& owner);
    [[nodiscard]] bool has_position(const TopicId& id, std::size_t partition) const;
    void log_reasons(const std::vector<MirrorTopic>& topics);

    const LinkConfig& link_;
    DiscoveredClusters clusters_;
    DiscoveryPorts ports_;
    TargetSetup setup_;
    IdleTopics idle_;
    std::map<TopicName, TopicOwner> owners_;  // ours, by source topic
    bool owners_read_ = false;
    bool source_owners_readable_ = true;
    std::map<TopicName, std::size_t> partitions_;  // the most that a topic of ours ever had
    std::map<TopicName, std::string> reasons_;     // as they were logged
};

}  // namespace strait::links
