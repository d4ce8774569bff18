#pragma once

#include "core/ids.hpp"
#include "kafka/acl.hpp"
#include "links/config/sync_config.hpp"
#include "links/sync/topic_pair.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

// Which ACLs of the source the target has to have (links.md 3). All of it is pure.
namespace strait::links {

using Acls = std::set<kafka::Acl>;

// The ACLs that mirrors need of those of the source: who may read a topic may read its mirror, and
// who is denied anything is denied it there, but for WRITE that is denied to everybody. No right to
// change anything is ever copied, and what speaks of several topics becomes one literal ACL for
// each that is mirrored, so that the target never grants more than the link mirrors. Groups keep
// their names; of them READ alone is copied. More than acls_wanted_max are not counted to the end.
inline constexpr std::size_t acls_wanted_max = 100'000;
Acls acls_for(const std::vector<kafka::Acl>& source,
              const std::vector<TopicPair>& topics,
              const std::set<std::string>& groups,
              const AclSyncConfig& config);

struct AclPlan {
    Acls create;   // not at the target, or not any more
    Acls remove;   // ours, and not wanted any more
    Acls claim;    // of `create`: has to be noted as ours before it is made
    Acls dropped;  // ours, not wanted any more, and not at the target: only the note is to go

    // Why nothing is done: begins with acl_mass_removal if ACLs of ours would go. A source that
    // shows none is not believed: without the right to see them the answer may be empty as well.
    std::string refused;
};

// `ours` are those that the link has made. What somebody else has made is left as it is, also if it
// is wanted. Nothing is changed where more than `removal_percent` of ours would go, or where the
// source has not a single ACL any more.
AclPlan plan_acls(const std::vector<kafka::Acl>& source,
                  const std::vector<kafka::Acl>& target,
                  const Acls& wanted,
                  const Acls& ours,
                  const AclSyncConfig& config);

}  // namespace strait::links
