#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/link_status.hpp"
#include "links/source_fences.hpp"
#include "links/sync/fence_plan.hpp"
#include "links/verb_plan.hpp"

#include <set>

// What fencing the source adds to the plans of verbs. All of it is pure.
namespace strait::links {

// The topics that a promotion of the link has to fence, as the source calls them.
std::set<TopicName> topics_to_fence(const VerbRequest& request, const LinkStatus& link);

// To a promotion that may go ahead without.
void add_fence(VerbPlan& plan, const Result<FencePlan>& fence, const ClusterName& source);

// To a reversal: the link that mirrors back has to write there.
void add_end_of_fence(VerbPlan& plan, const FenceCount& fenced, const ClusterName& source);

}  // namespace strait::links
