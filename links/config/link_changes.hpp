#pragma once

#include "core/ids.hpp"
#include "kafka/cluster_config.hpp"
#include "links/config/link_config.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

// What a configuration says of links: each names clusters that are there, and its own name is its
// alone.
struct LinkSet {
    std::map<ClusterName, kafka::ClusterConfig> clusters;
    std::vector<LinkConfig> links;
};

// What becomes of one link when one configuration follows another.
struct LinkChange {
    enum class Kind {
        added,    // it starts
        removed,  // it commits what it has read, and ends; its topics stay
        adapted,  // it takes the new values over without a break
        restarted,
    };

    LinkName link;
    Kind kind = Kind::added;
    std::vector<std::string> keys;  // that differ, as the file calls them: "topics.include"

    bool operator==(const LinkChange&) const = default;
};

// True if no link that has mirrored anything can take that key over: its checkpoints at the target
// speak of these values.
bool is_immutable(std::string_view key) noexcept;

// The word for people and for REST.
std::string_view to_string(LinkChange::Kind kind) noexcept;

// By the names of the links; those that stay as they are are left out. The order of the links and
// clusters that no link uses do not matter. Pure.
std::vector<LinkChange> changes_between(const LinkSet& before, const LinkSet& after);

}  // namespace strait::links
