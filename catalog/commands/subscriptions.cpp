#include "catalog/commands/subscriptions.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/requests.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace strait::catalog {

namespace {

Actors as_to(const Act& act, const Subscription& subscription)
{
    constexpr Actors providing{Actor::provider, Actor::operator_, Actor::system};
    constexpr Actors consuming{Actor::consumer, Actor::system};
    auto as = act.actors(subscription.provider, Scope::access_write).among(providing);
    as.add(act.actors(subscription.organisation, Scope::apps_write).among(consuming));
    return as;
}

// What the holds make of a subscription that is not being provisioned any more.
void show_holds(Subscription& subscription)
{
    using enum SubscriptionState;
    if (subscription.state == provisioning || !is_live(subscription.state)) return;
    const bool suspends = std::ranges::any_of(
        subscription.holds, [](const Hold& each) { return each.by != HoldBy::consumer; });
    if (suspends) {
        subscription.state = suspended;
    } else {
        subscription.state = subscription.holds.empty() ? active : paused;
    }
}

// Sets or lifts the one hold that is as this one, in whose name and, of the system, for what cause.
// False if nothing is left to do.
bool set_hold(Subscription& subscription, const Hold& hold, bool holds)
{
    const auto known = std::ranges::find_if(subscription.holds, [&](const Hold& each) {
        return each.by == hold.by && (hold.by != HoldBy::system || each.reason == hold.reason);
    });
    if ((known != subscription.holds.end()) == holds) return false;
    if (holds) {
        subscription.holds.push_back(hold);
    } else {
        subscription.holds.erase(known);
    }
    show_holds(subscription);
    return true;
}

// Whose hold a verb is about.
std::optional<HoldBy> side_of(Verb verb, Actors as)
{
    if (verb == Verb::pause || verb == Verb::resume) {
        return as.contains(Actor::consumer) ? std::optional{HoldBy::consumer} : std::nullopt;
    }
    if (verb != Verb::suspend && verb != Verb::reinstate) return std::nullopt;
    if (as.contains(Actor::provider)) return HoldBy::provider;
    return as.contains(Actor::operator_) ? std::optional{HoldBy::operator_} : std::nullopt;
}

Refusal ended_already(const Subscription& subscription, Verb verb)
{
    return illegal_transition(prefix_of(Noun::subscription),
                              to_string(subscription.state),
                              verb,
                              allowed_verbs(subscription.state));
}

bool is_ready(const std::vector<Condition>& conditions)
{
    return std::ranges::any_of(conditions, [](const Condition& each) {
        return each.type == ConditionType::ready && each.status;
    });
}

void end_agreement(Draft& draft, AgreementId id, AgreementState state)
{
    auto agreement = draft.find<Agreement>(id);
    if (!agreement || agreement->state != AgreementState::active) return;
    agreement->state = state;
    draft.put(*agreement);
}

void revoke_keys_of(Draft& draft, const Subscription& subscription)
{
    for (auto& key : draft.all_below<Credential>(
             Family::index, principal_key(Principal{subscription.application}))) {
        if (key.subscription != subscription.id) continue;
        key.state = CredentialState::revoked;
        draft.put(key);
    }
}

Outcome<void> check_reason(const std::string& reason)
{
    Problems problems;
    check_lines("/reason", reason, reason_size_max, problems);
    if (problems.empty()) return {};
    return refuse(invalid(problems));
}

bool ends(Verb verb)
{
    constexpr std::array verbs{Verb::revoke, Verb::cancel, Verb::expire, Verb::retire, Verb::fail};
    return std::ranges::find(verbs, verb) != verbs.end();
}

// To delete is a duty until somebody has seen that it is done.
TerminationDuty duty_of(Draft& draft, const Subscription& subscription)
{
    const auto agreement = draft.find<Agreement>(subscription.agreement);
    const auto duty = agreement ? agreement->policy.on_termination : OnTermination::retain;
    return {.duty = duty,
            .status = duty == OnTermination::retain ? DutyStatus::done : DutyStatus::open,
            .at = draft.now()};
}

// As the receipt says it.
std::string reason_of(Verb verb)
{
    if (verb == Verb::revoke) return "revoked";
    if (verb == Verb::cancel) return "cancelled";
    if (verb == Verb::expire) return "expired";
    if (verb == Verb::retire) return "product_retired";
    assert(verb == Verb::fail);
    return "provisioning_failed";
}

}  // namespace

