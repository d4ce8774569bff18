#include "catalog/commands/requests.hpp"

#include "catalog/audit/sha256.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/offers.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

Outcome<std::optional<AcceptedTerms>> accept_terms(Draft& draft,
                                                   const Act& act,
                                                   const Offer& offer,
                                                   const NewRequest& input)
{
    if (offer.terms.empty()) return std::optional<AcceptedTerms>{};
    const auto& current = offer.terms.back();
    if (!input.terms) {
        return refuse(RefusalCode::terms_required,
                      "this offer has terms: read version " + std::to_string(current.version) +
                          ", and name it with its sha256");
    }
    if (input.terms->version != current.version || input.terms->sha256 != current.sha256) {
        return refuse(Refusal{.code = RefusalCode::terms_outdated,
                              .detail = "the terms have changed: read the current version",
                              .named = {std::to_string(current.version)}});
    }
    const auto consumer = draft.find<Organisation>(act.organisation.value_or(whole_exchange));
    const bool may = consumer && std::ranges::any_of(act.roles, [&](Role role) {
                         const auto& acceptors = consumer->settings.terms_acceptors;
                         return std::ranges::find(acceptors, role) != acceptors.end();
                     });
    if (!may) return refuse(RefusalCode::right_missing, "your roles may not accept terms");
    return std::optional{AcceptedTerms{.version = current.version,
                                       .sha256 = current.sha256,
                                       .accepted_by = act.actor,
                                       .accepted_at = draft.now()}};
}

Outcome<void> check_first(Draft& draft, ApplicationId application, OfferId offer)
{
    const auto key = [&](Noun noun) { return access_key(application, offer, noun); };
    if (draft.has(Family::index, key(Noun::request))) {
        return refuse(RefusalCode::request_open,
                      "this application has an open request on the offer: withdraw it first");
    }
    if (draft.has(Family::index, key(Noun::agreement))) {
        return refuse(RefusalCode::in_use,
                      "this application has a live subscription to the offer: cancel it first");
    }
    return {};
}

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

// 0 is no limit.
bool narrows(std::int64_t limit, std::int64_t planned)
{
    return planned == 0 ? limit >= 0 : limit > 0 && limit <= planned;
}

Outcome<void> check_narrowing(const Narrowing& narrowing, const Plan& plan, Agreement& agreement)
{
    Problems problems;
    if (const auto& ends_at = narrowing.ends_at) {
        if (*ends_at <= agreement.starts_at || *ends_at > agreement.ends_at) {
            reject(problems, "/ends_at", "a time to come, and not after what was asked for");
        }
        agreement.ends_at = *ends_at;
    }
    if (const auto& quota = narrowing.quota) {
        if (!narrows(quota->records_s, plan.quota.records_s) ||
            !narrows(quota->bytes_s, plan.quota.bytes_s) ||
            !narrows(quota->connections, plan.quota.connections)) {
            reject(problems, "/quota", "not more than the plan of the offer has");
        }
        agreement.plan.quota = *quota;
    }
    if (!problems.empty()) return refuse(invalid(problems));
    return {};
}

// By the exchange: both sides have said their part before. Of the organisations that the policy
// names it has only the one that it is with.
Outcome<Agreement> agree(Draft& draft,
                         const Act& system,
                         const AccessRequest& request,
                         const Grant& grant,
                         const Narrowing& narrowing)
{
    Agreement agreement;
    begin(agreement, draft, system, request.organisation);
    agreement.provider = request.provider;
    agreement.application = request.application;
    agreement.request = request.id;
    agreement.offer = request.offer;
    agreement.plan = grant.offer.plan;
    agreement.policy = grant.offer.policy;
    agreement.policy.organisations = {request.organisation};
    if (const auto& terms = request.terms) {
        agreement.terms = AgreedTerms{
            .version = terms->version, .sha256 = terms->sha256, .accepted_at = terms->accepted_at};
    }
    for (const auto& port : grant.ports) {
        if (const auto& contract = port.contract) agreement.contracts.push_back(*contract);
    }
    agreement.starts_at = draft.now();
    agreement.ends_at = {draft.now().unix_ms +
                         std::chrono::milliseconds{std::chrono::days{request.duration_d}}.count()};
    if (const auto fits = check_narrowing(narrowing, grant.offer.plan, agreement); !fits) {
        return refuse(fits.error());
    }
    agreement.digest = digest_of(agreement);
    draft.put(agreement);
    return agreement;
}

Outcome<Subscription> subscribe(Draft& draft,
                                const Act& act,
                                const AccessRequest& request,
                                Grant grant,
                                const Narrowing& narrowing)
{
    const auto system = act.as_system();
    const auto agreement = agree(draft, system, request, grant, narrowing);
    if (!agreement) return refuse(agreement.error());
    Subscription subscription;
    begin(subscription, draft, system, request.organisation);
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

bool has_side(const Act& act, const AccessRequest& request)
{
    return act.actor.kind == Principal::Kind::system || act.organisation == request.provider ||
           act.organisation == request.organisation;
}

}  // namespace

std::string digest_of(const Agreement& agreement)
{
    auto body = to_json(agreement, Purpose::shown).as_object();
    for (const auto* const member :
         {"state", "labels", "revision", "created_by", "updated_at", "digest"}) {
        body.stable_erase(member);
    }
    return hex_of(sha256(boost::json::serialize(body)));
}

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
    auto terms = accept_terms(draft, act, *offer, input);
    if (!terms) return refuse(terms.error());
    request.terms = *std::move(terms);
    if (const auto first = check_first(draft, input.application, input.offer); !first)
        return refuse(first.error());
    begin(request, draft, act, consumer);
    request.expires_at = {draft.now().unix_ms + request_life.count()};
    draft.put(request);
    Requested requested{.request = request};
    if (offer->plan.approval == Approval::auto_) {
        auto decided =
            decide_request(draft, act.as_system(), request.id, Verb::approve, "by the offer");
        if (!decided) return decided;
        requested = *std::move(decided);
    }
    draft.names("request", to_string(request.id));
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
        auto subscription = subscribe(draft, act, *request, *std::move(grant), narrowing);
        if (!subscription) return refuse(subscription.error());
        request->subscription = subscription->id;
        requested.subscription = *std::move(subscription);
    }
    draft.put(*request);
    draft.names(word_of(verb), to_string(id));
    requested.request = *std::move(request);
    return requested;
}

}  // namespace strait::catalog
