#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/semver.hpp"
#include "core/ids.hpp"
#include "core/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// The column families of the database; catalog/FORMAT.md has their grammar. DO NOT CHANGE a key:
// another layout is another family or another tag.
enum class Family : std::uint8_t {
    meta,
    records,
    by_organisation,
    index,
    keys,
    audit,
    audit_own,
    texts,
    changes,
    idempotency,
    secrets,
    cover,
    usage
};

inline constexpr std::array<const char*, 13> family_names{"meta",
                                                          "records",
                                                          "by_organisation",
                                                          "index",
                                                          "keys",
                                                          "audit",
                                                          "audit_own",
                                                          "texts",
                                                          "changes",
                                                          "idempotency",
                                                          "secrets",
                                                          "cover",
                                                          "usage"};

// What an entry of `index` leads to, its first byte. The numbers are never used again.
enum class IndexTag : std::uint8_t {
    name = 1,
    email = 2,
    expiry = 3,
    operator_ = 4,
    principal = 5,
    version = 6,
    reference = 7,
    access = 8
};

// How an organisation is concerned with a record: the value of its entry in `by_organisation`.
enum class Side : std::uint8_t { owner = 1, provider = 2, consumer = 4 };

// Where a name counts that has to be the only one of the exchange.
inline constexpr OrganisationId whole_exchange{};

std::string record_key(Noun noun);  // of all of a noun
std::string record_key(Noun noun, const IdBits& id);
std::string organisation_key(OrganisationId organisation, Noun noun);  // of all of a noun
std::string organisation_key(OrganisationId organisation, Noun noun, const IdBits& id);

std::string name_key(OrganisationId scope, Noun noun, std::string_view name);
std::string operator_key();  // of the organisation that runs the exchange
std::string email_key(OrganisationId organisation, std::string_view email);
std::string expiry_prefix();  // the first key with it is of what ends first
std::string expiry_key(Timestamp at, Noun noun, const IdBits& id);

// Of the live keys of somebody: what they begin with, and one of them.
std::string principal_key(const Principal& principal);
std::string principal_key(const Principal& principal, const IdBits& credential);

// The versions of a product in their order, and one of them.
std::string version_key(ProductId product);
std::string version_key(ProductId product, const Semver& version);

// The records of a noun that name this one, and one of those.
std::string reference_key(const IdBits& named, Noun by);
std::string reference_key(const IdBits& named, Noun by, const IdBits& id);

// What an application has of an offer, of which there is one at a time: a request that is open, an
// agreement that is active.
std::string access_key(ApplicationId application, OfferId offer, Noun noun);

std::string token_key(std::string_view sha256_hex);  // of an invitation
std::string credential_key(std::string_view key_id);

std::string format_key();  // in `meta`
std::string head_key();    // of the exchange's chain
std::string own_head_prefix();
std::string own_head_key(OrganisationId organisation);  // of its own
std::string audit_key(std::uint64_t seq);
std::string audit_own_key(OrganisationId organisation, std::uint64_t own_seq);

std::string change_key(std::uint64_t revision);  // in `changes`

// In `idempotency`: what a call was answered, by the key that its principal gave it.
std::string answer_key(const Principal& principal, std::string_view key);

// Where an answer stands among those of its principal, the oldest first.
struct AnswerPlace {
    Principal principal;
    Timestamp at;
    std::string key;

    bool operator==(const AnswerPlace&) const = default;
};

std::string answer_order_key();  // what those of all begin with
std::string answer_order_key(const Principal& principal);
std::string answer_order_key(const AnswerPlace& place);
std::string answer_order_end(const Principal& principal);  // behind all of one
std::optional<AnswerPlace> read_answer_order_key(std::string_view bytes);

// A partition that a subscription is given, and one hour of it.
struct UsagePlace {
    SubscriptionId subscription;
    TopicId topic;  // at the source
    std::uint32_t partition = 0;

    bool operator==(const UsagePlace&) const = default;
};

struct UsageHour {
    UsagePlace place;
    Timestamp begins_at;

    bool operator==(const UsageHour&) const = default;
};

std::string cover_key(SubscriptionId subscription);  // of all of one
std::string cover_key(const UsagePlace& place);
std::optional<UsagePlace> read_cover_key(std::string_view bytes);
std::string usage_key(const UsageHour& hour);
std::string usage_key(SubscriptionId subscription);                       // of all of one,
std::string usage_key(SubscriptionId subscription, Timestamp begins_at);  // and from an hour on
std::optional<UsageHour> read_usage_key(std::string_view bytes);

// An id as it stands in keys and values, and back: empty for bytes that are none.
std::string bytes_of(const IdBits& id);
std::optional<IdBits> id_in(std::string_view bytes);

}  // namespace strait::catalog
