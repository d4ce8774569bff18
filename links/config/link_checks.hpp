#pragma once

#include "core/document.hpp"
#include "core/ids.hpp"
#include "core/object_reader.hpp"
#include "kafka/cluster_config.hpp"
#include "links/config/link_config.hpp"

#include <map>
#include <vector>

namespace strait::links {

// Where the members of a link stand that problems between links point to.
struct LinkSpots {
    Spot name;
    Spot source;
    Spot target;
    Spot topics;
    Spot timeouts;
};

// The spots of a link that read_link() reads.
LinkSpots spots_of(ObjectReader& reader);

using Clusters = std::map<ClusterName, kafka::ClusterConfig>;

// Checks links against the clusters and against each other, as far as that can be decided without
// asking a broker: `unknown_cluster`, `name_taken`, `same_cluster`, `rename_collision`, `loop`,
// `timeouts_disorder`, `bad_reverse`. What is wrong between two links is a problem of the later
// one. Two names in `clusters` are taken for one cluster if they have one `cluster_id`, or share an
// address and do not have two. `spots` has a member for each link.
void check_links(const Clusters& clusters,
                 const std::vector<LinkConfig>& links,
                 const std::vector<LinkSpots>& spots,
                 Problems& problems);

}  // namespace strait::links
