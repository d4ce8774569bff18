#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// The keys that people and programs show (catalog.md 6). Each of these is one command: it reads and
// changes the draft alone.
namespace strait::catalog {

inline constexpr std::chrono::milliseconds key_life = std::chrono::days{90};
inline constexpr std::chrono::milliseconds key_life_max = std::chrono::days{365};
inline constexpr std::chrono::milliseconds overlap_max = std::chrono::days{7};
inline constexpr std::size_t live_keys_max = 20;  // of one principal

struct NewKey {
    Principal principal;
    std::vector<Scope> scopes;
    std::vector<std::string> allow_ips{};
    std::optional<Timestamp> expires_at{};  // absent: after key_life
};

struct IssuedKey {
    Credential credential;
    Secret text;  // shown once
};

std::vector<Scope> all_scopes();

// For a principal of the caller's organisation: its own, an application's by whoever has the rights
// of a developer, anybody's by an admin. RefusalCode::key_too_long_lived beyond key_life_max.
Outcome<IssuedKey> issue_key(Draft& draft, const Act& act, const NewKey& input);

// As part of another command, which has seen to all that issue_key() checks.
IssuedKey add_key(Draft& draft, const Act& act, OrganisationId organisation, const NewKey& input);

// A successor with the same rights, that lives as long as this key was to; this one ends after
// `overlap`. The one that this key itself succeeded ends at once: there are never more than two.
Outcome<IssuedKey> rotate_key(Draft& draft,
                              const Act& act,
                              CredentialId id,
                              std::chrono::milliseconds overlap);

Outcome<Credential> revoke_key(Draft& draft, const Act& act, CredentialId id);

// As part of another command: all live keys of somebody who is gone.
void revoke_keys_of(Draft& draft, const Principal& principal);

}  // namespace strait::catalog
