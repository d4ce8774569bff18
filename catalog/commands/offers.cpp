#include "catalog/commands/offers.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/networks.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/publish_checks.hpp"
#include "catalog/records/visibility.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

bool is_mirror(DeliveryKind kind) { return kind == DeliveryKind::kafka_mirror; }

void check_plan(const Plan& plan, Problems& problems)
{
    check_choice("/plan/kinds", plan.kinds, problems);
    check_choice("/plan/rights", plan.rights, problems);
    if (plan.max_duration_d == 0 || plan.max_duration_d > duration_d_max) {
        reject(problems, "/plan/max_duration_d", "1 to 1095");
    }
    for (const auto limit : {plan.quota.records_s, plan.quota.bytes_s, plan.quota.connections}) {
        if (limit < 0) reject(problems, "/plan/quota", "0 for no limit, or more");
    }
    if (plan.quota.connections > 0 && std::ranges::all_of(plan.kinds, is_mirror)) {
        reject(problems,
               "/plan/quota/connections",
               "limits kinds over HTTP, of which the plan has none: leave it out");
    }
}

// `kinds` are those of the plan: what one of them cannot be held to is refused, not ignored.
void check_policy(const Policy& policy, const std::vector<DeliveryKind>& kinds, Problems& problems)
{
    check_count("/policy/organisations", policy.organisations.size(), audience_max, problems);
    check_count("/policy/purposes", policy.purposes.size(), purposes_max, problems);
    for (const auto& code : policy.purposes) {
        check_text("/policy/purposes", code, purpose_size_max, problems);
    }
    if (!policy.allow_ips.empty() && std::ranges::any_of(kinds, is_mirror)) {
        reject(problems,
               "/policy/allow_ips",
               "a kafka_mirror comes from no address: make an offer of its own for other kinds");
    }
}

// With networks in their canonical form.
OfferDraft checked(OfferDraft input, Problems& problems)
{
    if (input.versions == SemverRange{}) reject(problems, "/versions", "1.0.0, or ^1.0.0");
    check_plan(input.plan, problems);
    check_policy(input.policy, input.plan.kinds, problems);
    auto& networks = input.policy.allow_ips;
    networks = read_networks("/policy/allow_ips", networks, problems, policy_ips_max);
    return input;
}

// `policy` names the organisations that it is for; none is all.
bool invites(const Policy& policy, OrganisationId organisation)
{
    const auto& named = policy.organisations;
    return named.empty() || std::ranges::find(named, organisation) != named.end();
}

void check_terms(const NewTerms& terms, Problems& problems)
{
    check_text("/terms/title", terms.title, title_size_max, problems);
    if (terms.text.empty()) reject(problems, "/terms/text", "terms have a text");
    check_lines("/terms/text", terms.text, terms_size_max, problems);
}

void append_terms(Draft& draft, Offer& offer, const NewTerms& input)
{
    offer.terms.push_back({.version = static_cast<std::uint32_t>(offer.terms.size() + 1),
                           .title = input.title,
                           .sha256 = draft.put_text(input.text),
                           .accept_by = input.accept_by});
}

}  // namespace

