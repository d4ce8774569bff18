#pragma once

#include "core/ids.hpp"
#include "links/config/link_config.hpp"

#include <map>
#include <optional>
#include <vector>

namespace strait::links {

// True if one of them mirrors back what the other one has mirrored.
bool are_reverse(const LinkConfig& one, const LinkConfig& other);

// The other one of such a pair; absent if the link has none.
std::optional<LinkName> find_reverse(const LinkName& link, const std::vector<LinkConfig>& links);

// The link that mirrors those topics back under the names that they had, and no others: what else
// the target has was never meant for the source. `topics`: its own, and the names of their mirrors.
// It is like `link` in all else but ACLs, which are for an operator to decide, and does not begin
// by itself.
LinkConfig reverse_link(const LinkConfig& link,
                        LinkName name,
                        const std::map<TopicName, TopicName>& topics);

// How it is called if nobody says otherwise.
LinkName reverse_name(const LinkName& link);

}  // namespace strait::links
