#include "catalog/commands/departures.hpp"

#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <utility>

namespace strait::catalog {

namespace {

bool lasts(const AccessRequest& request) { return is_open(request.state); }
bool lasts(const Subscription& subscription) { return is_live(subscription.state); }

// Of those that the keys lead to, what has not ended.
template <AnyRecord T>
std::vector<T> lasting(Draft& draft, Family family, std::string_view prefix)
{
    auto all = draft.all_below<T>(family, prefix);
    std::erase_if(all, [](const T& each) { return !lasts(each); });
    return all;
}

template <AnyRecord T>
std::vector<T> lasting(Draft& draft, OrganisationId organisation)
{
    return lasting<T>(draft, Family::by_organisation, organisation_key(organisation, T::noun));
}

template <AnyRecord T>
std::vector<T> lasting(Draft& draft, ApplicationId application)
{
    return lasting<T>(draft, Family::index, reference_key(application.bits, T::noun));
}

// A request whose time is over, or that was decided too often, can only expire.
bool can_be_withdrawn(const Draft& draft, const AccessRequest& request)
{
    return request.expires_at > draft.now() && request.decisions.size() < decisions_max;
}

}  // namespace

Outcome<void> end_access_of(Draft& draft, const Act& act, ApplicationId application)
{
    const auto system = act.as_system();
    for (const auto& each : lasting<AccessRequest>(draft, application)) {
        const bool withdrawn = can_be_withdrawn(draft, each);
        const auto ended = decide_request(draft,
                                          withdrawn ? act : system,
                                          each.id,
                                          withdrawn ? Verb::withdraw : Verb::expire,
                                          "its application was removed");
        if (!ended) return refuse(ended.error());
    }
    for (const auto& each : lasting<Subscription>(draft, application)) {
        const auto ended = end_subscription(draft, act, each.id, Verb::cancel);
        if (!ended) return refuse(ended.error());
    }
    return {};
}

Outcome<void> end_access_of(Draft& draft, const Act& act, OrganisationId organisation)
{
    const auto system = act.as_system();
    for (const auto& each : lasting<AccessRequest>(draft, organisation)) {
        const auto ended =
            decide_request(draft, system, each.id, Verb::expire, "an organisation was closed");
        if (!ended) return refuse(ended.error());
    }
    for (const auto& each : lasting<Subscription>(draft, organisation)) {
        const auto ended = end_subscription(draft, system, each.id, Verb::revoke);
        if (!ended) return refuse(ended.error());
    }
    return {};
}

std::vector<std::string> access_of(Draft& draft, OrganisationId organisation, std::size_t count_max)
{
    std::vector<std::string> names;
    for (const auto& each : lasting<Subscription>(draft, organisation)) {
        if (names.size() < count_max) names.push_back(to_string(each.id));
    }
    for (const auto& each : lasting<AccessRequest>(draft, organisation)) {
        if (names.size() < count_max) names.push_back(to_string(each.id));
    }
    return names;
}

Outcome<void> hold_access_of(Draft& draft, const Act& act, OrganisationId organisation, bool holds)
{
    const auto system = act.as_system();
    for (const auto& each : lasting<Subscription>(draft, organisation)) {
        const auto other_id = each.provider == organisation ? each.organisation : each.provider;
        const auto other = draft.find<Organisation>(other_id);
        if (!holds && other && other->state == OrganisationState::suspended) continue;
        const auto held =
            hold_for_cause(draft, system, each.id, HoldCause::organisation_suspended, holds);
        if (!held) return refuse(held.error());
    }
    return {};
}

}  // namespace strait::catalog
