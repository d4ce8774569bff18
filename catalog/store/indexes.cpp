#include "catalog/store/indexes.hpp"

#include <string_view>
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

bool is_live(CredentialState state)
{
    using enum CredentialState;
    return state == pending_activation || state == active || state == rotating;
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

}  // namespace strait::catalog
