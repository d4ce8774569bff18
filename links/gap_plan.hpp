#pragma once

#include "links/link_status.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

// What speaks for and against what operators decide of records that never arrive. Pure.
namespace strait::links {

// REQUIRES: request.skip.
VerbPlan plan_skip(const VerbRequest& request, const LinkStatus& link);

VerbPlan plan_acknowledgement(const VerbRequest& request, const LinkStatus& link);

}  // namespace strait::links
