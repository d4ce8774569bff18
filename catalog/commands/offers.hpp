#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/offer.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <chrono>
#include <optional>
#include <string>

// On what conditions products are to be had. Each of these is one command: it reads and changes the
// draft alone. What belongs to another organisation is `not_found`.
namespace strait::catalog {

inline constexpr std::uint32_t duration_d_max = 1'095;
inline constexpr std::size_t terms_size_max = std::size_t{64} << 10U;
inline constexpr std::size_t terms_versions_max = 100;
inline constexpr std::size_t purposes_max = 64;
inline constexpr std::size_t purpose_size_max = 63;
inline constexpr std::size_t policy_ips_max = 256;
inline constexpr std::chrono::milliseconds accept_after_min = std::chrono::days{14};

struct NewTerms {
    std::string title;
    std::string text;
    std::optional<Timestamp> accept_by{};
};

struct NewOffer {
    std::string name;
    ProductId product;
    SemverRange versions;
    Plan plan;
    Policy policy;
    std::optional<NewTerms> terms{};
};

// What may be otherwise while nobody sees the offer.
struct OfferDraft {
    SemverRange versions;
    Plan plan;
    Policy policy;
};

Outcome<Offer> create_offer(Draft& draft, const Act& act, const NewOffer& input);

// While it is staging. RefusalCode::version_immutable after that, unless all of it is said already.
Outcome<Offer> edit_offer(Draft& draft, const Act& act, OfferId id, const OfferDraft& input);

// A new version of the terms: for new requests at once, for live subscriptions at `accept_by`,
// which is at least 14 days away once the offer is published.
Outcome<Offer> add_terms(Draft& draft, const Act& act, OfferId id, const NewTerms& input);

// publish, close.
Outcome<Offer> change_offer(Draft& draft, const Act& act, OfferId id, Verb verb);

// Whether somebody of the organisation may know that there is such an offer.
bool sees(Draft& draft, const Offer& offer, OrganisationId organisation);

// Whether somebody of the organisation that sees its product may ask on these conditions.
bool takes_requests(const Offer& offer, const Organisation& provider, OrganisationId organisation);

// Whether somebody of the organisation may ask on these conditions. RefusalCode::not_found for what
// it does not see: the product, the offer before it is published, or one whose policy names others;
// RefusalCode::offer_not_open for what it sees and does not get.
Outcome<void> check_open(Draft& draft, const Offer& offer, OrganisationId organisation);

// The newest version that an offer is of and that is published; empty if there is none.
std::optional<ProductVersion> find_offered(Draft& draft, const Offer& offer);

}  // namespace strait::catalog
