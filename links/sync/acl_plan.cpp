#include "links/sync/acl_plan.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace strait::links {

namespace {

using kafka::Acl;
using kafka::AclOperation;
using kafka::AclPattern;
using kafka::AclPermission;
using kafka::AclResource;

bool covers(const Acl& acl, const std::string& name)
{
    switch (acl.pattern) {
        case AclPattern::literal: return acl.name == name || acl.name == "*";
        case AclPattern::prefixed: return name.starts_with(acl.name);
    }
    std::unreachable();
}

// What of a right on a topic goes with it. To read implies more than it says, and so does ALL.
std::vector<AclOperation> copied_operations(const Acl& acl)
{
    if (acl.permission == AclPermission::deny) return {acl.operation};
    if (acl.resource == AclResource::group) {
        const bool reads =
            acl.operation == AclOperation::read || acl.operation == AclOperation::all;
        return reads ? std::vector{AclOperation::read} : std::vector<AclOperation>{};
    }
    switch (acl.operation) {
        case AclOperation::all: return {AclOperation::read, AclOperation::describe};
        case AclOperation::read:
        case AclOperation::describe:
        case AclOperation::describe_configs: return {acl.operation};
        case AclOperation::write:
        case AclOperation::create:
        case AclOperation::remove:
        case AclOperation::alter:
        case AclOperation::cluster_action:
        case AclOperation::alter_configs:
        case AclOperation::idempotent_write: return {};
    }
    std::unreachable();
}

// A fence: it is about the topic of the source. A copy of it would stop the link itself, and nobody
// gets WRITE by us.
bool keeps_everybody_from_writing(const Acl& acl)
{
    return acl.resource == AclResource::topic && acl.operation == AclOperation::write &&
           acl.permission == AclPermission::deny && acl.principal == "User:*" && acl.host == "*";
}

// By source, so that a literal ACL is a look-up: with many of both each would be held to each.
class Topics {
  public:
    explicit Topics(const std::vector<TopicPair>& pairs)
    {
        for (const auto& pair : pairs) all_.emplace_back(pair.source.value(), pair.target.value());
        std::ranges::sort(all_);
    }

    // The targets of those that the ACL is about.
    [[nodiscard]] std::vector<std::string> of(const Acl& acl) const
    {
        const bool all = acl.pattern == AclPattern::literal && acl.name == "*";
        auto at = all ? all_.begin() : std::ranges::lower_bound(all_, acl.name, {}, &Names::first);
        std::vector<std::string> targets;
        for (; at != all_.end() && covers(acl, at->first); ++at) targets.push_back(at->second);
        return targets;
    }

  private:
    using Names = std::pair<std::string, std::string>;
    std::vector<Names> all_;
};

std::vector<std::string> names_for(const Acl& acl,
                                   const Topics& topics,
                                   const std::set<std::string>& groups)
{
    if (acl.resource == AclResource::topic) return topics.of(acl);
    std::vector<std::string> names;
    std::ranges::copy_if(
        groups, std::back_inserter(names), [&](const auto& name) { return covers(acl, name); });
    return names;
}

}  // namespace

Acls acls_for(const std::vector<Acl>& source,
              const std::vector<TopicPair>& topics,
              const std::set<std::string>& groups,
              const AclSyncConfig& config)
{
    const Topics known{topics};
    Acls wanted;
    for (const auto& acl : source) {
        const auto operations = copied_operations(acl);
        if (operations.empty()) continue;
        const auto other = config.principals.find(acl.principal);
        auto copy = acl;
        copy.pattern = AclPattern::literal;
        if (other != config.principals.end()) copy.principal = other->second;
        if (keeps_everybody_from_writing(copy)) continue;
        for (auto& name : names_for(acl, known, groups)) {
            copy.name = std::move(name);
            for (const auto operation : operations) {
                copy.operation = operation;
                wanted.insert(copy);
            }
            if (wanted.size() > acls_wanted_max) return wanted;
        }
    }
    return wanted;
}

AclPlan plan_acls(const std::vector<Acl>& source,
                  const std::vector<Acl>& target,
                  const Acls& wanted,
                  const Acls& ours,
                  const AclSyncConfig& config)
{
    AclPlan plan;
    if (source.empty()) {
        plan.refused =
            "ACLs of the source: it shows none; if it has any, grant our user DESCRIBE on "
            "the cluster";
        if (!ours.empty()) {
            plan.refused = "acl_mass_removal: the source has no ACL at all, and " +
                           std::to_string(ours.size()) + " at the target are of this link";
        }
        return plan;
    }
    std::size_t removals = 0;
    const Acls present{target.begin(), target.end()};
    for (const auto& acl : ours) {
        if (wanted.contains(acl)) continue;
        ++removals;
        (present.contains(acl) ? plan.remove : plan.dropped).insert(acl);
    }
    if (removals * 100 > ours.size() * config.removal_percent) {
        plan = {};
        plan.refused = "acl_mass_removal: " + std::to_string(removals) + " of " +
                       std::to_string(ours.size()) +
                       " ACLs of this link would be removed, more than acl_sync.removal_percent, " +
                       std::to_string(config.removal_percent);
        return plan;
    }
    for (const auto& acl : wanted) {
        if (present.contains(acl)) continue;
        plan.create.insert(acl);
        if (!ours.contains(acl)) plan.claim.insert(acl);
    }
    return plan;
}

}  // namespace strait::links
