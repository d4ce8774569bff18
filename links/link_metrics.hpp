#pragma once

#include "core/metrics.hpp"
#include "links/link_status.hpp"

#include <vector>

namespace strait::links {

struct LinkSample {
    const LinkStatus& status;
    bool per_partition = true;
    bool per_group = true;
};

// The metrics of links.md 9 that a status can tell, for all links of the node.
std::vector<SampledMetric> sampled(const std::vector<LinkSample>& links);

}  // namespace strait::links
