#include "catalog/commands/organisations.hpp"

#include "catalog/commands/api_key.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

struct CommandTest : ::testing::Test {
    MemoryCatalog catalog;
    Act host{.actor = Principal{Principal::Kind::host},
             .organisation = {},
             .roles = {},
             .entropy = counting_entropy(),
             .pepper = Secret{"pepper"}};

    // As somebody with these roles there.
    [[nodiscard]] Act member(OrganisationId organisation, std::vector<Role> roles) const
    {
        auto act = host;
        act.actor = Principal{some_id<Noun::user>(99)};
        act.organisation = organisation;
        act.roles = std::move(roles);
        return act;
    }

    CreatedOrganisation create(const std::string& name)
    {
        auto made = catalog.execute([&](Draft& draft) {
            return create_organisation(
                draft, host, {name, "Title of " + name, "a@" + name + ".example"});
        });
        if (!made) throw std::runtime_error{made.error().detail};
        return *std::move(made);
    }

    Outcome<Joined> redeem(const Secret& token, const std::string& email)
    {
        return catalog.execute([&](Draft& draft) {
            return redeem_invitation(
                draft, host, {.token = token.reveal(), .email = email, .display_name = "Ada"});
        });
    }

    Outcome<Organisation> change(OrganisationId id, Verb verb, const Act& act)
    {
        return catalog.execute(
            [&](Draft& draft) { return change_organisation(draft, act, id, verb); });
    }

    Outcome<Invited> invite(OrganisationId id, const Act& act, const NewMember& input)
    {
        return catalog.execute([&](Draft& draft) { return invite_member(draft, act, id, input); });
    }

    template <class T>
    static RefusalCode code_of(const Outcome<T>& outcome)
    {
        EXPECT_FALSE(outcome);
        return outcome ? RefusalCode{} : outcome.error().code;
    }
};

using Organisations = CommandTest;
using Invitations = CommandTest;

TEST_F(Organisations, BeginWithTheOneThatRunsTheExchange)
{
    const NewOrganisation input{"acme", "Acme", "Ops@Acme.example"};
    const auto made = catalog.execute([&](Draft& draft) { return bootstrap(draft, host, input); });

    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_TRUE(made->organisation.operator_);
    EXPECT_EQ(made->admin.invitation.roles, (std::vector{Role::org_admin, Role::operator_}));
    EXPECT_EQ(made->admin.invitation.email, Personal{"ops@acme.example"});
    EXPECT_EQ(catalog.verb, "bootstrap");
    EXPECT_EQ(catalog.object, to_string(made->organisation.id));
    const auto again = catalog.execute(
        [&](Draft& draft) { return bootstrap(draft, host, {"b", "B", "o@b.example"}); });
    EXPECT_EQ(code_of(again), RefusalCode::bootstrap_done);
}

TEST_F(Organisations, AreCreatedByAnOperatorOnly)
{
    const auto made = create("globex");
    EXPECT_EQ(made.organisation.organisation, made.organisation.id);
    EXPECT_FALSE(made.organisation.operator_);
    EXPECT_EQ(catalog.verb, "create");

    const auto admin = member(made.organisation.id, {Role::org_admin});
    const auto refused = catalog.execute([&](Draft& draft) {
        return create_organisation(draft, admin, {"initech", "Initech", "a@initech.example"});
    });
    EXPECT_EQ(code_of(refused), RefusalCode::right_missing);
}

TEST_F(Organisations, HaveANameThatNoOtherHas)
{
    create("globex");
    const auto twin = catalog.execute([&](Draft& draft) {
        return create_organisation(draft, host, {"globex", "Other", "b@globex.example"});
    });
    EXPECT_EQ(code_of(twin), RefusalCode::name_taken);
}

TEST_F(Organisations, AreToldAllThatIsWrongAtOnce)
{
    const auto made = catalog.execute(
        [&](Draft& draft) { return create_organisation(draft, host, {"-Acme", "", "nobody"}); });

    EXPECT_EQ(code_of(made), RefusalCode::invalid_request);
    std::vector<std::string> pointers;
    for (const auto& problem : made.error().problems) pointers.push_back(problem.pointer);
    EXPECT_EQ(pointers, (std::vector<std::string>{"/name", "/title", "/admin_email"}));
    EXPECT_EQ(catalog.revision(), 0U);
}

TEST_F(Organisations, AreSuspendedResumedAndClosed)
{
    const auto id = create("globex").organisation.id;

    EXPECT_EQ(change(id, Verb::suspend, host)->state, OrganisationState::suspended);
    EXPECT_EQ(catalog.verb, "suspend");
    EXPECT_EQ(change(id, Verb::resume, host)->state, OrganisationState::active);
    EXPECT_EQ(change(id, Verb::close, host)->state, OrganisationState::closed);
    EXPECT_EQ(catalog.find<Organisation>(id)->state, OrganisationState::closed);
}

TEST_F(Organisations, AreLeftAloneByWhatTookEffect)
{
    const auto id = create("globex").organisation.id;
    ASSERT_TRUE(change(id, Verb::suspend, host));
    const auto revision = catalog.revision();

    EXPECT_EQ(change(id, Verb::suspend, host)->state, OrganisationState::suspended);

    EXPECT_EQ(catalog.revision(), revision);
}

TEST_F(Organisations, SayWhatIsAllowedInstead)
{
    const auto id = create("globex").organisation.id;
    ASSERT_TRUE(change(id, Verb::close, host));

    const auto refused = change(id, Verb::suspend, host);

    EXPECT_EQ(code_of(refused), RefusalCode::illegal_transition);
    EXPECT_TRUE(refused.error().named.empty());
    EXPECT_EQ(refused.error().detail, "suspend: not legal for org in state closed");
}

TEST_F(Organisations, AreSuspendedByNobodyElse)
{
    const auto id = create("globex").organisation.id;
    EXPECT_EQ(code_of(change(id, Verb::suspend, member(id, {Role::org_admin}))),
              RefusalCode::right_missing);
    EXPECT_TRUE(change(id, Verb::close, member(id, {Role::org_admin})));
    EXPECT_EQ(code_of(change(some_id<Noun::organisation>(77), Verb::suspend, host)),
              RefusalCode::not_found);
}

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
              RefusalCode::right_missing);
    EXPECT_TRUE(invite(id, member(id, {Role::org_admin}), {"c@globex.example", {Role::developer}}));
    EXPECT_EQ(
        code_of(invite(id, member(id, {Role::developer}), {"d@globex.example", {Role::developer}})),
        RefusalCode::right_missing);
    const auto elsewhere = member(some_id<Noun::organisation>(50), {Role::org_admin});
    EXPECT_EQ(code_of(invite(id, elsewhere, {"d@globex.example", {Role::developer}})),
              RefusalCode::right_missing);
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

}  // namespace
}  // namespace strait::catalog