std::optional<Subscription> find_sided(Draft& draft, const Act& act, SubscriptionId id)
{
    auto subscription = draft.find<Subscription>(id);
    if (!subscription) return std::nullopt;
    const bool side = concerns(act, subscription->provider, Scope::access_write) ||
                      concerns(act, subscription->organisation, Scope::apps_write);
    if (!side) return std::nullopt;
    return subscription;
}

Outcome<Subscription> hold_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    const auto side = side_of(verb, as_to(act, *subscription));
    if (!side) return refuse(RefusalCode::right_missing, word_of(verb) + ": not for your side");
    if (const auto fine = check_reason(reason); !fine) return refuse(fine.error());
    if (!is_live(subscription->state)) return refuse(ended_already(*subscription, verb));
    const bool holds = verb == Verb::pause || verb == Verb::suspend;
    const Hold hold{.by = *side, .reason = reason, .since = draft.now()};
    if (!set_hold(*subscription, hold, holds)) return *std::move(subscription);
    draft.put(*subscription);
    draft.names(word_of(verb), to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> hold_for_cause(
    Draft& draft, const Act& act, SubscriptionId id, HoldCause cause, bool holds)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    const auto verb = holds ? Verb::suspend : Verb::reinstate;
    if (!as_to(act, *subscription).contains(Actor::system)) {
        return refuse(RefusalCode::right_missing, "only the exchange itself holds for a cause");
    }
    if (!is_live(subscription->state)) return refuse(ended_already(*subscription, verb));
    const Hold hold{.by = HoldBy::system, .reason = to_string(cause), .since = draft.now()};
    if (!set_hold(*subscription, hold, holds)) return *std::move(subscription);
    draft.put(*subscription);
    draft.names(word_of(verb), to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> end_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason)
{
    assert(ends(verb));
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    if (const auto fine = check_reason(reason); !fine) return refuse(fine.error());
    const auto changed = change_state(*subscription, verb, as_to(act, *subscription));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(subscription);
    subscription->receipt = Receipt{.reason = reason_of(verb),
                                    .by = act.organisation.value_or(whole_exchange),
                                    .decided_at = draft.now(),
                                    .last_byte_at = {},
                                    .audit_seq = draft.revision(),
                                    .last_offsets = {},
                                    .on_termination = duty_of(draft, *subscription),
                                    .complete = false};
    draft.put(*subscription);
    end_agreement(draft,
                  subscription->agreement,
                  verb == Verb::expire ? AgreementState::expired : AgreementState::terminated);
    revoke_keys_of(draft, *subscription);
    draft.names(word_of(verb), to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> report_conditions(Draft& draft,
                                        const Act& act,
                                        SubscriptionId id,
                                        const std::vector<Condition>& conditions)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    if (!as_to(act, *subscription).contains(Actor::system)) {
        return refuse(RefusalCode::right_missing, "only the data plane reports");
    }
    const bool starts =
        subscription->state == SubscriptionState::provisioning && is_ready(conditions);
    if (!starts && subscription->conditions == conditions) return *std::move(subscription);
    subscription->conditions = conditions;
    if (starts) {
        subscription->state = SubscriptionState::active;
        show_holds(*subscription);
    }
    draft.put(*subscription);
    draft.names(starts ? word_of(Verb::start) : "report", to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> note_first_record(Draft& draft, const Act& act, SubscriptionId id)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    if (!as_to(act, *subscription).contains(Actor::system)) {
        return refuse(RefusalCode::right_missing, "only the data plane reports");
    }
    if (subscription->first_record_at) return *std::move(subscription);
    subscription->first_record_at = draft.now();
    draft.put(*subscription);
    draft.names("first-record", to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> finish_subscription(Draft& draft,
                                          const Act& act,
                                          SubscriptionId id,
                                          const std::vector<LastOffset>& last_offsets,
                                          std::optional<Timestamp> last_byte_at)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(*subscription, Verb::finish, as_to(act, *subscription));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(subscription);
    if (auto& receipt = subscription->receipt) {
        receipt->last_offsets = last_offsets;
        receipt->last_byte_at = last_byte_at;
        receipt->complete = true;
    }
    draft.put(*subscription);
    draft.names(word_of(Verb::finish), to_string(id));
    return *std::move(subscription);
}

bool is_delivering(const Subscription& subscription, Timestamp now)
{
    return subscription.ends_at > now && subscription.state == SubscriptionState::active &&
           subscription.holds.empty() && is_ready(subscription.conditions);
}

}  // namespace strait::catalog
