#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/agreements.hpp"
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

// What a consumer may change of a request that was sent back to it.
struct RequestText {
    DeliveryKind kind{};
    Target target{};
    StartAt start = StartAt::earliest;
    StatedPurpose purpose{};
    std::uint32_t duration_d = 0;
    std::optional<ShownTerms> terms{};

    bool operator==(const RequestText&) const = default;
};
RequestText text_of(const AccessRequest& request);

// What a request led to; with an offer that approves by itself, all of it at once.
struct Requested {
    AccessRequest request;
    std::optional<Subscription> subscription{};
};

// In this order: not_found or offer_not_open for the offer, right_missing, what grant_for()
// refuses, terms_required, terms_outdated, request_open while the application has an open request
// on the offer, in_use while it has an agreement on it that is active.
Outcome<Requested> request_access(Draft& draft, const Act& act, const NewRequest& input);

// Stores a request whose organisation, offer and conditions are looked at, and lets an offer that
// approves by itself do so. request_open while the application has an open request on the offer.
Outcome<Requested> submit_request(Draft& draft,
                                  const Act& act,
                                  AccessRequest request,
                                  Approval approval);

// approve, reject, request_changes by the provider; withdraw, resubmit by the consumer; expire by
// the system. An approval looks again at all that the request was looked at for, and makes
// agreement and subscription in the same command, or lets the one live on that is renewed, with the
// version and the ports that it has. Where it is the consumer who has to mend
// something, that is RefusalCode::illegal_transition, without what is the consumer's alone.
Outcome<Requested> decide_request(Draft& draft,
                                  const Act& act,
                                  RequestId id,
                                  Verb verb,
                                  const std::string& reason = {},
                                  const Narrowing& narrowing = {});

// By the consumer, while the provider waits for it: what is changed is looked at as it is of a new
// request, and the provider sees it when it is resubmitted. illegal_transition at any other time,
// because nobody decides on what changes meanwhile; and for one that renews, which is made anew.
Outcome<AccessRequest> edit_request(Draft& draft,
                                    const Act& act,
                                    RequestId id,
                                    const RequestText& input);

}  // namespace strait::catalog
