#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::catalog {

// Who shows a key, and what it may do: at most both what its roles and what its scopes allow.
struct Holder {
    Principal principal;
    OrganisationId organisation;
    std::vector<Role> roles;
    Credential credential;
    std::vector<std::string> organisation_ips;  // each of these lists must let the caller in;
    std::vector<std::string> principal_ips;     // an empty one lets everybody in
};

// Whether a key may be used at that moment.
bool is_valid(const Credential& credential, Timestamp now);

// As what the holder of a key acts.
Act act_of(const Holder& holder, Entropy entropy, Secret pepper);

// What a user or an application may do that is active; empty for everybody else.
struct Rights {
    OrganisationId organisation;
    std::vector<Role> roles;
    std::vector<std::string> allow_ips;
};
std::optional<Rights> rights_of(Draft& draft, const Principal& principal);

// RefusalCode::unauthenticated, in the same words, for a key that is unknown, wrong, expired,
// revoked, or of somebody who is disabled or whose organisation is not active. An unknown id costs
// what a wrong secret costs.
Outcome<Holder> authenticate(Draft& draft, std::string_view key, const Secret& pepper);

}  // namespace strait::catalog
