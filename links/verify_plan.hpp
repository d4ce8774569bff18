#pragma once

#include "links/link_status.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

namespace strait::links {

// What is before a cut stays as it was mirrored. Pure. REQUIRES: of the scope, what is said of one
// topic comes with it.
VerbPlan plan_verification(const VerbRequest& request, const LinkStatus& link);

}  // namespace strait::links
