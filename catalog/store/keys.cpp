#include "catalog/store/keys.hpp"

#include "core/codec.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

void append(std::string& to, const IdBits& id) { to.append(id.begin(), id.end()); }

void append(std::string& to, const Principal& principal)
{
    append_ordered(to, std::to_underlying(principal.kind));
    append(to, principal.bits);
}

// Zeros where there are not that many bytes.
void take(ByteReader& from, IdBits& to) { std::ranges::copy(from.bytes(to.size()), to.begin()); }

std::string index_key(IndexTag tag, OrganisationId organisation)
{
    std::string key;
    append_ordered(key, std::to_underlying(tag));
    append(key, organisation.bits);
    return key;
}

}  // namespace

std::string record_key(Noun noun)
{
    std::string key;
    append_ordered(key, std::to_underlying(noun));
    return key;
}

std::string record_key(Noun noun, const IdBits& id)
{
    auto key = record_key(noun);
    append(key, id);
    return key;
}

std::string organisation_key(OrganisationId organisation, Noun noun)
{
    std::string key;
    append(key, organisation.bits);
    append_ordered(key, std::to_underlying(noun));
    return key;
}

std::string organisation_key(OrganisationId organisation, Noun noun, const IdBits& id)
{
    auto key = organisation_key(organisation, noun);
    append(key, id);
    return key;
}

std::string name_key(OrganisationId scope, Noun noun, std::string_view name)
{
    auto key = index_key(IndexTag::name, scope);
    append_ordered(key, std::to_underlying(noun));
    return key.append(name);
}

std::string operator_key() { return index_key(IndexTag::operator_, whole_exchange); }

std::string email_key(OrganisationId organisation, std::string_view email)
{
    return index_key(IndexTag::email, organisation).append(email);
}

std::string expiry_prefix() { return index_key(IndexTag::expiry, whole_exchange); }

std::string expiry_key(Timestamp at, Noun noun, const IdBits& id)
{
    auto key = expiry_prefix();
    append_ordered(key, static_cast<std::uint64_t>(at.unix_ms));
    return key + record_key(noun, id);
}

std::string principal_key(const Principal& principal)
{
    auto key = index_key(IndexTag::principal, whole_exchange);
    append(key, principal);
    return key;
}

std::string principal_key(const Principal& principal, const IdBits& credential)
{
    return principal_key(principal) + bytes_of(credential);
}

std::string version_key(ProductId product)
{
    auto key = index_key(IndexTag::version, whole_exchange);
    append(key, product.bits);
    return key;
}

std::string version_key(ProductId product, const Semver& version)
{
    auto key = version_key(product);
    for (const auto number : {version.major, version.minor, version.patch}) {
        append_ordered(key, number);
    }
    return key;
}

std::string reference_key(const IdBits& named, Noun by)
{
    auto key = index_key(IndexTag::reference, whole_exchange);
    append(key, named);
    append_ordered(key, std::to_underlying(by));
    return key;
}

std::string reference_key(const IdBits& named, Noun by, const IdBits& id)
{
    return reference_key(named, by) + bytes_of(id);
}

std::string access_key(ApplicationId application, OfferId offer, Noun noun)
{
    auto key = index_key(IndexTag::access, whole_exchange);
    append(key, application.bits);
    append(key, offer.bits);
    append_ordered(key, std::to_underlying(noun));
    return key;
}

std::string token_key(std::string_view sha256_hex) { return "t" + std::string{sha256_hex}; }

std::string credential_key(std::string_view key_id) { return "k" + std::string{key_id}; }

std::string format_key() { return "f"; }

std::string head_key() { return "h"; }

std::string own_head_prefix() { return "o"; }

std::string own_head_key(OrganisationId organisation)
{
    return own_head_prefix() + bytes_of(organisation.bits);
}

std::string audit_key(std::uint64_t seq)
{
    std::string key;
    append_ordered(key, seq);
    return key;
}

std::string audit_own_key(OrganisationId organisation, std::uint64_t own_seq)
{
    std::string key;
    append(key, organisation.bits);
    append_ordered(key, own_seq);
    return key;
}

std::string change_key(std::uint64_t revision)
{
    std::string key;
    append_ordered(key, revision);
    return key;
}

std::string answer_key(const Principal& principal, std::string_view key)
{
    std::string bytes{"a"};
    append(bytes, principal);
    return bytes.append(key);
}

std::string answer_order_key() { return "o"; }

std::string answer_order_key(const Principal& principal)
{
    auto bytes = answer_order_key();
    append(bytes, principal);
    return bytes;
}

std::string answer_order_key(const AnswerPlace& place)
{
    auto bytes = answer_order_key(place.principal);
    append_ordered(bytes, static_cast<std::uint64_t>(place.at.unix_ms));
    return bytes.append(place.key);
}

// No time begins with such a byte.
std::string answer_order_end(const Principal& principal)
{
    return answer_order_key(principal) + '\xff';
}

std::optional<AnswerPlace> read_answer_order_key(std::string_view bytes)
{
    if (!bytes.starts_with(answer_order_key())) return std::nullopt;
    ByteReader in{bytes.substr(answer_order_key().size())};
    AnswerPlace place;
    place.principal.kind = static_cast<Principal::Kind>(in.ordered<std::uint8_t>());
    const auto id = in.bytes(place.principal.bits.size());
    place.at.unix_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    place.key = in.rest();
    if (!in.ok()) return std::nullopt;
    place.principal.bits = id_in(id).value_or(IdBits{});
    return place;
}

std::string cover_key(SubscriptionId subscription)
{
    std::string key;
    append(key, subscription.bits);
    return key;
}

std::string cover_key(const UsagePlace& place)
{
    auto key = cover_key(place.subscription);
    append(key, place.topic.bytes);
    append_ordered(key, place.partition);
    return key;
}

std::optional<UsagePlace> read_cover_key(std::string_view bytes)
{
    UsagePlace place;
    ByteReader in{bytes};
    take(in, place.subscription.bits);
    take(in, place.topic.bytes);
    place.partition = in.ordered<std::uint32_t>();
    if (!in.ok() || !in.at_end()) return std::nullopt;
    return place;
}

std::string usage_key(const UsageHour& hour)
{
    auto key = usage_key(hour.place.subscription, hour.begins_at);
    append(key, hour.place.topic.bytes);
    append_ordered(key, hour.place.partition);
    return key;
}

std::string usage_key(SubscriptionId subscription)
{
    std::string key;
    append(key, subscription.bits);
    return key;
}

std::string usage_key(SubscriptionId subscription, Timestamp begins_at)
{
    auto key = usage_key(subscription);
    append_ordered(key, static_cast<std::uint64_t>(begins_at.unix_ms));
    return key;
}

std::optional<UsageHour> read_usage_key(std::string_view bytes)
{
    UsageHour hour;
    ByteReader in{bytes};
    take(in, hour.place.subscription.bits);
    hour.begins_at.unix_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    take(in, hour.place.topic.bytes);
    hour.place.partition = in.ordered<std::uint32_t>();
    if (!in.ok() || !in.at_end()) return std::nullopt;
    return hour;
}

std::string bytes_of(const IdBits& id) { return {id.begin(), id.end()}; }

std::optional<IdBits> id_in(std::string_view bytes)
{
    IdBits id{};
    if (bytes.size() != id.size()) return std::nullopt;
    std::ranges::transform(bytes, id.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    return id;
}

}  // namespace strait::catalog
