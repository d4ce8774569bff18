#include "exchange/reconciler/mirror_links.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strait::exchange {

namespace {

constexpr Bytes memory = 64_MiB;  // of a link, of which there may be many

links::Desired desired_of(const catalog::Subscription& subscription, Timestamp now)
{
    if (!is_live(subscription.state)) return links::Desired::failed_over;
    const bool flows = subscription.holds.empty() && now < subscription.ends_at;
    return flows ? links::Desired::running : links::Desired::paused;
}

links::GapPolicy policy_of(catalog::OnGap policy)
{
    switch (policy) {
        case catalog::OnGap::halt: return links::GapPolicy::halt;
        case catalog::OnGap::skip: return links::GapPolicy::skip;
        case catalog::OnGap::restart: return links::GapPolicy::restart;
    }
    std::unreachable();
}

LinkName name_of(catalog::SubscriptionId id, std::size_t number)
{
    auto name = to_string(id);
    std::ranges::replace(name, '_', '-');
    if (number > 1) name += "-" + std::to_string(number);
    return LinkName{std::move(name)};
}

void select_topics(links::TopicsConfig& topics,
                   const catalog::Subscription& subscription,
                   catalog::ClusterId source)
{
    std::vector<links::TopicPattern> include;
    for (const auto& port : subscription.ports) {
        if (port.cluster != source) continue;
        auto literal = links::TopicPattern::parse(port.topic);
        assert(literal);  // the catalog has checked the name
        if (!literal) continue;
        include.push_back(*std::move(literal));
        topics.rename.map.emplace(port.topic, target_of(subscription, port.alias));
    }
    topics.selection = links::TopicSelection{std::move(include), {}};
    topics.rename.others = links::Rename::Others::refuse;
}

}  // namespace

std::vector<links::LinkConfig> links_of(const MirroredSubscription& mirrored,
                                        const SubscribedClusters& clusters,
                                        Timestamp now)
{
    const auto& subscription = mirrored.subscription;
    const auto target = clusters.find(subscription.target.cluster.value_or(catalog::ClusterId{}));
    if (target == clusters.end()) return {};
    std::vector<catalog::ClusterId> sources;
    for (const auto& port : subscription.ports) {
        if (std::ranges::find(sources, port.cluster) == sources.end()) {
            sources.push_back(port.cluster);
        }
    }
    std::vector<links::LinkConfig> links;
    links.reserve(sources.size());
    for (const auto& id : sources) {
        const auto source = clusters.find(id);
        if (source == clusters.end()) return {};
        auto& link = links.emplace_back();
        link.managed_by = links::ManagedBy::catalog;
        link.desired = desired_of(subscription, now);
        link.name = name_of(subscription.id, links.size());
        link.source = source->second.name;
        link.target = target->second.name;
        if (subscription.start == catalog::StartAt::latest) link.start = kafka::LatestOffset{};
        link.shards = 1;
        select_topics(link.topics, subscription, id);
        link.groups.enabled = false;  // who else reads there is the provider's own
        link.limits.memory = memory;
        if (mirrored.quota.bytes_s > 0) {
            link.limits.bandwidth =
                ByteRate{Bytes{static_cast<std::uint64_t>(mirrored.quota.bytes_s)}};
        }
        if (mirrored.quota.records_s > 0) {
            link.limits.record_rate =
                RecordRate{static_cast<std::uint64_t>(mirrored.quota.records_s)};
        }
        link.policies.on_gap = policy_of(mirrored.on_gap);
        link.metrics_per_partition = false;
        link.metrics_per_group = false;
    }
    return links;
}

TopicName target_of(const catalog::Subscription& subscription, const std::string& alias)
{
    return TopicName{subscription.target.prefix + alias};
}

}  // namespace strait::exchange
