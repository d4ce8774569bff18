#include "catalog/commands/requests.hpp"

#include "catalog/audit/sha256.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/offers.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::size_t open_max = 1'000;  // of one offer

template <class T>
bool contains(const std::vector<T>& all, const T& one)
{
    return std::ranges::find(all, one) != all.end();
}

Outcome<void> check_plan(const Offer& offer, const NewRequest& input)
{
    Problems problems;
    if (!contains(offer.plan.kinds, input.kind)) {
        reject(problems, "/kind", to_string(input.kind) + " is not in the plan of the offer");
    }
    if (input.duration_d == 0 || input.duration_d > offer.plan.max_duration_d) {
        reject(problems, "/duration_d", "1 to " + std::to_string(offer.plan.max_duration_d));
    }
    const auto& purposes = offer.policy.purposes;
    if (!purposes.empty() && !contains(purposes, input.purpose.code)) {
        reject(problems, "/purpose/code", "none of those that the offer is for");
    }
    if (input.purpose.text.size() > reason_size_max)
        reject(problems, "/purpose/text", "at most 1000");
    const bool mirror = input.kind == DeliveryKind::kafka_mirror;
    if (mirror && !input.target.cluster)
        reject(problems, "/target/cluster", "needed for kafka_mirror");
    if (!problems.empty()) return refuse(invalid(problems));
    return {};
}

Outcome<void> check_target(Draft& draft, OrganisationId consumer, const NewRequest& input)
{
    const auto application = draft.find<Application>(input.application);
    const bool active = application && application->organisation == consumer &&
                        application->state == ApplicationState::active;
    if (!active) return refuse(RefusalCode::not_found, to_string(input.application));
    const auto& cluster_id = input.target.cluster;
    if (!cluster_id) return {};
    const auto cluster = draft.find<Cluster>(*cluster_id);
    if (!cluster || cluster->organisation != consumer || cluster->state == ClusterState::deleted) {
        return refuse(RefusalCode::not_found, to_string(*cluster_id));
    }
    return {};
}

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
                         return contains(consumer->settings.terms_acceptors, role);
                     });
    if (!may) return refuse(RefusalCode::right_missing, "your roles may not accept terms");
    return std::optional{AcceptedTerms{.version = current.version,
                                       .sha256 = current.sha256,
                                       .accepted_by = act.actor,
                                       .accepted_at = draft.now()}};
}

bool has_open_request(Draft& draft, const NewRequest& input)
{
    const auto all = draft.all_below<AccessRequest>(
        Family::index, reference_key(input.offer.bits, Noun::request), open_max);
    return std::ranges::any_of(all, [&](const AccessRequest& each) {
        const bool open =
            each.state == RequestState::submitted || each.state == RequestState::changes_requested;
        return open && each.application == input.application;
    });
}

Agreement agree(Draft& draft,
                const Act& act,
                const AccessRequest& request,
                const Offer& offer,
                const ProductVersion& version)
{
    Agreement agreement;
    begin(agreement, draft, act, request.organisation);
    agreement.provider = request.provider;
    agreement.application = request.application;
    agreement.request = request.id;
    agreement.offer = offer.id;
    agreement.plan = offer.plan;
    agreement.policy = offer.policy;
    if (const auto& terms = request.terms) {
        agreement.terms = AgreedTerms{
            .version = terms->version, .sha256 = terms->sha256, .accepted_at = terms->accepted_at};
    }
    for (const auto& port : version.ports) {
        if (const auto& contract = port.contract) agreement.contracts.push_back(*contract);
    }
    agreement.starts_at = draft.now();
    agreement.ends_at = {draft.now().unix_ms +
                         std::chrono::milliseconds{std::chrono::days{request.duration_d}}.count()};
    agreement.digest = digest_of(agreement);
    draft.put(agreement);
    return agreement;
}

Outcome<Subscription> subscribe(Draft& draft, const Act& act, const AccessRequest& request)
{
    const auto offer = draft.find<Offer>(request.offer);
    if (!offer) return refuse(RefusalCode::not_found, to_string(request.offer));
    const auto version = find_offered(draft, *offer);
    if (!version) {
        return refuse(RefusalCode::offer_not_open,
                      "no version of the product is published that this offer is of");
    }
    const auto agreement = agree(draft, act, request, *offer, *version);
    Subscription subscription;
    begin(subscription, draft, act, request.organisation);
    subscription.provider = request.provider;
    subscription.agreement = agreement.id;
    subscription.application = request.application;
    subscription.product = offer->product;
    subscription.version = version->id;
    for (const auto& port : version->ports) {
        if (contains(port.kinds, request.kind)) subscription.ports.push_back(port);
    }
    subscription.rights = offer->plan.rights;
    subscription.kind = request.kind;
    subscription.target = request.target;
    subscription.start = request.start;
    subscription.ends_at = agreement.ends_at;
    draft.put(subscription);
    return subscription;
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
    for (const auto* const changing : {"state", "labels", "revision", "updated_at", "digest"}) {
        body.erase(changing);
    }
    return hex_of(sha256(boost::json::serialize(body)));
}

Outcome<Requested> request_access(Draft& draft, const Act& act, const NewRequest& input)
{
    const auto consumer = act.organisation.value_or(whole_exchange);
    const auto offer = draft.find<Offer>(input.offer);
    if (!offer || !open_to(draft, *offer, consumer)) {
        return refuse(RefusalCode::not_found, to_string(input.offer));
    }
    if (!act.actors(consumer, Scope::apps_write).contains(Actor::consumer)) {
        return refuse(RefusalCode::right_missing, "only a developer or an org_admin does this");
    }
    if (const auto fits = check_plan(*offer, input); !fits) return refuse(fits.error());
    if (const auto there = check_target(draft, consumer, input); !there)
        return refuse(there.error());
    auto terms = accept_terms(draft, act, *offer, input);
    if (!terms) return refuse(terms.error());
    if (has_open_request(draft, input)) {
        return refuse(RefusalCode::request_open,
                      "this application has an open request on the offer: withdraw it first");
    }
    AccessRequest request;
    begin(request, draft, act, consumer);
    request.provider = offer->organisation;
    request.offer = input.offer;
    request.application = input.application;
    request.kind = input.kind;
    request.target = input.target;
    request.start = input.start;
    request.purpose = input.purpose;
    request.duration_d = input.duration_d;
    request.terms = *std::move(terms);
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

Outcome<Requested> decide_request(
    Draft& draft, const Act& act, RequestId id, Verb verb, const std::string& reason)
{
    auto request = draft.find<AccessRequest>(id);
    if (!request || !has_side(act, *request)) return refuse(RefusalCode::not_found, to_string(id));
    if (reason.size() > reason_size_max) {
        Problems problems;
        reject(problems, "/reason", "at most 1000");
        return refuse(invalid(problems));
    }
    const auto changed = change_state(*request, verb, as_to(act, *request));
    if (!changed) return refuse(changed.error());
    if (!*changed) {
        const auto& made = request->subscription;
        auto subscription = made ? draft.find<Subscription>(*made) : std::nullopt;
        return Requested{.request = *std::move(request), .subscription = std::move(subscription)};
    }
    request->decisions.push_back(
        {.verb = verb, .by = act.actor, .at = draft.now(), .reason = reason});
    Requested requested;
    if (verb == Verb::approve) {
        auto subscription = subscribe(draft, act, *request);
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
