#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <optional>
#include <string>
#include <vector>

// The life of a subscription. Each of these is one command: it reads and changes the draft alone.
// What the caller's organisation has no side in is `not_found`.
namespace strait::catalog {

// Empty for whoever has no side in it.
std::optional<Subscription> find_sided(Draft& draft, const Act& act, SubscriptionId id);

// suspend, reinstate by the provider, or by the operator, whose hold is another; pause, resume by
// the consumer: each sets or lifts the hold of its own side, and what is shown follows from all of
// them. While it is being provisioned, holds are taken as well.
Outcome<Subscription> hold_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason = {});

// By the system, while there is that cause: it knows when to lift it, and nobody else can.
Outcome<Subscription> hold_for_cause(
    Draft& draft, const Act& act, SubscriptionId id, HoldCause cause, bool holds);

// revoke, cancel, expire, retire, fail: `terminating` from now on, its agreement ended, its keys
// revoked. There is no way back.
Outcome<Subscription> end_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason = {});

// What the data plane says of it. With `ready`, for the first time, it is active.
Outcome<Subscription> report_conditions(Draft& draft,
                                        const Act& act,
                                        SubscriptionId id,
                                        const std::vector<Condition>& conditions);

// By the data plane, when it has seen that a record was delivered; only the first time counts.
Outcome<Subscription> note_first_record(Draft& draft, const Act& act, SubscriptionId id);

// Every path has ended there: `terminated`.
Outcome<Subscription> finish_subscription(Draft& draft,
                                          const Act& act,
                                          SubscriptionId id,
                                          const std::vector<LastOffset>& last_offsets,
                                          std::optional<Timestamp> last_byte_at = {});

// Delivers: active, without a hold, ready, and not over. Its end is looked up here, because the
// command that says so may come late.
bool is_delivering(const Subscription& subscription, Timestamp now);

}  // namespace strait::catalog
