#include "catalog/commands/agreements.hpp"

#include "catalog/audit/sha256.hpp"
#include "catalog/commands/limits.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace strait::catalog {

namespace {

// 0 is no limit.
bool narrows(std::int64_t limit, std::int64_t planned)
{
    return planned == 0 ? limit >= 0 : limit > 0 && limit <= planned;
}

// An agreement ends after `earliest`: what is renewed does not end sooner for it.
Outcome<void> narrow(Agreement& agreement, const Narrowing& narrowing, Timestamp earliest)
{
    Problems problems;
    if (const auto& ends_at = narrowing.ends_at) {
        if (*ends_at <= earliest || *ends_at > agreement.ends_at) {
            reject(problems,
                   "/ends_at",
                   "after " + written(earliest) + ", and not after what was asked for");
        }
        agreement.ends_at = *ends_at;
    }
    if (const auto& quota = narrowing.quota) {
        const auto& planned = agreement.plan.quota;
        if (!narrows(quota->records_s, planned.records_s) ||
            !narrows(quota->bytes_s, planned.bytes_s) ||
            !narrows(quota->connections, planned.connections)) {
            reject(problems, "/quota", "not more than the plan of the offer has");
        }
        agreement.plan.quota = *quota;
    }
    if (!problems.empty()) return refuse(invalid(problems));
    return {};
}

Timestamp after_days(Timestamp from, std::uint32_t days)
{
    return {from.unix_ms + std::chrono::milliseconds{std::chrono::days{days}}.count()};
}

std::optional<AgreedTerms> agreed(const std::optional<AcceptedTerms>& terms)
{
    if (!terms) return std::nullopt;
    return AgreedTerms{
        .version = terms->version, .sha256 = terms->sha256, .accepted_at = terms->accepted_at};
}

// By the exchange: both sides have said their part before. Of the organisations that the policy
// names it has only the one that it is with.
Agreement begun(Draft& draft, const Act& act, const AccessRequest& request, const Grant& grant)
{
    Agreement agreement;
    begin(agreement, draft, act.as_system(), request.organisation);
    agreement.provider = request.provider;
    agreement.application = request.application;
    agreement.request = request.id;
    agreement.offer = request.offer;
    agreement.plan = grant.offer.plan;
    agreement.policy = grant.offer.policy;
    agreement.policy.organisations = {request.organisation};
    agreement.terms = agreed(request.terms);
    for (const auto& port : grant.ports) {
        if (const auto& contract = port.contract) agreement.contracts.push_back(*contract);
    }
    agreement.starts_at = draft.now();
    return agreement;
}

// One of them is active at a time: the index of who has access to what holds no other.
void supersede(Draft& draft, Agreement before)
{
    before.state = AgreementState::superseded;
    draft.put(before);
}

void seal(Draft& draft, Agreement& agreement)
{
    agreement.digest = digest_of(agreement);
    draft.put(agreement);
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

Outcome<std::optional<AcceptedTerms>> accept_terms(Draft& draft,
                                                   const Act& act,
                                                   const Offer& offer,
                                                   const std::optional<ShownTerms>& terms)
{
    if (offer.terms.empty()) return std::optional<AcceptedTerms>{};
    const auto& current = offer.terms.back();
    if (!terms) {
        return refuse(RefusalCode::terms_required,
                      "this offer has terms: read version " + std::to_string(current.version) +
                          ", and name it with its sha256");
    }
    if (terms->version != current.version || terms->sha256 != current.sha256) {
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

Outcome<Agreement> agree(Draft& draft,
                         const Act& act,
                         const AccessRequest& request,
                         const Grant& grant,
                         const Narrowing& narrowing)
{
    auto agreement = begun(draft, act, request, grant);
    agreement.ends_at = after_days(agreement.starts_at, request.duration_d);
    const auto fits = narrow(agreement, narrowing, agreement.starts_at);
    if (!fits) return refuse(fits.error());
    seal(draft, agreement);
    return agreement;
}

Outcome<Agreement> agree_again(Draft& draft,
                               const Act& act,
                               const AccessRequest& request,
                               const Grant& grant,
                               const Narrowing& narrowing,
                               Agreement before)
{
    auto agreement = begun(draft, act, request, grant);
    agreement.ends_at = after_days(before.ends_at, request.duration_d);
    agreement.supersedes = before.id;
    const auto fits = narrow(agreement, narrowing, before.ends_at);
    if (!fits) return refuse(fits.error());
    supersede(draft, std::move(before));
    seal(draft, agreement);
    return agreement;
}

Agreement agree_under(Draft& draft,
                      const Act& act,
                      Agreement before,
                      const std::optional<AcceptedTerms>& terms)
{
    auto agreement = before;
    begin(agreement, draft, act.as_system(), before.organisation);
    agreement.terms = agreed(terms);
    agreement.starts_at = draft.now();
    agreement.supersedes = before.id;
    supersede(draft, std::move(before));
    seal(draft, agreement);
    return agreement;
}

}  // namespace strait::catalog
