#include "tests/catalog/some_organisations.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

// acme invites a company that is not here yet.
struct PartnersTest : CommandTest {
    OrganisationId acme = create("acme").organisation.id;
    Act owner = member(acme, {Role::product_owner});

    Outcome<Invited> invite_by(const Act& act, const std::string& email = "it@globex.example")
    {
        return catalog.execute(
            [&](Draft& draft) { return invite_partner(draft, act, {.email = email}); });
    }

    Outcome<Joined> join(const Secret& token,
                         const std::optional<NewHome>& home = NewHome{"globex", "Globex"},
                         bool partners = true,
                         const std::string& email = "it@globex.example")
    {
        return catalog.execute([&](Draft& draft) {
            return redeem_invitation(draft,
                                     host,
                                     {.token = token.reveal(),
                                      .email = email,
                                      .display_name = "Ada",
                                      .organisation = home,
                                      .partners = partners});
        });
    }
};

TEST_F(PartnersTest, FoundAnOrganisationOfTheirOwn)
{
    const auto invited = invite_by(owner);
    ASSERT_TRUE(invited) << invited.error().detail;

    const auto joined =
        join(invited->token, NewHome{"globex", "Globex"}, true, "IT@Globex.example");

    ASSERT_TRUE(joined) << joined.error().detail;
    const auto home = catalog.find<Organisation>(joined->user.organisation);
    ASSERT_TRUE(home);
    EXPECT_EQ(home->name, "globex");
    EXPECT_FALSE(home->operator_);
    EXPECT_EQ(home->state, OrganisationState::active);
    EXPECT_EQ(home->created_by, Principal{joined->user.id});
    EXPECT_NE(home->id, acme);
    EXPECT_EQ(joined->user.roles, std::vector{Role::org_admin});
    EXPECT_EQ(joined->key.credential.organisation, home->id);
    const auto invitation = catalog.find<Invitation>(invited->invitation.id);
    ASSERT_TRUE(invitation);
    EXPECT_EQ(invitation->state, InvitationState::redeemed);
    EXPECT_EQ(invitation->joined, home->id);
    EXPECT_EQ(invitation->organisation, acme);
    EXPECT_EQ(code_of(join(invited->token, NewHome{"initech", "Initech"})),
              RefusalCode::activation_invalid);
}

TEST_F(PartnersTest, AreInvitedByThoseWhoOwnProducts)
{
    EXPECT_EQ(code_of(invite_by(member(acme, {Role::developer}))), RefusalCode::right_missing);
    EXPECT_EQ(code_of(invite_by(member(acme, {Role::auditor}))), RefusalCode::right_missing);
    auto narrow = owner;
    narrow.scopes = {Scope::products_write};
    EXPECT_EQ(code_of(invite_by(narrow)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(invite_by(owner, "nobody")), RefusalCode::invalid_request);
    const auto invited = invite_by(member(acme, {Role::org_admin}));
    ASSERT_TRUE(invited);
    EXPECT_TRUE(catalog.execute([&](Draft& draft) {
        return end_invitation(draft, owner, invited->invitation.id, Verb::cancel);
    }));
    EXPECT_EQ(code_of(join(invited->token)), RefusalCode::activation_invalid);
}

TEST_F(PartnersTest, ComeOnlyWhereTheExchangeTakesThemAndTheInviterIsActive)
{
    const auto invited = invite_by(owner);
    ASSERT_TRUE(invited);
    EXPECT_EQ(code_of(join(invited->token, NewHome{"globex", "Globex"}, false)),
              RefusalCode::activation_invalid);
    EXPECT_EQ(code_of(join(invited->token, NewHome{"globex", "Globex"}, true, "x@globex.example")),
              RefusalCode::activation_invalid);
    ASSERT_TRUE(change(acme, Verb::suspend, host));
    EXPECT_EQ(code_of(join(invited->token)), RefusalCode::activation_invalid);
    ASSERT_TRUE(change(acme, Verb::resume, host));
    EXPECT_TRUE(join(invited->token));
}

TEST_F(PartnersTest, SayWhatTheyAreCalledAndKeepTheirLinkUntilTheyDo)
{
    const auto invited = invite_by(owner);
    ASSERT_TRUE(invited);
    const auto unnamed = join(invited->token, std::nullopt);
    EXPECT_EQ(code_of(unnamed), RefusalCode::invalid_request);
    EXPECT_EQ(unnamed.error().problems.front().pointer, "/organisation");
    EXPECT_EQ(code_of(join(invited->token, NewHome{"Globex!", ""})), RefusalCode::invalid_request);
    EXPECT_EQ(code_of(join(invited->token, NewHome{"acme", "Acme"})), RefusalCode::name_taken);
    EXPECT_TRUE(join(invited->token));
}

TEST_F(PartnersTest, MakeNobodyAnOperator)
{
    const auto invited = invite_by(owner);
    ASSERT_TRUE(invited);
    const auto joined = join(invited->token);
    ASSERT_TRUE(joined);
    EXPECT_FALSE(catalog.find<Organisation>(joined->user.organisation)->operator_);
    // A member's link makes no organisation, whatever comes with it.
    const auto made = create("initech");
    const auto member_of_it =
        join(made.admin.token, NewHome{"evil", "Evil"}, true, "a@initech.example");
    ASSERT_TRUE(member_of_it);
    EXPECT_EQ(member_of_it->user.organisation, made.organisation.id);
}

}  // namespace
}  // namespace strait::catalog
