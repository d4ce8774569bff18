#pragma once

#include "links/link_status.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

// What speaks for and against having a link rest, or topics of it, and go on. Pure.
namespace strait::links {

VerbPlan plan_pause(const VerbRequest& request, const LinkStatus& link);

// REQUIRES: not request.skip.
VerbPlan plan_resume(const VerbRequest& request, const LinkStatus& link);

}  // namespace strait::links
