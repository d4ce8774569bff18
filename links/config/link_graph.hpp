#pragma once

#include "core/ids.hpp"
#include "links/config/link_config.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace strait::links {

// A link between two clusters, each by the one name that it has here. Borrows `config`.
struct GraphLink {
    const LinkConfig* config = nullptr;
    ClusterName source;
    ClusterName target;
};

struct Loop {
    std::size_t link;  // the one that closes it
    std::string path;  // "orders of oslo -> orders of bergen -> orders of oslo"
};

// The ways on which a topic comes back to where it was, or is renamed without end, as far as names
// alone tell. A pattern counts only with `loop_check: off`: with `strict` the owner records keep a
// link from mirroring a mirror that no literal names. A link and its reverse never mirror a topic
// at the same time, and make no loop. At most one for each link.
std::vector<Loop> find_loops(const std::vector<GraphLink>& links);

}  // namespace strait::links
