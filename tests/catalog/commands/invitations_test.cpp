#include "catalog/commands/api_key.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/authentication.hpp"
#include "tests/catalog/some_organisations.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {
namespace {

using Invitations = CommandTest;

TEST_F(Invitations, MakeAMemberOfWhoeverRedeemsThem)
{
    const auto made = create("globex");

    const auto joined = redeem(made.admin.token, "A@Globex.example");

    ASSERT_TRUE(joined) << joined.error().detail;
    EXPECT_EQ(joined->user.state, UserState::active);
    EXPECT_EQ(joined->user.organisation, made.organisation.id);
    EXPECT_EQ(joined->user.roles, std::vector{Role::org_admin});
    EXPECT_EQ(joined->user.display_name, Personal{"Ada"});
    EXPECT_EQ(catalog.find<Invitation>(made.admin.invitation.id)->state, InvitationState::redeemed);
    const auto key = read_api_key(joined->key.text.reveal());
    ASSERT_TRUE(key);
    const auto stored = catalog.find<Credential>(joined->key.credential.id);
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->key_id, key->id);
    EXPECT_EQ(stored->secret, hash_of(*key, host.pepper));
    EXPECT_EQ(stored->principal, Principal{joined->user.id});
    EXPECT_EQ(stored->expires_at.unix_ms, some_time.unix_ms + key_life.count());
}

TEST_F(Invitations, AreRefusedInTheSameWordsWhateverIsWrong)
{
    const auto made = create("globex");
    const auto unknown = redeem(Secret{"nonsense"}, "a@globex.example");
    const auto of_another = redeem(made.admin.token, "b@globex.example");
    catalog.now.unix_ms += invitation_life.count();
    const auto expired = redeem(made.admin.token, "a@globex.example");
    catalog.now = some_time;
    ASSERT_TRUE(redeem(made.admin.token, "a@globex.example"));
    const auto used = redeem(made.admin.token, "a@globex.example");

    EXPECT_EQ(code_of(unknown), RefusalCode::activation_invalid);
    for (const auto* const other : {&of_another, &expired, &used}) {
        ASSERT_FALSE(*other);
        EXPECT_EQ(other->error(), unknown.error());
    }
}

TEST_F(Invitations, AreDeadOnceTheyWereSentAgain)
{
    const auto made = create("globex");
    const auto again = catalog.execute(
        [&](Draft& draft) { return resend_invitation(draft, host, made.admin.invitation.id); });
    ASSERT_TRUE(again) << again.error().detail;

    EXPECT_EQ(code_of(redeem(made.admin.token, "a@globex.example")),
              RefusalCode::activation_invalid);
    EXPECT_TRUE(redeem(again->token, "a@globex.example"));
}

TEST_F(Invitations, LeaveNobodyBehindWhenTheyAreCancelled)
{
    const auto made = create("globex");
    const auto ended = catalog.execute([&](Draft& draft) {
        return end_invitation(draft, host, made.admin.invitation.id, Verb::cancel);
    });

    ASSERT_TRUE(ended);
    EXPECT_EQ(catalog.find<User>(*ended->user)->state, UserState::deleted);
    EXPECT_EQ(code_of(redeem(made.admin.token, "a@globex.example")),
              RefusalCode::activation_invalid);
    EXPECT_TRUE(invite(made.organisation.id, host, {"a@globex.example", {Role::org_admin}}));
}

TEST_F(Invitations, AreMadeByTheOperatorOnlyAsLongAsThereIsNobody)
{
    const auto made = create("globex");
    const auto id = made.organisation.id;
    const auto other = invite(id, host, {"b@globex.example", {Role::org_admin}});
    ASSERT_TRUE(other);
    ASSERT_TRUE(redeem(made.admin.token, "a@globex.example"));

    EXPECT_EQ(code_of(invite(id, host, {"spy@acme.example", {Role::org_admin}})),
              RefusalCode::right_missing);
    EXPECT_EQ(code_of(catalog.execute([&](Draft& draft) {
                  return resend_invitation(draft, host, other->invitation.id);
              })),
              RefusalCode::not_found);
    EXPECT_TRUE(invite(id, member(id, {Role::org_admin}), {"c@globex.example", {Role::developer}}));
    EXPECT_EQ(
        code_of(invite(id, member(id, {Role::developer}), {"d@globex.example", {Role::developer}})),
        RefusalCode::right_missing);
}

