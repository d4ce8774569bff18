#pragma once

#include "catalog/commands/act.hpp"
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

// What a request led to; with an offer that approves by itself, all of it at once.
struct Requested {
    AccessRequest request;
    std::optional<Subscription> subscription{};
};

// In this order: offer_not_open, invalid_request for what the plan does not have, not_found for the
// application or the cluster, terms_required, terms_outdated, request_open.
Outcome<Requested> request_access(Draft& draft, const Act& act, const NewRequest& input);

// approve, reject, request_changes by the provider; withdraw, resubmit by the consumer; expire by
// the system. An approval makes agreement and subscription in the same command.
Outcome<Requested> decide_request(
    Draft& draft, const Act& act, RequestId id, Verb verb, const std::string& reason = {});

}  // namespace strait::catalog
