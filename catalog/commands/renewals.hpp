#pragma once

#include "catalog/commands/agreements.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstdint>
#include <optional>

// How a live subscription stays one: for longer, and under new terms. Each time an agreement
// supersedes the one before; the subscription, its keys, its link and its positions stay. Each of
// these is one command: it reads and changes the draft alone. What the caller's organisation has no
// side in is `not_found`.
namespace strait::catalog {

struct Renewal {
    std::uint32_t duration_d = 0;       // from its present end on
    std::optional<ShownTerms> terms{};  // needed where the offer has other ones than were agreed on
};

// By the consumer: a request like the one that led to the subscription, which is decided like any
// other. Refuses what request_access() does, but for the agreement that there is; terms_outdated if
// the terms have changed since; illegal_transition if the subscription is not live.
Outcome<Requested> renew_subscription(Draft& draft,
                                      const Act& act,
                                      SubscriptionId id,
                                      const Renewal& input);

// By whoever may accept terms for the consumer: the newest terms of the offer. The hold for having
// missed them is lifted. Refuses as accept_terms() does; invalid_request if the offer has none.
Outcome<Subscription> accept_new_terms(Draft& draft,
                                       const Act& act,
                                       SubscriptionId id,
                                       const ShownTerms& terms);

// By the system, when the time to accept terms of an offer is over: holds the live subscriptions
// whose agreements have older ones, until their consumers accept.
Outcome<void> enforce_terms(Draft& draft, const Act& act, OfferId id);

}  // namespace strait::catalog