// Whatever it is asked, and in the same words as for one that there is not.
TEST_F(Invitations, AreNotFoundByOthers)
{
    const auto made = create("globex");
    const auto elsewhere = member(some_id<Noun::organisation>(50), {Role::org_admin});
    const auto absent = some_id<Noun::organisation>(51);
    const auto no_invitation = some_id<Noun::invitation>(51);
    const auto resend = [&](InvitationId id) {
        return catalog.execute(
            [&](Draft& draft) { return resend_invitation(draft, elsewhere, id); });
    };
    const auto cancel = [&](InvitationId id) {
        return catalog.execute(
            [&](Draft& draft) { return end_invitation(draft, elsewhere, id, Verb::cancel); });
    };
    const auto same = [](Refusal foreign, Refusal none, auto foreign_id, auto none_id) {
        EXPECT_EQ(foreign.code, RefusalCode::not_found);
        EXPECT_EQ(std::exchange(foreign.detail, ""), to_string(foreign_id));
        EXPECT_EQ(std::exchange(none.detail, ""), to_string(none_id));
        EXPECT_EQ(foreign, none);
    };
    const auto id = made.organisation.id;
    const auto invitation = made.admin.invitation.id;

    same(invite(id, elsewhere, {"bad", {}}).error(),
         invite(absent, elsewhere, {"bad", {}}).error(),
         id,
         absent);
    same(resend(invitation).error(), resend(no_invitation).error(), invitation, no_invitation);
    same(cancel(invitation).error(), cancel(no_invitation).error(), invitation, no_invitation);
    same(change(id, Verb::resume, elsewhere).error(),
         change(absent, Verb::resume, elsewhere).error(),
         id,
         absent);
}

TEST_F(Invitations, OfMembersAreLeftAloneByWhoOwnsProducts)
{
    const auto made = create("globex");
    const auto owner = member(made.organisation.id, {Role::product_owner});
    const auto id = made.admin.invitation.id;

    EXPECT_EQ(
        code_of(catalog.execute([&](Draft& draft) { return resend_invitation(draft, owner, id); })),
        RefusalCode::right_missing);
    EXPECT_EQ(code_of(catalog.execute(
                  [&](Draft& draft) { return end_invitation(draft, owner, id, Verb::cancel); })),
              RefusalCode::right_missing);

    auto partner = some_invitation();
    partner.state = InvitationState::invited;
    partner.organisation = made.organisation.id;
    ASSERT_TRUE(catalog.execute([&](Draft& draft) -> Outcome<bool> {
        draft.put(partner);
        return true;
    }));
    auto narrow = owner;
    narrow.scopes = {Scope::org_write, Scope::products_write};
    EXPECT_EQ(code_of(catalog.execute(
                  [&](Draft& draft) { return resend_invitation(draft, narrow, partner.id); })),
              RefusalCode::right_missing);
    EXPECT_TRUE(
        catalog.execute([&](Draft& draft) { return resend_invitation(draft, owner, partner.id); }));
}

TEST_F(Invitations, LastAsLongAsTheInviterSaysUpToAMonth)
{
    const auto id = create("globex").organisation.id;
    const auto admin = member(id, {Role::org_admin});
    const auto until = [&](const std::string& email, std::int64_t ms) {
        return invite(id,
                      admin,
                      {.email = email,
                       .roles = {Role::auditor},
                       .expires_at = Timestamp{catalog.now.unix_ms + ms}});
    };

    const auto longest = until("b@globex.example", invitation_life_max.count());
    ASSERT_TRUE(longest) << longest.error().detail;
    EXPECT_EQ(longest->invitation.expires_at.unix_ms,
              catalog.now.unix_ms + invitation_life_max.count());
    for (const auto ms : {invitation_life_max.count() + 1, std::int64_t{0}}) {
        const auto refused = until("c@globex.example", ms);
        EXPECT_EQ(code_of(refused), RefusalCode::invalid_request);
        EXPECT_EQ(refused.error().problems.front().pointer, "/expires_at");
    }
    const auto again = catalog.execute([&](Draft& draft) {
        return resend_invitation(
            draft, admin, longest->invitation.id, Timestamp{catalog.now.unix_ms + 5});
    });
    EXPECT_EQ(again->invitation.expires_at.unix_ms, catalog.now.unix_ms + 5);
}

