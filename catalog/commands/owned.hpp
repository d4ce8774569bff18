#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <optional>
#include <string>
#include <utility>

// What the commands on the records of an organisation begin with.
namespace strait::catalog {

// Empty for another organisation's, as for one that is not there.
template <AnyRecord T>
std::optional<T> find_of(Draft& draft, OrganisationId organisation, Id<T::noun> id)
{
    auto record = draft.find<T>(id);
    if (record && record->organisation != organisation) return std::nullopt;
    return record;
}

// The same for whoever acts: RefusalCode::not_found, in the same words. The system finds all.
template <AnyRecord T>
Outcome<T> find_own(Draft& draft, const Act& act, Id<T::noun> id)
{
    auto record = draft.find<T>(id);
    const bool system = act.actor.kind == Principal::Kind::system;
    if (!record || (!system && record->organisation != act.organisation)) {
        return refuse(RefusalCode::not_found, to_string(id));
    }
    return *std::move(record);
}

// As whom a command may be said, with a key of this scope. `who` for those that may not: "an
// org_admin".
inline Outcome<void> check_actor(
    const Act& act, OrganisationId organisation, Scope scope, Actors allowed, std::string_view who)
{
    if (allowed.intersects(act.actors(organisation, scope))) return {};
    return refuse(RefusalCode::right_missing, "only " + std::string{who} + " does this");
}

inline Outcome<void> check_provider(const Act& act, OrganisationId organisation)
{
    return check_actor(act,
                       organisation,
                       Scope::products_write,
                       Actors{Actor::provider, Actor::system},
                       "a product_owner or an org_admin");
}

// Names are never used again, whatever became of the record.
inline Outcome<void> check_free(Draft& draft,
                                OrganisationId organisation,
                                Noun noun,
                                const std::string& name)
{
    if (!draft.has(Family::index, name_key(organisation, noun, name))) return {};
    return refuse(RefusalCode::name_taken, "the name " + name + " is taken");
}

}  // namespace strait::catalog
