#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/grants.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <chrono>
#include <optional>
#include <string>

// How one organisation asks another for access, and what comes of it. Each of these is one command:
// it reads and changes the draft alone. What the caller's organisation has no side in is
// `not_found`.
namespace strait::catalog {

inline constexpr std::chrono::milliseconds request_life = std::chrono::days{14};
inline constexpr std::size_t reason_size_max = 1'000;
inline constexpr std::size_t decisions_max = 100;  // of one request

// The terms as the caller has read them.
struct ShownTerms {
    std::uint32_t version = 0;
    std::string sha256;
};

struct NewRequest {
    OfferId offer;
    ApplicationId application;
    DeliveryKind kind{};
    Target target{};
    StartAt start = StartAt::earliest;
    StatedPurpose purpose{};
    std::uint32_t duration_d = 0;
    std::optional<ShownTerms> terms{};
};

// SHA-256 of the canonical JSON of all that does not change of it.
std::string digest_of(const Agreement& agreement);

// What an approval takes away from what was asked for: it never gives more.
struct Narrowing {
    std::optional<Timestamp> ends_at{};
    std::optional<Quota> quota{};
};

// What a request led to; with an offer that approves by itself, all of it at once.
struct Requested {
    AccessRequest request;
    std::optional<Subscription> subscription{};
};

// In this order: not_found or offer_not_open for the offer, right_missing, what grant_for()
// refuses, terms_required, terms_outdated, request_open while the application has an open request
// on the offer, in_use while it has an agreement on it that is active.
Outcome<Requested> request_access(Draft& draft, const Act& act, const NewRequest& input);

// approve, reject, request_changes by the provider; withdraw, resubmit by the consumer; expire by
// the system. An approval looks again at all that the request was looked at for, and makes
// agreement and subscription in the same command. Where it is the consumer who has to mend
// something, that is RefusalCode::illegal_transition, without what is the consumer's alone.
Outcome<Requested> decide_request(Draft& draft,
                                  const Act& act,
                                  RequestId id,
                                  Verb verb,
                                  const std::string& reason = {},
                                  const Narrowing& narrowing = {});

}  // namespace strait::catalog
