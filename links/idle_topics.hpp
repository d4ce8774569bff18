#pragma once

#include "core/ids.hpp"
#include "links/config/link_config.hpp"
#include "links/link_plan.hpp"
#include "links/mirror_topic.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace strait::links {

// The topics of a link that one discovery finds nothing to copy of: those that left the source,
// those of which it says nothing now, those that never came, and those that the plan refuses. Pure,
// but for what it remembers of the answers before.
//
// Only the source's own word that a topic of ours does not exist counts: a right that is missing,
// or a broker that does not answer, deletes nothing.
class IdleTopics {
  public:
    // Of those that a pattern matches, and that are not ours.
    static constexpr std::size_t refused_max = 100;

    using Owners = std::map<TopicName, TopicOwner>;  // ours, by source topic

    // The link outlives it; `source_user` is who we are at the source.
    IdleTopics(const LinkConfig& link, std::string source_user);

    // The partitions are those of the owner record.
    // REQUIRES: each plan once, because what is missing twice in a row is gone.
    std::vector<MirrorTopic> find(const LinkPlan& plan, const Owners& owners);

  private:
    [[nodiscard]] std::vector<MirrorTopic> refused(const LinkPlan& plan,
                                                   const Owners& owners) const;
    [[nodiscard]] MirrorTopic nobodys(const TopicName& source) const;
    [[nodiscard]] std::string why_waiting(const LinkPlan& plan, const TopicName& source) const;

    const LinkConfig& link_;
    std::string source_user_;
    std::map<TopicName, int> missed_;  // how often in a row a topic of ours was not at the source
};

}  // namespace strait::links
