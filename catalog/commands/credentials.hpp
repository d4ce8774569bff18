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
    std::optional<SubscriptionId> subscription{};  // for which alone it is
    std::vector<std::string> allow_ips{};
    std::optional<Timestamp> expires_at{};  // absent: after key_life
};

// What is to change of a key; each only to less.
struct NarrowedKey {
    std::optional<std::vector<Scope>> scopes{};
    std::optional<std::vector<std::string>> allow_ips{};
    std::optional<Timestamp> expires_at{};
};

struct IssuedKey {
    Credential credential;
    Secret text;  // shown once
};

std::vector<Scope> all_scopes();

// For a principal of the caller's organisation: its own, an application's by a developer who has
// all of its roles, anybody's by an admin, but an operator's by another alone. It has at most the
// scopes of the key that the caller shows; one that is bound to a subscription, at most those of
// its rights. RefusalCode::key_too_long_lived beyond key_life_max, or beyond the end of its
// subscription.
Outcome<IssuedKey> issue_key(Draft& draft, const Act& act, NewKey input);

// As part of another command, which has seen to all that issue_key() checks.
IssuedKey add_key(Draft& draft, const Act& act, OrganisationId organisation, const NewKey& input);

// A successor with the same rights, that lives as long as this key was to, and no longer than its
// subscription; this one ends after `overlap`. The one that this key itself succeeded ends at once:
// there are never more than two. By whoever may make such a key, and by the key itself.
Outcome<IssuedKey> rotate_key(Draft& draft,
                              const Act& act,
                              CredentialId id,
                              std::chrono::milliseconds overlap);

// By whoever may revoke it. RefusalCode::invalid_request for what would be more than it has.
Outcome<Credential> narrow_key(Draft& draft,
                               const Act& act,
                               CredentialId id,
                               const NarrowedKey& input);

// By its holder, an admin, or of a program by a developer; by a key without apps:write itself
// alone.
Outcome<Credential> revoke_key(Draft& draft, const Act& act, CredentialId id);

// As part of another command: all live keys of somebody who is gone.
void revoke_keys_of(Draft& draft, const Principal& principal);

}  // namespace strait::catalog
