#include "links/sync/fence_plan.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace strait::links {

namespace {

using kafka::Acl;
using kafka::AclPattern;

// Which topics have any ACL. With many of both each would be held to each.
class Ruled {
  public:
    explicit Ruled(const std::vector<Acl>& present)
    {
        for (const auto& acl : present) {
            switch (acl.pattern) {
                case AclPattern::literal: names_.insert(acl.name); break;
                case AclPattern::prefixed: prefixes_.insert(acl.name); break;
            }
        }
    }

    [[nodiscard]] bool has(const std::string& topic) const
    {
        return names_.contains("*") || names_.contains(topic) ||
               std::ranges::any_of(prefixes_,
                                   [&](const auto& prefix) { return topic.starts_with(prefix); });
    }

  private:
    std::set<std::string> names_;
    std::set<std::string> prefixes_;
};

}  // namespace

Acl fence_of(const TopicName& topic)
{
    return {.resource = kafka::AclResource::topic,
            .name = topic.value(),
            .pattern = AclPattern::literal,
            .principal = "User:*",
            .host = "*",
            .operation = kafka::AclOperation::write,
            .permission = kafka::AclPermission::deny};
}

FencePlan plan_fence(const std::vector<Acl>& present,
                     const std::set<TopicName>& topics,
                     const std::set<TopicName>& noted,
                     const std::set<TopicName>& shared)
{
    const std::set<Acl> known{present.begin(), present.end()};
    const Ruled ruled{present};
    FencePlan plan;
    plan.ours = noted;
    for (const auto& topic : topics) {
        const bool fenced = known.contains(fence_of(topic));
        if (fenced && !noted.contains(topic) && !shared.contains(topic)) {
            ++plan.foreign;
            continue;
        }
        plan.ours.insert(topic);
        if (fenced) continue;
        plan.missing.insert(topic);
        if (!ruled.has(topic.value())) plan.without_acl.insert(topic);
    }
    return plan;
}

}  // namespace strait::links
