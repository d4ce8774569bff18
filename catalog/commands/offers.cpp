#include "catalog/commands/offers.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/publish_checks.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

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
}

void check_policy(const Policy& policy, Problems& problems)
{
    check_count("/policy/organisations", policy.organisations.size(), audience_max, problems);
    check_count("/policy/purposes", policy.purposes.size(), purposes_max, problems);
    for (const auto& code : policy.purposes) {
        check_text("/policy/purposes", code, purpose_size_max, problems);
    }
    check_count("/policy/allow_ips", policy.allow_ips.size(), policy_ips_max, problems);
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
    check_plan(input.plan, problems);
    check_policy(input.policy, problems);
    if (const auto& terms = input.terms) check_terms(*terms, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (const auto free = check_free(draft, organisation, Noun::offer, input.name); !free) {
        return refuse(free.error());
    }
    Offer offer;
    begin(offer, draft, act, organisation);
    offer.name = input.name;
    offer.product = input.product;
    offer.versions = input.versions;
    offer.plan = input.plan;
    offer.policy = input.policy;
    if (const auto& terms = input.terms) append_terms(draft, offer, *terms);
    draft.put(offer);
    draft.names("create", to_string(offer.id));
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

Outcome<void> check_open(Draft& draft, const Offer& offer, OrganisationId organisation)
{
    const auto product = draft.find<DataProduct>(offer.product);
    const auto& named = offer.policy.organisations;
    const bool invited = named.empty() || std::ranges::find(named, organisation) != named.end();
    const bool seen =
        offer.organisation == organisation || (invited && offer.state != OfferState::staging);
    if (!product || !visible_to(*product, organisation) || !seen) {
        return refuse(RefusalCode::not_found, to_string(offer.id));
    }
    const auto provider = draft.find<Organisation>(offer.organisation);
    const bool open = provider && provider->state == OrganisationState::active && invited &&
                      offer.state == OfferState::published;
    if (open) return {};
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
