#pragma once

#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <string>

// Records to test with: every member is set, and no two of them are alike.
namespace strait::catalog {

inline constexpr Timestamp some_time{1'772'323'200'123};

template <Noun N>
Id<N> some_id(std::uint8_t number)
{
    return {make_id(some_time.unix_ms, {0, 0, 0, 0, 0, 0, 0, 0, 0, number})};
}

template <AnyRecord T>
void fill_head(T& record, std::uint8_t number)
{
    record.id = some_id<T::noun>(number);
    record.organisation = some_id<Noun::organisation>(1);
    record.created_at = some_time;
    record.created_by = Principal{some_id<Noun::user>(2)};
    record.updated_at = {some_time.unix_ms + 1};
    record.revision = 7;
    record.labels = {{"team", "sales"}};
}

inline Organisation some_organisation(std::uint8_t number = 1, const std::string& name = "acme")
{
    Organisation record;
    fill_head(record, number);
    record.organisation = record.id;
    record.name = name;
    record.title = "Acme & Söhne";
    record.website = "https://acme.example";
    record.contacts = {{"support", "help@acme.example"}};
    record.settings = {Review::four_eyes, {Role::org_admin, Role::developer}, {"192.0.2.0/24"}};
    record.operator_ = true;
    return record;
}

inline User some_user(std::uint8_t number = 2, const std::string& email = "ada@acme.example")
{
    User record;
    fill_head(record, number);
    record.state = UserState::active;
    record.email = {email};
    record.display_name = {"Ada"};
    record.roles = {Role::org_admin, Role::operator_};
    return record;
}

inline Application some_application(std::uint8_t number = 3)
{
    Application record;
    fill_head(record, number);
    record.name = "checkout";
    record.title = "Checkout";
    record.allow_ips = {"2001:db8::/32"};
    record.roles = {Role::developer};
    return record;
}

inline Invitation some_invitation(std::uint8_t number = 4)
{
    Invitation record;
    fill_head(record, number);
    record.kind = InvitationKind::partner;
    record.email = Personal{"bob@globex.example"};
    record.domain = "globex.example";
    record.roles = {Role::org_admin};
    record.user = some_id<Noun::user>(2);
    record.offer = some_id<Noun::offer>(9);
    record.message = "Welcome";
    record.expires_at = {some_time.unix_ms + 1'000};
    record.token = {"ab12"};
    return record;
}

inline Credential some_credential(std::uint8_t number = 5)
{
    Credential record;
    fill_head(record, number);
    record.state = CredentialState::active;
    record.principal = Principal{some_id<Noun::application>(3)};
    record.subscription = some_id<Noun::subscription>(8);
    record.scopes = {Scope::catalog_read, Scope::stream_read};
    record.allow_ips = {"192.0.2.7/32"};
    record.key_id = "abcdefgh01234567";
    record.secret = {"cd34"};
    record.expires_at = {some_time.unix_ms + 2'000};
    record.successor = some_id<Noun::credential>(6);
    return record;
}

}  // namespace strait::catalog
