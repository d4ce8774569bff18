#pragma once

#include "exchange/reconciler/mirror_conditions.hpp"
#include "exchange/reconciler/mirror_links.hpp"
#include "tests/catalog/some_records.hpp"

#include <string>
#include <utility>
#include <vector>

// A subscription to two streams of one cluster, and links as they would say of themselves.
namespace strait::exchange {

inline const catalog::ClusterId the_source = catalog::some_id<catalog::Noun::cluster>(40);
inline const catalog::ClusterId the_target = catalog::some_id<catalog::Noun::cluster>(41);

inline SubscribedClusters some_clusters()
{
    SubscribedClusters clusters;
    clusters[the_source].name = ClusterName{"clu-source"};
    clusters[the_target].name = ClusterName{"clu-target"};
    return clusters;
}

inline catalog::OutputPort a_port(const std::string& alias,
                                  const std::string& topic,
                                  catalog::ClusterId cluster = the_source)
{
    auto port = catalog::some_port();
    port.alias = alias;
    port.topic = topic;
    port.cluster = cluster;
    return port;
}

inline MirroredSubscription some_mirrored()
{
    MirroredSubscription mirrored{.subscription = catalog::some_subscription()};
    auto& subscription = mirrored.subscription;
    subscription.state = catalog::SubscriptionState::active;
    subscription.holds.clear();
    subscription.conditions.clear();
    subscription.receipt.reset();
    subscription.ports = {a_port("orders", "sales.orders.v2"), a_port("prices", "prices")};
    subscription.target = {.cluster = the_target, .prefix = "acme.", .url = {}};
    return mirrored;
}

inline constexpr Timestamp before_its_end = catalog::some_time;

inline links::TopicStatus a_topic(const std::string& source,
                                  const std::string& target,
                                  links::MirrorState state)
{
    links::TopicStatus topic;
    topic.source = TopicName{source};
    topic.target = TopicName{target};
    topic.state = state;
    auto& partition = topic.partitions.emplace_back();
    partition.id = Partition{0};
    partition.state = state;
    partition.next_source = Offset{1'046};
    partition.next_target = Offset{990};
    partition.last_commit_ms = catalog::some_time.unix_ms;
    return topic;
}

// One link that copies both streams.
inline std::vector<MirrorReport> running_link()
{
    MirrorReport report;
    report.link = LinkName{"sub-1"};
    auto& link = report.status.emplace();
    link.state = links::MirrorState::active;
    link.settled = true;
    link.source = {ClusterName{"clu-source"}, ClusterId{"source-id"}, true};
    link.target = {ClusterName{"clu-target"}, ClusterId{"target-id"}, true};
    link.topics = {a_topic("sales.orders.v2", "acme.orders", links::MirrorState::active),
                   a_topic("prices", "acme.prices", links::MirrorState::active)};
    return {std::move(report)};
}

}  // namespace strait::exchange
