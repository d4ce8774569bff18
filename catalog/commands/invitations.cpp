#include "catalog/commands/invitations.hpp"

#include "catalog/commands/api_key.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strait::catalog {

namespace {

// Nothing in it tells which of the reasons it was.
std::unexpected<Refusal> no_such_activation()
{
    return refuse(RefusalCode::activation_invalid,
                  "this link is not valid, or not any more: ask for a new one");
}

std::optional<Invitation> open_invitation(Draft& draft, std::string_view token)
{
    auto invitation = draft.find_by<Invitation>(Family::keys, token_key(hash_of_token(token).hex));
    if (!invitation || invitation->state != InvitationState::invited) return std::nullopt;
    if (invitation->expires_at <= draft.now()) return std::nullopt;
    return invitation;
}

// An operator lets the first person in, and nobody else: what an organisation shares is not for it.
Actors inviters_of_members(Draft& draft, const Act& act, OrganisationId organisation)
{
    constexpr Actors known{Actor::admin, Actor::system};
    const auto all = act.actors(organisation, Scope::org_write);
    auto as = all.among(known);
    if (!all.contains(Actor::operator_)) return as;
    const auto somebody = draft.find_first<User>(organisation, [](const User& user) {
        return user.state == UserState::active || user.state == UserState::disabled;
    });
    if (!somebody) as.add(Actor::admin);
    return as;
}

// Who owns a product may let partners in, but nobody into the organisation itself.
Actors inviters(Draft& draft, const Act& act, const Invitation& invitation)
{
    switch (invitation.kind) {
        case InvitationKind::member:
            return inviters_of_members(draft, act, invitation.organisation);
        case InvitationKind::partner:
            return act.actors(invitation.organisation, Scope::access_write);
    }
    std::unreachable();
}

// Nobody else knows of it: the operator neither, once it may not let anybody in any more.
std::optional<Invitation> find_mine(Draft& draft, const Act& act, InvitationId id)
{
    auto invitation = draft.find<Invitation>(id);
    if (!invitation || act.organisation == invitation->organisation) return invitation;
    constexpr Actors known{Actor::admin, Actor::provider, Actor::system};
    if (!inviters(draft, act, *invitation).intersects(known)) return std::nullopt;
    return invitation;
}

// When it ends, if the inviter does not say it.
Timestamp end_of(const Draft& draft, std::optional<Timestamp> chosen)
{
    return chosen.value_or(Timestamp{draft.now().unix_ms + invitation_life.count()});
}

void check_end(const Draft& draft, std::optional<Timestamp> chosen, Problems& problems)
{
    const auto at = end_of(draft, chosen);
    const bool fine =
        at > draft.now() && at.unix_ms <= draft.now().unix_ms + invitation_life_max.count();
    if (!fine) reject(problems, "/expires_at", "a time to come, within 30 days");
}

// Whoever is invited, or is invited again because nobody there had a key (commands/recovery.hpp).
bool may_come_in(Draft& draft, const Organisation& organisation, const User& user)
{
    if (user.state == UserState::invited) return true;
    const bool again = organisation.operator_ || !has_way_in(draft, organisation.id);
    return is_admin(user) && again;
}

bool leads_to_partner(Draft& draft, const Invitation& invitation, bool partners)
{
    const auto inviter = draft.find<Organisation>(invitation.organisation);
    return partners && inviter && inviter->state == OrganisationState::active;
}

// Who is invited by it; empty for whom it does not let in any more.
std::optional<User> invited_user(Draft& draft, const Invitation& invitation)
{
    auto user = invitation.user ? draft.find<User>(*invitation.user) : std::nullopt;
    const auto home = draft.find<Organisation>(invitation.organisation);
    const bool fits = user && home && home->state == OrganisationState::active &&
                      may_come_in(draft, *home, *user);
    return fits ? user : std::nullopt;
}

// What the organisation of a partner is to be called.
Outcome<NewHome> checked_home(Draft& draft, const Redemption& input)
{
    Problems problems;
    check_text("/user/display_name", input.display_name, title_size_max, problems);
    auto home = input.organisation.value_or(NewHome{});
    if (input.organisation) {
        check_name("/organisation/name", home.name, problems);
        check_text("/organisation/title", home.title, title_size_max, problems);
    } else {
        reject(problems, "/organisation", "a partner says the name and the title of its own");
    }
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, name_key(whole_exchange, Noun::organisation, home.name))) {
        return refuse(RefusalCode::name_taken,
                      "the name " + home.name + " is taken: choose another");
    }
    return home;
}

