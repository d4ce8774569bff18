#include "catalog/store/indexes.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

Entry to_id(Family family, std::string key, const IdBits& id)
{
    return {.family = family, .key = std::move(key), .value = bytes_of(id)};
}

template <AnyRecord T>
Entry side(const T& record, OrganisationId organisation, Side side)
{
    return {.family = Family::by_organisation,
            .key = organisation_key(organisation, T::noun, record.id.bits),
            .value = {static_cast<char>(side)}};
}

template <AnyRecord T>
Entry named(const T& record, OrganisationId scope)
{
    return to_id(Family::index, name_key(scope, T::noun, record.name), record.id.bits);
}

template <AnyRecord T>
Entry ending(const T& record)
{
    return {.family = Family::index,
            .key = expiry_key(record.expires_at, T::noun, record.id.bits),
            .value = {}};
}

template <AnyRecord T>
Entry names(const T& record, const IdBits& named)
{
    return {
        .family = Family::index, .key = reference_key(named, T::noun, record.id.bits), .value = {}};
}

template <AnyRecord T>
Entry accessing(const T& record)
{
    return to_id(
        Family::index, access_key(record.application, record.offer, T::noun), record.id.bits);
}

std::vector<Entry> without_twins(std::vector<Entry> entries)
{
    std::ranges::sort(entries);
    const auto twins = std::ranges::unique(entries);
    entries.erase(twins.begin(), twins.end());
    return entries;
}

// What is between two of them concerns both, in one entry where a unit shares with itself.
template <AnyRecord T>
std::vector<Entry> both_sides(const T& record)
{
    if (record.provider == record.organisation) {
        auto both = side(record, record.provider, Side::provider);
        both.value.front() = static_cast<char>(std::to_underlying(Side::provider) |
                                               std::to_underlying(Side::consumer));
        return {std::move(both)};
    }
    return {side(record, record.provider, Side::provider),
            side(record, record.organisation, Side::consumer)};
}

}  // namespace

// Its name stays its own when it is closed: nobody is to be taken for it.
std::vector<Entry> entries_of(const Organisation& record)
{
    std::vector entries{side(record, record.organisation, Side::owner),
                        named(record, whole_exchange)};
    if (record.operator_) {
        entries.push_back(to_id(Family::index, operator_key(), record.id.bits));
    }
    return entries;
}

// Whoever was deleted may be invited again.
std::vector<Entry> entries_of(const User& record)
{
    std::vector entries{side(record, record.organisation, Side::owner)};
    if (record.state != UserState::deleted) {
        entries.push_back(to_id(
            Family::index, email_key(record.organisation, record.email.text), record.id.bits));
    }
    return entries;
}

std::vector<Entry> entries_of(const Application& record)
{
    return {side(record, record.organisation, Side::owner), named(record, record.organisation)};
}

std::vector<Entry> entries_of(const Invitation& record)
{
    std::vector entries{side(record, record.organisation, Side::owner)};
    if (record.state == InvitationState::invited) {
        entries.push_back(to_id(Family::keys, token_key(record.token.hex), record.id.bits));
        entries.push_back(ending(record));
    }
    return entries;
}

std::vector<Entry> entries_of(const Credential& record)
{
    std::vector entries{side(record, record.organisation, Side::owner)};
    if (is_live(record.state)) {
        entries.push_back(to_id(Family::keys, credential_key(record.key_id), record.id.bits));
        entries.push_back({.family = Family::index,
                           .key = principal_key(record.principal, record.id.bits),
                           .value = {}});
        entries.push_back(ending(record));
    }
    return entries;
}

std::vector<Entry> entries_of(const Cluster& record)
{
    return {side(record, record.organisation, Side::owner), named(record, record.organisation)};
}

std::vector<Entry> entries_of(const DataProduct& record)
{
    return {side(record, record.organisation, Side::owner), named(record, record.organisation)};
}

// A retired one keeps no cluster and no contract from being removed.
std::vector<Entry> entries_of(const ProductVersion& record)
{
    std::vector entries{
        side(record, record.organisation, Side::owner),
        to_id(Family::index, version_key(record.product, record.version), record.id.bits)};
    if (record.state == VersionState::retired) return entries;
    if (const auto& sunset = record.sunset_at; sunset && record.state == VersionState::deprecated) {
        entries.push_back({.family = Family::index,
                           .key = expiry_key(*sunset, Noun::version, record.id.bits),
                           .value = {}});
    }
    for (const auto& port : record.ports) {
        entries.push_back(names(record, port.cluster.bits));
        if (const auto& contract = port.contract) entries.push_back(names(record, contract->bits));
    }
    return without_twins(std::move(entries));
}

std::vector<Entry> entries_of(const Contract& record)
{
    return {side(record, record.organisation, Side::owner),
            to_id(Family::index,
                  name_key(record.organisation,
                           Noun::contract,
                           record.name + "@" + to_string(record.version)),
                  record.id.bits)};
}

std::vector<Entry> entries_of(const Offer& record)
{
    std::vector entries{side(record, record.organisation, Side::owner),
                        named(record, record.organisation),
                        names(record, record.product.bits)};
    if (const auto due = due_terms(record)) {
        entries.push_back({.family = Family::index,
                           .key = expiry_key(due->at, Noun::offer, record.id.bits),
                           .value = {}});
    }
    return entries;
}

std::vector<Entry> entries_of(const AccessRequest& record)
{
    auto entries = both_sides(record);
    entries.push_back(names(record, record.offer.bits));
    entries.push_back(names(record, record.application.bits));
    if (!is_open(record.state)) return entries;
    entries.push_back(ending(record));
    entries.push_back(accessing(record));
    if (const auto& cluster = record.target.cluster) {
        entries.push_back(names(record, cluster->bits));
    }
    return entries;
}

std::vector<Entry> entries_of(const Agreement& record)
{
    auto entries = both_sides(record);
    entries.push_back(names(record, record.offer.bits));
    if (record.state == AgreementState::active) entries.push_back(accessing(record));
    return entries;
}

std::vector<Entry> entries_of(const Subscription& record)
{
    auto entries = both_sides(record);
    entries.push_back(names(record, record.agreement.bits));
    entries.push_back(names(record, record.product.bits));
    entries.push_back(names(record, record.application.bits));
    if (is_live(record.state)) {
        entries.push_back({.family = Family::index,
                           .key = expiry_key(record.ends_at, Noun::subscription, record.id.bits),
                           .value = {}});
    }
    // One that is terminating is still cut off through its clusters.
    if (record.state == SubscriptionState::terminated) return entries;
    if (const auto& cluster = record.target.cluster) {
        entries.push_back(names(record, cluster->bits));
    }
    for (const auto& port : record.ports) entries.push_back(names(record, port.cluster.bits));
    return without_twins(std::move(entries));
}

}  // namespace strait::catalog