Outcome<Offer> create_offer(Draft& draft, const Act& act, const NewOffer& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (!find_of<DataProduct>(draft, organisation, input.product)) {
        return refuse(RefusalCode::not_found, to_string(input.product));
    }
    if (const auto may = check_provider(act, organisation); !may) return refuse(may.error());
    Problems problems;
    check_name("/name", input.name, problems);
    auto conditions = checked({input.versions, input.plan, input.policy}, problems);
    if (const auto& terms = input.terms) check_terms(*terms, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (const auto free = check_free(draft, organisation, Noun::offer, input.name); !free) {
        return refuse(free.error());
    }
    Offer offer;
    begin(offer, draft, act, organisation);
    offer.name = input.name;
    offer.product = input.product;
    offer.versions = conditions.versions;
    offer.plan = std::move(conditions.plan);
    offer.policy = std::move(conditions.policy);
    if (const auto& terms = input.terms) append_terms(draft, offer, *terms);
    draft.put(offer);
    draft.names("create", to_string(offer.id));
    return offer;
}

Outcome<Offer> edit_offer(Draft& draft, const Act& act, OfferId id, const OfferDraft& input)
{
    auto offer = find_own<Offer>(draft, act, id);
    if (!offer) return offer;
    if (const auto may = check_provider(act, offer->organisation); !may) return refuse(may.error());
    Problems problems;
    auto [versions, plan, policy] = checked(input, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    const auto before = *offer;
    plan.unknown = offer->plan.unknown;
    plan.quota.unknown = offer->plan.quota.unknown;
    policy.unknown = offer->policy.unknown;
    offer->versions = versions;
    offer->plan = std::move(plan);
    offer->policy = std::move(policy);
    if (*offer == before) return offer;
    if (before.state != OfferState::staging) {
        return refuse(RefusalCode::version_immutable,
                      before.name + " is " + to_string(before.state) + ": make a new offer");
    }
    draft.put(*offer);
    draft.names("edit", to_string(id));
    return offer;
}

Outcome<Offer> add_terms(Draft& draft, const Act& act, OfferId id, const NewTerms& input)
{
    auto offer = find_own<Offer>(draft, act, id);
    if (!offer) return offer;
    if (const auto may = check_provider(act, offer->organisation); !may) return refuse(may.error());
    if (offer->state == OfferState::closed) {
        return refuse(RefusalCode::offer_not_open, offer->name + " is closed");
    }
    Problems problems;
    check_terms(input, problems);
    const Timestamp soonest{draft.now().unix_ms + accept_after_min.count()};
    if (offer->state == OfferState::published && input.accept_by.value_or(Timestamp{}) < soonest) {
        reject(problems, "/terms/accept_by", "at least 14 days from now");
    }
    check_count("/terms", offer->terms.size() + 1, terms_versions_max, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    append_terms(draft, *offer, input);
    draft.put(*offer);
    draft.names("add-terms", to_string(id));
    return offer;
}

Outcome<Offer> change_offer(Draft& draft, const Act& act, OfferId id, Verb verb)
{
    auto offer = find_own<Offer>(draft, act, id);
    if (!offer) return offer;
    const auto changed =
        change_state(*offer, verb, act.actors(offer->organisation, Scope::products_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return offer;
    draft.put(*offer);
    draft.names(word_of(verb), to_string(id));
    return offer;
}

bool sees(Draft& draft, const Offer& offer, OrganisationId organisation)
{
    if (offer.organisation == organisation) return true;
    const auto product = draft.find<DataProduct>(offer.product);
    const auto provider = draft.find<Organisation>(offer.organisation);
    return product && provider && visible_to(*product, provider->state, organisation) &&
           invites(offer.policy, organisation) && offer.state != OfferState::staging;
}

bool takes_requests(const Offer& offer, const Organisation& provider, OrganisationId organisation)
{
    return provider.state == OrganisationState::active && invites(offer.policy, organisation) &&
           offer.state == OfferState::published;
}

Outcome<void> check_open(Draft& draft, const Offer& offer, OrganisationId organisation)
{
    if (!sees(draft, offer, organisation)) {
        return refuse(RefusalCode::not_found, to_string(offer.id));
    }
    const auto provider = draft.find<Organisation>(offer.organisation);
    if (provider && takes_requests(offer, *provider, organisation)) return {};
    return refuse(RefusalCode::offer_not_open, offer.name + " takes no requests");
}

std::optional<ProductVersion> find_offered(Draft& draft, const Offer& offer)
{
    auto versions = versions_of(draft, offer.product);
    const auto newest =
        std::ranges::find_if(versions.rbegin(), versions.rend(), [&](const auto& each) {
            return each.state == VersionState::published && offer.versions.contains(each.version);
        });
    if (newest == versions.rend()) return std::nullopt;
    return std::move(*newest);
}

}  // namespace strait::catalog
