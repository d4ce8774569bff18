#pragma once

#include "catalog/commands/applications.hpp"
#include "catalog/commands/credentials.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/commands/organisations.hpp"
#include "catalog/inputs/read_input.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>

// What callers send about organisations, their people and their keys.
namespace strait::catalog {

BOOST_DESCRIBE_STRUCT(NewOrganisation, (), (name, title, admin_email))
BOOST_DESCRIBE_STRUCT(OrganisationSettingsText, (), (review, terms_acceptors))
BOOST_DESCRIBE_STRUCT(OrganisationText, (), (title, website, contacts, settings))
BOOST_DESCRIBE_STRUCT(NewApplication, (), (name, title, allow_ips, roles))
BOOST_DESCRIBE_STRUCT(ApplicationText, (), (title, allow_ips, roles))
BOOST_DESCRIBE_STRUCT(UserText, (), (display_name, roles))
BOOST_DESCRIBE_STRUCT(NewKey, (), (principal, scopes, subscription, allow_ips, expires_at))
BOOST_DESCRIBE_STRUCT(NarrowedKey, (), (scopes, allow_ips, expires_at))

// POST /v1/invitations
struct InvitationInput {
    InvitationKind kind = InvitationKind::member;
    std::string email;
    std::vector<Role> roles;
    std::string message;
    std::optional<Timestamp> expires_at;
};
BOOST_DESCRIBE_STRUCT(InvitationInput, (), (kind, email, roles, message, expires_at))

// POST /v1/activations:preview
struct TokenInput {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(TokenInput, (), (token))

// POST /v1/activations
struct JoiningUser {
    std::string email;
    std::string display_name;
};
BOOST_DESCRIBE_STRUCT(JoiningUser, (), (email, display_name))

BOOST_DESCRIBE_STRUCT(NewHome, (), (name, title))

struct ActivationInput {
    std::string token;
    JoiningUser user;
    std::optional<NewHome> organisation;  // of a partner
};
BOOST_DESCRIBE_STRUCT(ActivationInput, (), (token, user, organisation))

// POST {}:verb
struct ReasonInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

// POST /v1/organisations/{}:reinvite and /v1/bootstrap:recover
struct AddressInput {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(AddressInput, (), (email))

// POST /v1/credentials/{}:rotate
struct RotationInput {
    std::uint32_t overlap_s = 86'400;
};
BOOST_DESCRIBE_STRUCT(RotationInput, (), (overlap_s))

}  // namespace strait::catalog