// The organisation of a partner, and its first person, who made both.
Outcome<Joined> found(Draft& draft, const Act& act, Invitation invitation, const Redemption& input)
{
    const bool fits = leads_to_partner(draft, invitation, input.partners) && invitation.email &&
                      invitation.email->text == lower_case(input.email);
    if (!fits) return no_such_activation();
    const auto called = checked_home(draft, input);
    if (!called) return refuse(called.error());
    Organisation home;
    begin(home, draft, act, {});
    home.organisation = home.id;
    home.name = called->name;
    home.title = called->title;
    User user;
    begin(user, draft, act, home.id);
    user.state = UserState::active;
    user.email = *invitation.email;
    user.display_name = {input.display_name};
    user.roles = {Role::org_admin};
    home.created_by = user.created_by = Principal{user.id};
    draft.put(home);
    draft.put(user);
    invitation.state = InvitationState::redeemed;
    invitation.joined = home.id;
    draft.put(invitation);
    auto key =
        add_key(draft, act, home.id, {.principal = Principal{user.id}, .scopes = all_scopes()});
    draft.names(word_of(Verb::redeem), to_string(invitation.id));
    return Joined{.user = std::move(user), .key = std::move(key)};
}

}  // namespace

Outcome<Invited> invite_member(Draft& draft,
                               const Act& act,
                               OrganisationId organisation,
                               const NewMember& input)
{
    const auto home = draft.find<Organisation>(organisation);
    if (!home || !concerns(act, organisation, Scope::org_write)) {
        return refuse(RefusalCode::not_found, to_string(organisation));
    }
    if (!inviters_of_members(draft, act, organisation).contains(Actor::admin)) {
        return refuse(RefusalCode::right_missing, "only an org_admin invites members");
    }
    const auto email = lower_case(input.email);
    Problems problems;
    check_email("/email", email, problems);
    check_roles(*home, input.roles, problems);
    if (!input.message.empty()) check_text("/message", input.message, message_size_max, problems);
    check_end(draft, input.expires_at, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, email_key(organisation, email))) {
        return refuse(RefusalCode::name_taken,
                      "this address is one of a member, or of somebody who is invited");
    }
    User user;
    begin(user, draft, act, organisation);
    user.email = {email};
    user.roles = input.roles;
    draft.put(user);
    auto invited = add_invitation(draft, act, user, input);
    draft.names("invite", to_string(invited.invitation.id));
    return invited;
}

