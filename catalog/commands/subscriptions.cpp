#include "catalog/commands/subscriptions.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/requests.hpp"

#include <algorithm>
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

std::optional<Subscription> find_mine(Draft& draft, const Act& act, SubscriptionId id)
{
    auto subscription = draft.find<Subscription>(id);
    if (!subscription) return std::nullopt;
    const bool side = concerns(act, subscription->provider, Scope::access_write) ||
                      concerns(act, subscription->organisation, Scope::apps_write);
    if (!side) return std::nullopt;
    return subscription;
}

bool has_hold(const Subscription& subscription, HoldBy by)
{
    return std::ranges::find(subscription.holds, by, &Hold::by) != subscription.holds.end();
}

// What the holds make of a subscription that is not being provisioned any more.
void show_holds(Subscription& subscription)
{
    using enum SubscriptionState;
    if (subscription.state == provisioning || !is_live(subscription.state)) return;
    if (has_hold(subscription, HoldBy::provider) || has_hold(subscription, HoldBy::system)) {
        subscription.state = suspended;
    } else {
        subscription.state = has_hold(subscription, HoldBy::consumer) ? paused : active;
    }
}

// Whose hold a verb is about: an operator's stands as one of the system.
std::optional<HoldBy> side_of(Verb verb, Actors as)
{
    const bool consumer_verb = verb == Verb::pause || verb == Verb::resume;
    if (consumer_verb)
        return as.contains(Actor::consumer) ? std::optional{HoldBy::consumer} : std::nullopt;
    if (as.contains(Actor::provider)) return HoldBy::provider;
    const bool over_both = as.contains(Actor::system) || as.contains(Actor::operator_);
    return over_both ? std::optional{HoldBy::system} : std::nullopt;
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
    constexpr std::size_t keys_max = 100;
    for (auto& key : draft.all_below<Credential>(
             Family::index, principal_key(Principal{subscription.application}), keys_max)) {
        if (key.subscription != subscription.id) continue;
        key.state = CredentialState::revoked;
        draft.put(key);
    }
}

Outcome<void> check_reason(const std::string& reason)
{
    if (reason.size() <= reason_size_max) return {};
    Problems problems;
    problems.add(Spot{.place = "body", .pointer = "/reason"}, "out_of_range", "at most 1000");
    return refuse(invalid(problems));
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

Outcome<Subscription> hold_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason)
{
    auto subscription = find_mine(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    if (const auto fine = check_reason(reason); !fine) return refuse(fine.error());
    const auto side = side_of(verb, as_to(act, *subscription));
    if (!side) return refuse(RefusalCode::right_missing, word_of(verb) + ": not for your side");
    if (!is_live(subscription->state)) {
        return refuse(illegal_transition(prefix_of(Noun::subscription),
                                         to_string(subscription->state),
                                         verb,
                                         allowed_verbs(subscription->state)));
    }
    const bool holds = verb == Verb::pause || verb == Verb::suspend;
    if (has_hold(*subscription, *side) == holds) return *std::move(subscription);
    if (holds) {
        subscription->holds.push_back({.by = *side, .reason = reason, .since = draft.now()});
    } else {
        std::erase_if(subscription->holds, [&](const Hold& each) { return each.by == *side; });
    }
    show_holds(*subscription);
    draft.put(*subscription);
    draft.names(word_of(verb), to_string(id));
    return *std::move(subscription);
}

Outcome<Subscription> end_subscription(
    Draft& draft, const Act& act, SubscriptionId id, Verb verb, const std::string& reason)
{
    auto subscription = find_mine(draft, act, id);
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
    auto subscription = find_mine(draft, act, id);
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

Outcome<Subscription> finish_subscription(Draft& draft,
                                          const Act& act,
                                          SubscriptionId id,
                                          const std::vector<LastOffset>& last_offsets,
                                          std::optional<Timestamp> last_byte_at)
{
    auto subscription = find_mine(draft, act, id);
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

bool is_delivering(const Subscription& subscription)
{
    return subscription.state == SubscriptionState::active && subscription.holds.empty() &&
           is_ready(subscription.conditions);
}

}  // namespace strait::catalog
