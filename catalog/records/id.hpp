#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// What the catalog keeps records of. The numbers are stored, and never used again for anything
// else.
enum class Noun : std::uint8_t {
    organisation = 1,
    user = 2,
    application = 3,
    cluster = 4,
    product = 5,
    version = 6,
    contract = 7,
    offer = 8,
    invitation = 9,
    request = 10,
    agreement = 11,
    subscription = 12,
    delivery = 13,
    credential = 14,
    operation = 15,
};

// Empty for a number that no noun has.
std::optional<Noun> noun_from(std::uint8_t number) noexcept;

// What the ids of a noun begin with, "org_"; of a version, which has none of its own, "ver_".
std::string_view prefix_of(Noun noun) noexcept;

// 48 bits of milliseconds since 1970, big-endian, then 80 random ones: ids sort by when they were
// made, and cannot be guessed.
using IdBits = std::array<std::uint8_t, 16>;

// How many of them are random.
inline constexpr std::size_t random_id_bytes = 10;

IdBits make_id(std::int64_t now_ms, const std::array<std::uint8_t, random_id_bytes>& random);

// Of one noun: another's does not convert to it.
template <Noun N>
struct Id {
    IdBits bits{};

    auto operator<=>(const Id&) const = default;
};

using OrganisationId = Id<Noun::organisation>;
using UserId = Id<Noun::user>;
using ApplicationId = Id<Noun::application>;
using ClusterId = Id<Noun::cluster>;
using ProductId = Id<Noun::product>;
using VersionId = Id<Noun::version>;
using ContractId = Id<Noun::contract>;
using OfferId = Id<Noun::offer>;
using InvitationId = Id<Noun::invitation>;
using RequestId = Id<Noun::request>;
using AgreementId = Id<Noun::agreement>;
using SubscriptionId = Id<Noun::subscription>;
using DeliveryId = Id<Noun::delivery>;
using CredentialId = Id<Noun::credential>;
using OperationId = Id<Noun::operation>;

// The prefix and 26 characters of lower-case Crockford base32 (crockford.com/base32.html). An id
// has one text, and only that is read back: empty for everything else.
std::string text_of(Noun noun, const IdBits& bits);
std::optional<IdBits> read_id(Noun noun, std::string_view text);

template <Noun N>
std::string to_string(const Id<N>& id)
{
    return text_of(N, id.bits);
}

template <Noun N>
std::optional<Id<N>> id_from(std::string_view text)
{
    const auto bits = read_id(N, text);
    if (!bits) return std::nullopt;
    return Id<N>{*bits};
}

}  // namespace strait::catalog
