#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/credentials.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How people get into the exchange: somebody invites them, and the holder of the link redeems it,
// once. Each of these is one command: it reads and changes the draft alone.
namespace strait::catalog {

inline constexpr std::chrono::milliseconds invitation_life = std::chrono::days{7};
inline constexpr std::chrono::milliseconds invitation_life_max = std::chrono::days{30};

struct NewMember {
    std::string email;
    std::vector<Role> roles;
    std::string message{};
    std::optional<Timestamp> expires_at{};  // absent: after invitation_life
};

struct Invited {
    Invitation invitation;
    Secret token;  // shown once
};

// By an admin of the organisation, or by the operator for one that has nobody yet; of others'
// organisations and invitations, everything here is `not_found`. Who is invited
// is a user in state `invited` from now on. RefusalCode::name_taken if that address is one of a
// member.
Outcome<Invited> invite_member(Draft& draft,
                               const Act& act,
                               OrganisationId organisation,
                               const NewMember& input);

// Of an organisation that is not here yet.
struct NewPartner {
    std::string email;
    std::string message{};
    std::optional<Timestamp> expires_at{};  // absent: after invitation_life
};

// By a product_owner or an admin: whoever redeems it founds an organisation of its own, which is no
// nearer to that of the inviter than any other.
Outcome<Invited> invite_partner(Draft& draft, const Act& act, const NewPartner& input);

// As part of another command, which has seen to who may, for a user that there is.
Invited add_invitation(Draft& draft, const Act& act, const User& user, const NewMember& input);

// A new token; the old one is dead from now on. By whoever may invite: for a member an admin, for a
// partner a product_owner as well.
Outcome<Invited> resend_invitation(Draft& draft,
                                   const Act& act,
                                   InvitationId id,
                                   std::optional<Timestamp> expires_at = {});

// Verb::cancel by the same, or Verb::expire by the system; whoever was named is no user any more.
Outcome<Invitation> end_invitation(Draft& draft, const Act& act, InvitationId id, Verb verb);

// What a partner is called from then on.
struct NewHome {
    std::string name;
    std::string title;
};

struct Redemption {
    std::string_view token;
    std::string email;
    std::string display_name;
    std::optional<NewHome> organisation{};  // of a partner
    bool partners = false;                  // whether the exchange takes any
};

// What the holder of a token is invited to.
struct Preview {
    Invitation invitation;
    Organisation inviter;
};

// Changes nothing. RefusalCode::activation_invalid as from redeem_invitation().
Outcome<Preview> preview_invitation(Draft& draft, std::string_view token, bool partners);

struct Joined {
    User user;
    IssuedKey key;
};

// Makes the holder of the token a member, or the first person of a new organisation, with a first
// key. RefusalCode::activation_invalid, in the same words, for a token that is unknown, used,
// expired, cancelled, or of another address; name_taken for an organisation of that name.
Outcome<Joined> redeem_invitation(Draft& draft, const Act& act, const Redemption& input);

}  // namespace strait::catalog
