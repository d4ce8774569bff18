#pragma once

#include "core/ids.hpp"
#include "links/config/link_config.hpp"
#include "links/link_plan.hpp"
#include "links/mirror_topic.hpp"

#include <map>
#include <vector>

namespace strait::links {

// The topics of a link that one discovery finds nothing to copy of: those that left the source,
// and those that never came. Pure, but for what it remembers of the answers before.
class IdleTopics {
  public:
    using Owners = std::map<TopicName, TopicOwner>;  // ours, by source topic

    // The link outlives it.
    explicit IdleTopics(const LinkConfig& link) noexcept : link_{link} {}

    // In the order of their names, and of `include`; the partitions are those of the owner record.
    // REQUIRES: each plan once, because what is missing twice in a row is gone.
    std::vector<MirrorTopic> find(const LinkPlan& plan, const Owners& owners);

  private:
    const LinkConfig& link_;
    std::map<TopicName, int> missed_;  // how often in a row a topic of ours was not at the source
};

}  // namespace strait::links
