#pragma once

#include "api/cluster_probe.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

// Clusters that show what a test says, and remember what they were asked for.
struct ScriptedProbe final : api::ClusterProbe {
    std::optional<Error> failure{};
    catalog::ObservedCluster cluster{"cluster-id", 3, {1}};
    std::map<std::string, catalog::ObservedTopic> topics{};
    std::vector<std::vector<std::string>> asked{};

    boost::asio::awaitable<Result<api::ClusterSight>> look_at(
        catalog::ClusterId, std::vector<std::string> names) override
    {
        asked.push_back(names);
        if (failure) co_return fail(*failure);
        api::ClusterSight sight{cluster, {}};
        for (const auto& name : names) {
            const auto found = topics.find(name);
            if (found != topics.end()) sight.topics.insert(*found);
        }
        co_return sight;
    }

    boost::asio::awaitable<Result<api::TopicListing>> list_topics(catalog::ClusterId,
                                                                  std::string prefix) override
    {
        if (failure) co_return fail(*failure);
        api::TopicListing listing;
        for (const auto& topic : topics) {
            if (topic.first.starts_with(prefix)) listing.topics.insert(topic);
        }
        co_return listing;
    }
};

}  // namespace strait::testing
