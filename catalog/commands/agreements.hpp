#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/grants.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstdint>
#include <optional>
#include <string>

// What two sides agree on, and what takes its place: parts of commands, which read and change the
// draft alone.
namespace strait::catalog {

// The terms as the caller has read them.
struct ShownTerms {
    std::uint32_t version = 0;
    std::string sha256;

    bool operator==(const ShownTerms&) const = default;
};

// What an approval takes away from what was asked for: it never gives more.
struct Narrowing {
    std::optional<Timestamp> ends_at{};
    std::optional<Quota> quota{};
};

// SHA-256 of the canonical JSON of all that does not change of it.
std::string digest_of(const Agreement& agreement);

// The newest terms of the offer, accepted by whoever acts; nothing of an offer without terms.
// terms_required if none are named, terms_outdated if others are, right_missing for roles that
// may not accept terms for their organisation.
Outcome<std::optional<AcceptedTerms>> accept_terms(Draft& draft,
                                                   const Act& act,
                                                   const Offer& offer,
                                                   const std::optional<ShownTerms>& terms);

// The agreement that a request for a new subscription leads to, from now on.
Outcome<Agreement> agree(Draft& draft,
                         const Act& act,
                         const AccessRequest& request,
                         const Grant& grant,
                         const Narrowing& narrowing);

// The one that a request to renew leads to: it begins now, and ends as much after the one that it
// supersedes as was asked for.
Outcome<Agreement> agree_again(Draft& draft,
                               const Act& act,
                               const AccessRequest& request,
                               const Grant& grant,
                               const Narrowing& narrowing,
                               Agreement before);

// The same agreement under these terms, which supersedes the one with the others.
Agreement agree_under(Draft& draft,
                      const Act& act,
                      Agreement before,
                      const std::optional<AcceptedTerms>& terms);

}  // namespace strait::catalog