TEST_F(Invitations, GiveNobodyTheRightsOfTheOperator)
{
    const auto id = create("globex").organisation.id;
    const auto admin = member(id, {Role::org_admin});

    const auto refused =
        invite(id, admin, {"b@globex.example", {Role::developer, Role::operator_}});

    EXPECT_EQ(code_of(refused), RefusalCode::invalid_request);
    EXPECT_EQ(refused.error().problems.front().pointer, "/roles");
    EXPECT_EQ(code_of(invite(id, admin, {"b@globex.example", {}})), RefusalCode::invalid_request);
}

TEST_F(Invitations, AreForOnePersonOnce)
{
    const auto id = create("globex").organisation.id;
    EXPECT_EQ(
        code_of(invite(id, member(id, {Role::org_admin}), {"A@globex.example", {Role::auditor}})),
        RefusalCode::name_taken);
}

TEST_F(Invitations, AreOfNoUseToASuspendedOrganisation)
{
    const auto made = create("globex");
    ASSERT_TRUE(change(made.organisation.id, Verb::suspend, host));

    EXPECT_EQ(code_of(redeem(made.admin.token, "a@globex.example")),
              RefusalCode::activation_invalid);
}

TEST_F(Invitations, AreFollowedByOtherRoles)
{
    const auto made = create("globex");
    const auto id = made.organisation.id;
    const auto ada = redeem(made.admin.token, "a@globex.example");
    ASSERT_TRUE(ada);
    const auto admin = member(id, {Role::org_admin});
    const auto describe = [&](const Act& act, UserId user, std::vector<Role> roles) {
        return catalog.execute([&](Draft& draft) {
            return describe_user(draft, act, user, {"Ada L.", std::move(roles)});
        });
    };
    const auto roles_of = [&](const IssuedKey& key) {
        return catalog
            .execute(
                [&](Draft& draft) { return authenticate(draft, key.text.reveal(), host.pepper); })
            .value()
            .roles;
    };
    EXPECT_EQ(code_of(describe(admin, ada->user.id, {Role::auditor})), RefusalCode::in_use);
    for (const auto& roles : {std::vector<Role>{}, {Role::org_admin, Role::operator_}}) {
        EXPECT_EQ(code_of(describe(admin, ada->user.id, roles)), RefusalCode::invalid_request);
    }
    EXPECT_EQ(code_of(describe(member(id, {Role::developer}), ada->user.id, {Role::org_admin})),
              RefusalCode::right_missing);
    const auto other = create("initech").organisation.id;
    EXPECT_EQ(code_of(describe(member(other, {Role::org_admin}), ada->user.id, {Role::org_admin})),
              RefusalCode::not_found);

    const auto bob = invite(id, admin, {"bob@globex.example", {Role::auditor}});
    ASSERT_TRUE(bob);
    const auto invited = bob->invitation.user.value();
    EXPECT_EQ(code_of(describe(admin, invited, {Role::org_admin})),
              RefusalCode::illegal_transition);
    const auto joined = redeem(bob->token, "bob@globex.example");
    ASSERT_TRUE(joined);
    ASSERT_TRUE(describe(admin, invited, {Role::org_admin}));
    EXPECT_EQ(roles_of(joined->key), std::vector{Role::org_admin});
    const auto left = describe(admin, ada->user.id, {Role::developer});
    ASSERT_TRUE(left) << left.error().detail;
    EXPECT_EQ(left->display_name.text, "Ada L.");
    EXPECT_EQ(roles_of(ada->key), std::vector{Role::developer});
    EXPECT_EQ(catalog.verb, "describe");
}

}  // namespace
}  // namespace strait::catalog
