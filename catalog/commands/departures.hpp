#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstddef>
#include <string>
#include <vector>

// What becomes of the requests and subscriptions of somebody who goes or stands still: parts of the
// commands that say so, which have seen to who may.
namespace strait::catalog {

// Withdraws its open requests, cancels its live subscriptions: all of them.
Outcome<void> end_access_of(Draft& draft, const Act& act, ApplicationId application);

// Of both sides: as the exchange, lets its open requests expire and revokes its live subscriptions.
Outcome<void> end_access_of(Draft& draft, const Act& act, OrganisationId organisation);

// The first of its open requests and live subscriptions, of both sides.
std::vector<std::string> access_of(Draft& draft,
                                   OrganisationId organisation,
                                   std::size_t count_max);

// Holds its live subscriptions of both sides while it is suspended. What the other side is
// suspended for as well is held on.
Outcome<void> hold_access_of(Draft& draft, const Act& act, OrganisationId organisation, bool holds);

}  // namespace strait::catalog
