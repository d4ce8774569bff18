#pragma once

#include "links/link_status.hpp"
#include "links/verb_plan.hpp"

#include <optional>
#include <string>

// What the plans of several verbs ask. Pure.
namespace strait::links {

Check state_check(const LinkStatus& link, bool allowed, std::string remedy);

// What speaks against a verb if the link is the catalog's; nothing if it may be said.
std::optional<Check> catalog_check(const VerbRequest& request, const LinkStatus& link);

// The link claims its target anew, and reaches both of its clusters for that: a warning if one does
// not answer, because an order waits for it.
Check cluster_check(const std::string& name, const SideStatus& side);

// The topics that the request names are those of the link.
Check topics_check(const VerbRequest& request, const LinkStatus& link);

// The same, and something of each has been mirrored, so the target has where it stands.
Check begun_check(const VerbRequest& request, const LinkStatus& link);

// The same check as a failure, for what cannot be taken back or does not wait.
Check required(Check check, std::string remedy);

}  // namespace strait::links
