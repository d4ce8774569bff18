#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/lifecycle.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/secret.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::catalog {

// Fills the span with bytes that nobody can guess.
using Entropy = std::function<void(std::span<std::uint8_t>)>;

Entropy system_entropy();

// Who acts, as what, and with which secrets. Host and system show no key: they have all scopes.
struct Act {
    Principal actor;
    std::optional<OrganisationId> organisation{};  // on whose behalf
    std::vector<Role> roles{};                     // there
    std::vector<Scope> scopes{};                   // of the key that was shown,
    std::optional<CredentialId> credential{};      // and which it is
    Entropy entropy;
    Secret pepper;  // the catalog's key: of the hashes of keys, and of what is sealed

    // As what it may change a record of `owner`, by a command that needs this scope: role and
    // scope and side, or nothing. The host is the operator.
    [[nodiscard]] Actors actors(OrganisationId owner, Scope scope) const;

    [[nodiscard]] bool has(Scope scope) const;

    // Whether it has at least these roles there. An org_admin has all but the operator's.
    [[nodiscard]] bool covers(const std::vector<Role>& others) const;

    // The same caller's command, as the exchange itself goes on with it.
    [[nodiscard]] Act as_system() const;
};

// Whether it may know of a record of `owner`: for everybody else there is none.
bool concerns(const Act& act, OrganisationId owner, Scope scope);

template <Noun N>
Id<N> make_id(const Act& act, Timestamp now)
{
    std::array<std::uint8_t, random_id_bytes> random{};
    act.entropy(random);
    return {make_id(now.unix_ms, random)};
}

// Fills in what every record begins with.
template <AnyRecord T>
void begin(T& record, const Draft& draft, const Act& act, OrganisationId organisation)
{
    record.id = make_id<T::noun>(act, draft.now());
    record.organisation = organisation;
    record.created_at = draft.now();
    record.created_by = act.actor;
}

Refusal illegal_transition(std::string_view noun,
                           std::string_view state,
                           Verb verb,
                           const std::vector<Verb>& allowed);

// Moves the record to where the verb leads, if it may be said by one of these. False if the verb
// took effect before, and one of these may say it at all: then nothing is left to do.
template <AnyRecord T>
Outcome<bool> change_state(T& record, Verb verb, Actors as)
{
    const auto missing = [&] {
        return refuse(RefusalCode::right_missing,
                      word_of(verb) + ": not with these roles and scopes");
    };
    const auto* const step = find_transition(record.state, verb);
    if (step == nullptr) {
        if (!who_may<typename T::State>(verb).intersects(as)) return missing();
        if (took_effect(record.state, verb)) return false;
        return refuse(illegal_transition(
            prefix_of(T::noun), to_string(record.state), verb, allowed_verbs(record.state)));
    }
    if (!step->by.intersects(as)) return missing();
    record.state = step->to;
    return true;
}

}  // namespace strait::catalog
