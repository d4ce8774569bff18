#include "catalog/commands/requests.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <utility>

namespace strait::catalog {

namespace {

AccessRequest request_of(const NewRequest& input, const Offer& offer, OrganisationId consumer)
{
    AccessRequest request;
    request.organisation = consumer;
    request.provider = offer.organisation;
    request.offer = input.offer;
    request.application = input.application;
    request.kind = input.kind;
    request.target = input.target;
    request.start = input.start;
    request.purpose = input.purpose;
    request.duration_d = input.duration_d;
    return request;
}

Outcome<Subscription> subscribe(Draft& draft,
                                const Act& act,
                                const AccessRequest& request,
                                Grant grant,
                                const Narrowing& narrowing)
{
    const auto agreement = agree(draft, act, request, grant, narrowing);
    if (!agreement) return refuse(agreement.error());
    Subscription subscription;
    begin(subscription, draft, act.as_system(), request.organisation);
    subscription.provider = request.provider;
    subscription.agreement = agreement->id;
    subscription.application = request.application;
    subscription.product = grant.offer.product;
    subscription.version = grant.version;
    subscription.ports = std::move(grant.ports);
    subscription.rights = std::move(grant.rights);
    subscription.kind = request.kind;
    subscription.target = request.target;
    subscription.start = request.start;
    subscription.ends_at = agreement->ends_at;
    draft.put(subscription);
    return subscription;
}

// What has ended meanwhile is not begun again by it: that needs a request of its own.
Outcome<Subscription> prolong(Draft& draft,
                              const Act& act,
                              const AccessRequest& request,
                              Grant grant,
                              const Narrowing& narrowing)
{
    auto subscription = draft.find<Subscription>(request.renews.value_or(SubscriptionId{}));
    auto before = subscription ? draft.find<Agreement>(subscription->agreement) : std::nullopt;
    const bool lives =
        before && is_live(subscription->state) && subscription->ends_at > draft.now();
    if (!lives) {
        return refuse(Refusal{.code = RefusalCode::illegal_transition,
                              .detail = "approve: the subscription has ended that this would renew",
                              .named = {word_of(Verb::reject)}});
    }
    grant.ports = subscription->ports;
    const auto agreement = agree_again(draft, act, request, grant, narrowing, *std::move(before));
    if (!agreement) return refuse(agreement.error());
    subscription->agreement = agreement->id;
    subscription->ends_at = agreement->ends_at;
    draft.put(*subscription);
    return hold_for_cause(draft, act.as_system(), subscription->id, HoldCause::terms_lapsed, false);
}

// Whoever approves is not told what is the consumer's alone: neither its cluster nor its URL.
Outcome<Grant> grant_again(Draft& draft, const AccessRequest& request)
{
    auto grant = grant_for(draft, request);
    if (grant || grant.error().code == RefusalCode::offer_not_open) return grant;
    if (grant.error().code == RefusalCode::not_found &&
        grant.error().detail == to_string(request.offer)) {
        return refuse(RefusalCode::offer_not_open, "the consumer does not see the offer any more");
    }
    return refuse(Refusal{.code = RefusalCode::illegal_transition,
                          .detail = "approve: the consumer has to mend its side first",
                          .named = {word_of(Verb::request_changes), word_of(Verb::reject)}});
}

// As what the caller stands to the request; nothing if it has no side in it.
Actors as_to(const Act& act, const AccessRequest& request)
{
    Actors as;
    if (act.actor.kind == Principal::Kind::system) as.add(Actor::system);
    const auto provider = act.actors(request.provider, Scope::access_write);
    if (provider.contains(Actor::provider)) as.add(Actor::provider);
    const auto consumer = act.actors(request.organisation, Scope::apps_write);
    if (consumer.contains(Actor::consumer)) as.add(Actor::consumer);
    return as;
}

Refusal not_to_edit(const AccessRequest& request)
{
    Refusal refusal{.code = RefusalCode::illegal_transition,
                    .detail = request.renews
                                  ? "edit: withdraw this request, and renew the subscription anew"
                                  : "edit: only what the provider has sent back, and this is " +
                                        to_string(request.state)};
    for (const auto verb : allowed_verbs(request.state)) refusal.named.push_back(word_of(verb));
    return refusal;
}

bool has_side(const Act& act, const AccessRequest& request)
{
    return act.actor.kind == Principal::Kind::system || act.organisation == request.provider ||
           act.organisation == request.organisation;
}

}  // namespace

Outcome<Requested> request_access(Draft& draft, const Act& act, const NewRequest& input)
{
    const auto consumer = act.organisation.value_or(whole_exchange);
    const auto offer = draft.find<Offer>(input.offer);
    if (!offer) return refuse(RefusalCode::not_found, to_string(input.offer));
    if (const auto open = check_open(draft, *offer, consumer); !open) return refuse(open.error());
    if (!act.actors(consumer, Scope::apps_write).contains(Actor::consumer)) {
        return refuse(RefusalCode::right_missing, "only a developer or an org_admin does this");
    }
    auto request = request_of(input, *offer, consumer);
    if (const auto grant = grant_for(draft, request); !grant) return refuse(grant.error());
    auto terms = accept_terms(draft, act, *offer, input.terms);
    if (!terms) return refuse(terms.error());
    request.terms = *std::move(terms);
    if (draft.has(Family::index, access_key(input.application, input.offer, Noun::agreement))) {
        return refuse(RefusalCode::in_use,
                      "this application has a live subscription to the offer: renew or cancel it");
    }
    return submit_request(draft, act, std::move(request), offer->plan.approval);
}

Outcome<Requested> submit_request(Draft& draft,
                                  const Act& act,
                                  AccessRequest request,
                                  Approval approval)
{
    if (draft.has(Family::index, access_key(request.application, request.offer, Noun::request))) {
        return refuse(RefusalCode::request_open,
                      "this application has an open request on the offer: withdraw it first");
    }
    begin(request, draft, act, request.organisation);
    request.expires_at = {draft.now().unix_ms + request_life.count()};
    draft.put(request);
    Requested requested{.request = std::move(request)};
    if (approval == Approval::auto_) {
        auto decided = decide_request(
            draft, act.as_system(), requested.request.id, Verb::approve, "by the offer");
        if (!decided) return decided;
        requested = *std::move(decided);
    }
    draft.names("request", to_string(requested.request.id));
    return requested;
}

Outcome<Requested> decide_request(Draft& draft,
                                  const Act& act,
                                  RequestId id,
                                  Verb verb,
                                  const std::string& reason,
                                  const Narrowing& narrowing)
{
    auto request = draft.find<AccessRequest>(id);
    if (!request || !has_side(act, *request)) return refuse(RefusalCode::not_found, to_string(id));
    Problems problems;
    check_lines("/reason", reason, reason_size_max, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    const auto changed = change_state(*request, verb, as_to(act, *request));
    if (!changed) return refuse(changed.error());
    if (!*changed) {
        const auto& made = request->subscription;
        auto subscription = made ? draft.find<Subscription>(*made) : std::nullopt;
        return Requested{.request = *std::move(request), .subscription = std::move(subscription)};
    }
    if (verb != Verb::expire && request->expires_at <= draft.now()) {
        return refuse(illegal_transition(
            prefix_of(Noun::request), to_string(RequestState::expired), verb, {}));
    }
    if (request->decisions.size() == decisions_max && verb != Verb::expire) {
        return refuse(RefusalCode::illegal_transition, "decided too often: make a new request");
    }
    request->decisions.push_back(
        {.verb = verb, .by = act.actor, .at = draft.now(), .reason = reason});
    Requested requested;
    if (verb == Verb::approve) {
        auto grant = grant_again(draft, *request);
        if (!grant) return refuse(grant.error());
        const auto give = request->renews ? prolong : subscribe;
        auto subscription = give(draft, act, *request, *std::move(grant), narrowing);
        if (!subscription) return refuse(subscription.error());
        request->subscription = subscription->id;
        requested.subscription = *std::move(subscription);
    }
    draft.put(*request);
    draft.names(word_of(verb), to_string(id));
    requested.request = *std::move(request);
    return requested;
}

RequestText text_of(const AccessRequest& request)
{
    RequestText text{.kind = request.kind,
                     .target = request.target,
                     .start = request.start,
                     .purpose = request.purpose,
                     .duration_d = request.duration_d};
    if (const auto& terms = request.terms) text.terms = ShownTerms{terms->version, terms->sha256};
    return text;
}

Outcome<AccessRequest> edit_request(Draft& draft,
                                    const Act& act,
                                    RequestId id,
                                    const RequestText& input)
{
    auto request = draft.find<AccessRequest>(id);
    if (!request || !has_side(act, *request)) return refuse(RefusalCode::not_found, to_string(id));
    if (!as_to(act, *request).contains(Actor::consumer)) {
        return refuse(RefusalCode::right_missing, "only its consumer changes a request");
    }
    const bool waits =
        request->state == RequestState::changes_requested && request->expires_at > draft.now();
    if (!waits || request->renews) return refuse(not_to_edit(*request));
    const auto before = text_of(*request);
    if (input == before) return *std::move(request);
    request->kind = input.kind;
    request->target = input.target;
    request->start = input.start;
    request->purpose = input.purpose;
    request->duration_d = input.duration_d;
    const auto grant = grant_for(draft, *request);
    if (!grant) return refuse(grant.error());
    if (input.terms != before.terms) {
        auto terms = accept_terms(draft, act, grant->offer, input.terms);
        if (!terms) return refuse(terms.error());
        request->terms = *std::move(terms);
    }
    draft.put(*request);
    draft.names("edit", to_string(id));
    return *std::move(request);
}

}  // namespace strait::catalog