Outcome<Invited> invite_partner(Draft& draft, const Act& act, const NewPartner& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    const auto may = check_actor(
        act, organisation, Scope::access_write, Actors{Actor::provider}, "a product_owner");
    if (!may) return refuse(may.error());
    const auto email = lower_case(input.email);
    Problems problems;
    check_email("/email", email, problems);
    if (!input.message.empty()) check_text("/message", input.message, message_size_max, problems);
    check_end(draft, input.expires_at, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    auto token = make_token(act.entropy);
    Invitation invitation;
    begin(invitation, draft, act, organisation);
    invitation.kind = InvitationKind::partner;
    invitation.email = {email};
    invitation.message = {input.message};
    invitation.expires_at = end_of(draft, input.expires_at);
    invitation.token = hash_of_token(token.reveal());
    draft.put(invitation);
    draft.names("invite", to_string(invitation.id));
    return Invited{.invitation = std::move(invitation), .token = std::move(token)};
}

Invited add_invitation(Draft& draft, const Act& act, const User& user, const NewMember& input)
{
    auto token = make_token(act.entropy);
    Invitation invitation;
    begin(invitation, draft, act, user.organisation);
    invitation.email = user.email;
    invitation.roles = user.roles;
    invitation.user = user.id;
    invitation.message = {input.message};
    invitation.expires_at = end_of(draft, input.expires_at);
    invitation.token = hash_of_token(token.reveal());
    draft.put(invitation);
    return {.invitation = std::move(invitation), .token = std::move(token)};
}

Outcome<Invited> resend_invitation(Draft& draft,
                                   const Act& act,
                                   InvitationId id,
                                   std::optional<Timestamp> expires_at)
{
    auto invitation = find_mine(draft, act, id);
    if (!invitation) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(*invitation, Verb::resend, inviters(draft, act, *invitation));
    if (!changed) return refuse(changed.error());
    Problems problems;
    check_end(draft, expires_at, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    auto token = make_token(act.entropy);
    invitation->token = hash_of_token(token.reveal());
    invitation->expires_at = end_of(draft, expires_at);
    draft.put(*invitation);
    draft.names(word_of(Verb::resend), to_string(id));
    return Invited{.invitation = *std::move(invitation), .token = std::move(token)};
}

Outcome<Invitation> end_invitation(Draft& draft, const Act& act, InvitationId id, Verb verb)
{
    assert(verb == Verb::cancel || verb == Verb::expire);
    auto invitation = find_mine(draft, act, id);
    if (!invitation) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(*invitation, verb, inviters(draft, act, *invitation));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(invitation);
    draft.put(*invitation);
    auto named = invitation->user ? draft.find<User>(*invitation->user) : std::nullopt;
    if (named && named->state == UserState::invited) {
        named->state = UserState::deleted;
        draft.put(*named);
    }
    draft.names(word_of(verb), to_string(id));
    return *std::move(invitation);
}

Outcome<Preview> preview_invitation(Draft& draft, std::string_view token, bool partners)
{
    auto invitation = open_invitation(draft, token);
    if (!invitation) return no_such_activation();
    auto inviter = draft.find<Organisation>(invitation->organisation);
    const bool leads_in = invitation->kind == InvitationKind::partner
                              ? leads_to_partner(draft, *invitation, partners)
                              : invited_user(draft, *invitation).has_value();
    if (!leads_in || !inviter) return no_such_activation();
    return Preview{*std::move(invitation), *std::move(inviter)};
}

Outcome<Joined> redeem_invitation(Draft& draft, const Act& act, const Redemption& input)
{
    auto invitation = open_invitation(draft, input.token);
    if (!invitation) return no_such_activation();
    if (invitation->kind == InvitationKind::partner) {
        return found(draft, act, *std::move(invitation), input);
    }
    auto user = invited_user(draft, *invitation);
    const bool fits = user && user->email.text == lower_case(input.email);
    if (!fits) return no_such_activation();
    Problems problems;
    check_text("/user/display_name", input.display_name, title_size_max, problems);
    if (!problems.empty()) return refuse(invalid(problems));

    invitation->state = InvitationState::redeemed;
    draft.put(*invitation);
    if (user->state == UserState::active) revoke_keys_of(draft, Principal{user->id});
    user->state = UserState::active;
    user->display_name = {input.display_name};
    draft.put(*user);
    auto key = add_key(
        draft, act, user->organisation, {.principal = Principal{user->id}, .scopes = all_scopes()});
    draft.names(word_of(Verb::redeem), to_string(invitation->id));
    return Joined{.user = *std::move(user), .key = std::move(key)};
}

}  // namespace strait::catalog
