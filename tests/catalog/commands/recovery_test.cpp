#include "catalog/commands/recovery.hpp"

#include "tests/catalog/some_keys.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::catalog {
namespace {

struct RecoveryTest : CredentialTest {
    Outcome<Invited> again(const Act& act, const std::string& email = "a@globex.example")
    {
        return catalog.execute(
            [&](Draft& draft) { return reinvite(draft, act, ada.user.organisation, email); });
    }

    Outcome<Joined> redeem(const Secret& token, const std::string& email = "a@globex.example")
    {
        return catalog.execute([&](Draft& draft) {
            return redeem_invitation(
                draft, host, {.token = token.reveal(), .email = email, .display_name = "Ada"});
        });
    }
};

TEST_F(RecoveryTest, LetsTheLastAdminBackInOnceItHasNoKey)
{
    EXPECT_EQ(code_of(again(host)), RefusalCode::in_use);
    ASSERT_TRUE(revoke(admin, ada.key.credential.id));

    const auto link = again(host);

    ASSERT_TRUE(link) << link.error().detail;
    EXPECT_EQ(catalog.verb, "reinvite");
    const auto spare = again(host);
    const auto joined = redeem(link->token);
    ASSERT_TRUE(joined) << joined.error().detail;
    EXPECT_EQ(joined->user.id, ada.user.id);
    EXPECT_TRUE(show(joined->key.text));
    EXPECT_EQ(code_of(redeem(spare->token)), RefusalCode::activation_invalid);
}

TEST_F(RecoveryTest, IsTheOperatorsAndForAdminsAlone)
{
    ASSERT_TRUE(revoke(admin, ada.key.credential.id));
    EXPECT_EQ(code_of(again(admin)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(again(as(join("initech").user))), RefusalCode::not_found);
    EXPECT_EQ(code_of(again(host, "spy@acme.example")), RefusalCode::not_found);
    auto demoted = ada.user;
    demoted.roles = {Role::developer};
    put(demoted);
    EXPECT_EQ(code_of(again(host)), RefusalCode::not_found);
}

TEST_F(RecoveryTest, OfTheOperatorIsTheHostsAtAnyTime)
{
    const std::string email = "ops@acme.example";
    const auto recovered = [&](const Act& act) {
        return catalog.execute([&](Draft& draft) { return recover(draft, act, email); });
    };
    EXPECT_EQ(code_of(recovered(host)), RefusalCode::not_found);
    const auto made = catalog.execute(
        [&](Draft& draft) { return bootstrap(draft, host, {"acme", "Acme", email}); });
    const auto first = redeem(made->admin.token, email);
    ASSERT_TRUE(first);
    EXPECT_EQ(code_of(recovered(as(first->user))), RefusalCode::right_missing);

    const auto link = recovered(host);

    ASSERT_TRUE(link) << link.error().detail;
    EXPECT_EQ(catalog.verb, "recover");
    const auto second = redeem(link->token, email);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_EQ(second->user.id, first->user.id);
    EXPECT_TRUE(show(second->key.text));
    EXPECT_EQ(code_of(show(first->key.text)), RefusalCode::unauthenticated);
}

}  // namespace
}  // namespace strait::catalog
