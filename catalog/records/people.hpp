#pragma once

#include "catalog/records/organisation.hpp"
#include "catalog/records/record.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Who acts for an organisation, and how somebody gets there.
namespace strait::catalog {

struct User : Record<Noun::user, UserState> {
    Personal email;  // lower case
    Personal display_name;
    std::vector<Role> roles;

    bool operator==(const User&) const = default;
};
BOOST_DESCRIBE_STRUCT(User, (Record<Noun::user, UserState>), (email, display_name, roles))

// Not a person: a program, which holds credentials and subscriptions.
struct Application : Record<Noun::application, ApplicationState> {
    std::string name;
    std::string title;
    std::vector<std::string> allow_ips;
    std::vector<Role> roles;

    bool operator==(const Application&) const = default;
};
BOOST_DESCRIBE_STRUCT(Application,
                      (Record<Noun::application, ApplicationState>),
                      (name, title, allow_ips, roles))

BOOST_DEFINE_ENUM_CLASS(InvitationKind, member, partner)

// A link that somebody may redeem once: to join the organisation as a member, or the exchange as a
// partner of it.
struct Invitation : Record<Noun::invitation, InvitationState> {
    InvitationKind kind = InvitationKind::member;
    std::optional<Personal> email;         // whoever redeems it types this one,
    std::optional<std::string> domain;     // or any of this domain
    std::vector<Role> roles;               // of a member
    std::optional<UserId> user;            // who was named, until the invitation is redeemed
    std::optional<OfferId> offer;          // that a partner is invited to
    std::optional<OrganisationId> joined;  // the partner that came of it
    Personal message;
    Timestamp expires_at;
    Hidden token;  // its SHA-256

    bool operator==(const Invitation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Invitation,
                      (Record<Noun::invitation, InvitationState>),
                      (kind, email, domain, roles, user, offer, joined, message, expires_at, token))

// What the holder of a key may do with it, at most what its roles allow (catalog.md 6).
BOOST_DEFINE_ENUM_CLASS(Scope,
                        org_write,
                        products_write,
                        access_write,
                        apps_write,
                        catalog_read,
                        usage_read,
                        audit_read,
                        stream_read,
                        stream_write)

template <>
inline constexpr char word_joint<Scope> = ':';  // "org:write"

BOOST_DEFINE_ENUM_CLASS(CredentialKind, api_key)

struct Credential : Record<Noun::credential, CredentialState> {
    CredentialKind kind = CredentialKind::api_key;
    Principal principal;  // whose it is
    std::optional<SubscriptionId> subscription;
    std::vector<Scope> scopes;
    std::vector<std::string> allow_ips;
    std::string key_id;  // what a key begins with: it may be seen
    Hidden secret;       // HMAC-SHA-256(pepper, secret)
    Timestamp expires_at;
    std::optional<CredentialId> successor;  // of a key that is rotating

    bool operator==(const Credential&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Credential,
    (Record<Noun::credential, CredentialState>),
    (kind, principal, subscription, scopes, allow_ips, key_id, secret, expires_at, successor))

}  // namespace strait::catalog
