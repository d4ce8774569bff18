#pragma once

#include "catalog/records/access.hpp"
#include "core/ids.hpp"
#include "core/units.hpp"
#include "kafka/cluster_config.hpp"
#include "links/config/link_config.hpp"

#include <map>
#include <string>
#include <vector>

// Which links a subscription of the kind kafka_mirror is made of (catalog.md 8). Pure.
namespace strait::exchange {

// Such a subscription, with what its agreement says of what it copies.
struct MirroredSubscription {
    catalog::Subscription subscription;
    catalog::OnGap on_gap = catalog::OnGap::halt;
    catalog::Quota quota{};

    bool operator==(const MirroredSubscription&) const = default;
};

// The clusters of the catalog that links can use, as the links know them.
using SubscribedClusters = std::map<catalog::ClusterId, kafka::ClusterConfig>;

// One link from each cluster that ports of it are on: named after the subscription, from the second
// on with a number. Empty if a cluster cannot be used.
//
// A link runs while records may flow, and rests while somebody holds the subscription, or once its
// time is over. When the subscription ends, its links are cut off: from then on nothing is copied,
// whoever runs them, and their topics are the consumer's own.
std::vector<links::LinkConfig> links_of(const MirroredSubscription& mirrored,
                                        const SubscribedClusters& clusters,
                                        Timestamp now);

// What a stream of the subscription is called at its target.
TopicName target_of(const catalog::Subscription& subscription, const std::string& alias);

}  // namespace strait::exchange
