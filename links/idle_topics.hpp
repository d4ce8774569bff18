#pragma once

#include "core/ids.hpp"
#include "links/config/link_config.hpp"
#include "links/link_plan.hpp"
#include "links/mirror_topic.hpp"

#include <map>
#include <string>
#include <vector>

namespace strait::links {

// The topics of a link that one discovery finds nothing to copy of: those that left the source,
// those of which it says nothing now, and those that never came. Pure, but for what it remembers of
// the answers before.
//
// Only the source's own word that a topic of ours does not exist counts: a right that is missing,
// or a broker that does not answer, deletes nothing.
class IdleTopics {
  public:
    using Owners = std::map<TopicName, TopicOwner>;  // ours, by source topic

    // The link outlives it; `source_user` is who we are at the source.
    IdleTopics(const LinkConfig& link, std::string source_user);

    // In the order of their names, and of `include`; the partitions are those of the owner record.
    // REQUIRES: each plan once, because what is missing twice in a row is gone.
    std::vector<MirrorTopic> find(const LinkPlan& plan, const Owners& owners);

  private:
    [[nodiscard]] std::string why_waiting(const LinkPlan& plan, const TopicName& source) const;

    const LinkConfig& link_;
    std::string source_user_;
    std::map<TopicName, int> missed_;  // how often in a row a topic of ours was not at the source
};

}  // namespace strait::links
