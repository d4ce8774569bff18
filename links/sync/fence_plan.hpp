#pragma once

#include "core/ids.hpp"
#include "kafka/acl.hpp"

#include <cstddef>
#include <set>
#include <vector>

// How everybody is kept from writing to topics of a source while a link is promoted (links.md 8).
// All of it is pure.
namespace strait::links {

// DENY of WRITE for everybody, from everywhere, to that topic alone. Of super users brokers ask no
// ACL at all.
kafka::Acl fence_of(const TopicName& topic);

struct FencePlan {
    std::set<TopicName> ours;     // to be noted before anything is made
    std::set<TopicName> missing;  // of them: to be made
    std::size_t foreign = 0;      // fenced by somebody else: theirs to take away

    // Of `missing`: no ACL says who may do what there. Either super users alone may, whom a fence
    // does not stop; or everybody may, and loses all rights with the first ACL that there is
    // (allow.everyone.if.no.acl.found), the link its right to read.
    std::set<TopicName> without_acl;
};

// `present`: all ACLs on topics. `noted`: what the operation fences already; `shared`: what others
// of this node do, and what therefore is nobody else's.
FencePlan plan_fence(const std::vector<kafka::Acl>& present,
                     const std::set<TopicName>& topics,
                     const std::set<TopicName>& noted,
                     const std::set<TopicName>& shared);

}  // namespace strait::links
