#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/lifecycle.hpp"
#include "catalog/records/organisation.hpp"
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

// Who acts, as what, and with which secrets.
struct Act {
    Principal actor;
    std::optional<OrganisationId> organisation;  // on whose behalf
    std::vector<Role> roles;                     // there
    Entropy entropy;
    Secret pepper;  // of the hashes of keys

    // As what it may change a record of `owner`. The host is the operator.
    [[nodiscard]] Actors actors(OrganisationId owner) const;
};

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
// took effect before: then nothing is left to do, whoever asks.
template <AnyRecord T>
Outcome<bool> change_state(T& record, Verb verb, Actors as)
{
    const auto* const step = find_transition(record.state, verb);
    if (step == nullptr) {
        if (took_effect(record.state, verb)) return false;
        return refuse(illegal_transition(
            prefix_of(T::noun), to_string(record.state), verb, allowed_verbs(record.state)));
    }
    if (!step->by.intersects(as)) {
        return refuse(RefusalCode::right_missing, word_of(verb) + ": not with these roles");
    }
    record.state = step->to;
    return true;
}

}  // namespace strait::catalog
