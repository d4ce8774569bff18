#include "catalog/commands/renewals.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace strait::catalog {

namespace {

// A live subscription that the caller may speak for as its consumer, and what it is under.
struct Agreed {
    Subscription subscription;
    Agreement agreement;
    Offer offer;
};

Outcome<Agreed> find_agreed(Draft& draft, const Act& act, SubscriptionId id, const char* verb)
{
    auto subscription = find_sided(draft, act, id);
    if (!subscription) return refuse(RefusalCode::not_found, to_string(id));
    if (!act.actors(subscription->organisation, Scope::apps_write).contains(Actor::consumer)) {
        return refuse(RefusalCode::right_missing,
                      std::string{verb} + ": only a developer or an org_admin of the consumer");
    }
    if (!is_live(subscription->state) || subscription->ends_at <= draft.now()) {
        return refuse(RefusalCode::illegal_transition,
                      std::string{verb} + ": the subscription has ended: make a new request");
    }
    auto agreement = draft.find<Agreement>(subscription->agreement);
    auto offer = agreement ? draft.find<Offer>(agreement->offer) : std::nullopt;
    if (!offer) return refuse(RefusalCode::unavailable, "the catalog is damaged: check it");
    return Agreed{*std::move(subscription), *std::move(agreement), *std::move(offer)};
}

// Whoever has accepted the present terms need not do so again.
Outcome<std::optional<AcceptedTerms>> accepted_again(Draft& draft,
                                                     const Act& act,
                                                     const Agreed& agreed,
                                                     const AccessRequest& first,
                                                     const std::optional<ShownTerms>& terms)
{
    const auto& current = agreed.offer.terms;
    const bool same = first.terms && agreed.agreement.terms && !current.empty() &&
                      first.terms->version == agreed.agreement.terms->version &&
                      first.terms->version == current.back().version;
    if (!terms && same) return first.terms;
    auto accepted = accept_terms(draft, act, agreed.offer, terms);
    if (accepted || accepted.error().code != RefusalCode::terms_required) return accepted;
    return refuse(Refusal{.code = RefusalCode::terms_outdated,
                          .detail = "the terms have changed: read and name the current version",
                          .named = {std::to_string(current.back().version)}});
}

// Many renewals give no more than one request would from now on.
Outcome<void> check_end(const Agreed& agreed, std::uint32_t duration_d, Timestamp now)
{
    constexpr auto day_ms = std::chrono::milliseconds{std::chrono::days{1}}.count();
    const auto left_ms = agreed.subscription.ends_at.unix_ms - now.unix_ms;
    const auto max_ms = agreed.offer.plan.max_duration_d * day_ms;
    if (left_ms + duration_d * day_ms <= max_ms) return {};
    Problems problems;
    reject(problems,
           "/duration_d",
           "at most " + std::to_string(std::max<std::int64_t>(0, max_ms - left_ms) / day_ms) +
               ": the plan of the offer is for " +
               std::to_string(agreed.offer.plan.max_duration_d) + " days from now");
    return refuse(invalid(problems));
}

}  // namespace

Outcome<Requested> renew_subscription(Draft& draft,
                                      const Act& act,
                                      SubscriptionId id,
                                      const Renewal& input)
{
    const auto agreed = find_agreed(draft, act, id, "renew");
    if (!agreed) return refuse(agreed.error());
    const auto first = draft.find<AccessRequest>(agreed->agreement.request);
    if (!first) return refuse(RefusalCode::unavailable, "the catalog is damaged: check it");
    AccessRequest request;
    request.organisation = agreed->subscription.organisation;
    request.provider = agreed->subscription.provider;
    request.offer = agreed->offer.id;
    request.application = agreed->subscription.application;
    request.kind = agreed->subscription.kind;
    request.target = agreed->subscription.target;
    request.start = agreed->subscription.start;
    request.purpose = first->purpose;
    request.duration_d = input.duration_d;
    request.renews = id;
    if (const auto grant = grant_for(draft, request); !grant) return refuse(grant.error());
    if (const auto fits = check_end(*agreed, input.duration_d, draft.now()); !fits) {
        return refuse(fits.error());
    }
    auto terms = accepted_again(draft, act, *agreed, *first, input.terms);
    if (!terms) return refuse(terms.error());
    request.terms = *std::move(terms);
    return submit_request(draft, act, std::move(request), agreed->offer.plan.approval);
}

Outcome<Subscription> accept_new_terms(Draft& draft,
                                       const Act& act,
                                       SubscriptionId id,
                                       const ShownTerms& terms)
{
    auto agreed = find_agreed(draft, act, id, "accept-terms");
    if (!agreed) return refuse(agreed.error());
    auto& [subscription, agreement, offer] = *agreed;
    if (offer.terms.empty()) {
        return refuse(RefusalCode::illegal_transition, "accept-terms: the offer has none");
    }
    const auto accepted = accept_terms(draft, act, offer, terms);
    if (!accepted) return refuse(accepted.error());
    const auto& before = agreement.terms;
    if (before && before->version == terms.version) return std::move(subscription);
    subscription.agreement = agree_under(draft, act, std::move(agreement), *accepted).id;
    draft.put(subscription);
    auto lifted = hold_for_cause(draft, act.as_system(), id, HoldCause::terms_lapsed, false);
    draft.names("accept-terms", to_string(id));
    return lifted;
}

Outcome<void> enforce_terms(Draft& draft, const Act& act, OfferId id)
{
    auto offer = draft.find<Offer>(id);
    if (!offer) return refuse(RefusalCode::not_found, to_string(id));
    const auto due = due_terms(*offer);
    if (!due || due->at > draft.now()) return {};
    auto& terms = offer->terms[due->place];
    terms.enforced = true;
    const auto version = terms.version;
    draft.put(*offer);
    const auto agreements = reference_key(id.bits, Noun::agreement);
    for (const auto& agreement : draft.all_below<Agreement>(Family::index, agreements)) {
        const auto accepted = agreement.terms ? agreement.terms->version : 0;
        if (agreement.state != AgreementState::active || accepted >= version) continue;
        const auto under = reference_key(agreement.id.bits, Noun::subscription);
        for (const auto& each : draft.all_below<Subscription>(Family::index, under)) {
            if (!is_live(each.state)) continue;
            const auto held =
                hold_for_cause(draft, act.as_system(), each.id, HoldCause::terms_lapsed, true);
            if (!held) return refuse(held.error());
        }
    }
    draft.names("enforce-terms", to_string(id));
    return {};
}

}  // namespace strait::catalog
