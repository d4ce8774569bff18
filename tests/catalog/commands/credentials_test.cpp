#include "tests/catalog/some_keys.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using namespace std::chrono_literals;

TEST_F(CredentialTest, TellsWhoShowsIt)
{
    const auto key = issue(admin, of_program());
    ASSERT_TRUE(key) << key.error().detail;

    const auto holder = show(key->text);

    ASSERT_TRUE(holder) << holder.error().detail;
    EXPECT_EQ(holder->principal, Principal{program.id});
    EXPECT_EQ(holder->organisation, ada.user.organisation);
    EXPECT_EQ(holder->roles, std::vector{Role::developer});
    EXPECT_EQ(holder->credential.scopes, std::vector{Scope::stream_read});
    EXPECT_EQ(show(ada.key.text)->principal, Principal{ada.user.id});
}

TEST_F(CredentialTest, IsRefusedInTheSameWordsWhateverIsWrong)
{
    const auto text = ada.key.text.reveal();
    const auto key = read_api_key(text).value();
    const auto garbage = show(Secret{"strait_nonsense"});
    const auto unknown = show(text_of(make_api_key(host.entropy)));
    const auto wrong = show(text_of({key.id, make_api_key(host.entropy).secret}));
    const auto other_pepper =
        catalog.execute([&](Draft& draft) { return authenticate(draft, text, Secret{"other"}); });
    pass(key_life);
    const auto expired = show(ada.key.text);

    EXPECT_EQ(code_of(garbage), RefusalCode::unauthenticated);
    for (const auto* const other : {&unknown, &wrong, &other_pepper, &expired}) {
        ASSERT_FALSE(*other);
        EXPECT_EQ(other->error(), garbage.error());
    }
}

TEST_F(CredentialTest, IsOfNoUseOnceItsHolderIsDisabled)
{
    const auto key = issue(admin, of_program());
    const auto change = [&](Verb verb) {
        return catalog
            .execute(
                [&](Draft& draft) { return change_application(draft, admin, program.id, verb); })
            .has_value();
    };

    ASSERT_TRUE(change(Verb::disable));
    EXPECT_EQ(code_of(show(key->text)), RefusalCode::unauthenticated);
    ASSERT_TRUE(change(Verb::enable));
    EXPECT_TRUE(show(key->text));
    ASSERT_TRUE(change(Verb::remove));
    EXPECT_EQ(catalog.find<Credential>(key->credential.id)->state, CredentialState::revoked);
}

TEST_F(CredentialTest, IsOfNoUseInASuspendedOrganisation)
{
    ASSERT_TRUE(catalog.execute([&](Draft& draft) {
        return change_organisation(draft, host, ada.user.organisation, Verb::suspend);
    }));
    EXPECT_EQ(code_of(show(ada.key.text)), RefusalCode::unauthenticated);
}

TEST_F(CredentialTest, OverlapsItsSuccessor)
{
    const auto first = issue(admin, of_program());
    const auto second = rotate(first->credential.id);
    ASSERT_TRUE(second) << second.error().detail;

    EXPECT_TRUE(show(first->text));
    EXPECT_TRUE(show(second->text));
    EXPECT_EQ(second->credential.scopes, first->credential.scopes);
    pass(1h);
    EXPECT_EQ(code_of(show(first->text)), RefusalCode::unauthenticated);
    EXPECT_TRUE(show(second->text));
}

TEST_F(CredentialTest, IsNeverOneOfThree)
{
    const auto first = issue(admin, of_program());
    const auto second = rotate(first->credential.id);
    const auto third = rotate(second->credential.id);
    ASSERT_TRUE(third);

    EXPECT_EQ(code_of(show(first->text)), RefusalCode::unauthenticated);
    EXPECT_TRUE(show(second->text));
    EXPECT_TRUE(show(third->text));
    EXPECT_EQ(code_of(rotate(second->credential.id)), RefusalCode::illegal_transition);
}

TEST_F(CredentialTest, IsRevokedAtOnce)
{
    const auto key = issue(admin, of_program());
    const auto revoked =
        catalog.execute([&](Draft& draft) { return revoke_key(draft, admin, key->credential.id); });

    EXPECT_EQ(revoked->state, CredentialState::revoked);
    EXPECT_EQ(code_of(show(key->text)), RefusalCode::unauthenticated);
}

TEST_F(CredentialTest, IsNotFoundByOthers)
{
    const auto eve = join("initech");
    const auto act = as(eve.user);
    const auto id = ada.key.credential.id;

    EXPECT_EQ(code_of(issue(act, of_program())), RefusalCode::not_found);
    EXPECT_EQ(code_of(catalog.execute([&](Draft& draft) { return revoke_key(draft, act, id); })),
              RefusalCode::not_found);
    EXPECT_EQ(
        code_of(catalog.execute([&](Draft& draft) { return rotate_key(draft, act, id, 1h); })),
        RefusalCode::not_found);
}

TEST_F(CredentialTest, OfAPersonIsLeftAloneByOtherPeople)
{
    auto developer = admin;
    developer.actor = Principal{some_id<Noun::user>(90)};
    developer.roles = {Role::developer};

    EXPECT_TRUE(issue(developer, of_program()));
    EXPECT_EQ(code_of(issue(developer,
                            {.principal = Principal{ada.user.id}, .scopes = {Scope::org_write}})),
              RefusalCode::right_missing);
    EXPECT_EQ(code_of(catalog.execute([&](Draft& draft) {
                  return revoke_key(draft, developer, ada.key.credential.id);
              })),
              RefusalCode::right_missing);
}

TEST_F(CredentialTest, LivesNoLongerThanAYearAndNeverWithoutAScope)
{
    auto input = of_program();
    input.expires_at = Timestamp{catalog.now.unix_ms + key_life_max.count()};
    EXPECT_TRUE(issue(admin, input));
    input.expires_at->unix_ms += 1;
    EXPECT_EQ(code_of(issue(admin, input)), RefusalCode::key_too_long_lived);
    input.expires_at = catalog.now;
    EXPECT_EQ(code_of(issue(admin, input)), RefusalCode::invalid_request);
    EXPECT_EQ(code_of(issue(admin, {.principal = Principal{program.id}, .scopes = {}})),
              RefusalCode::invalid_request);
}

TEST_F(CredentialTest, IsOneOfAFew)
{
    for (std::size_t i = 0; i < live_keys_max; ++i) ASSERT_TRUE(issue(admin, of_program())) << i;
    EXPECT_EQ(code_of(issue(admin, of_program())), RefusalCode::in_use);
}

TEST_F(CredentialTest, EndsByItselfAndIsAudited)
{
    auto input = of_program();
    input.expires_at = Timestamp{catalog.now.unix_ms + 1'000};
    const auto key = issue(admin, input);
    EXPECT_EQ(
        catalog.execute([](Draft& draft) -> Outcome<Timestamp> { return next_ending(draft)->at; })
            .value(),
        *input.expires_at);

    pass(999ms);
    expire_all();
    EXPECT_EQ(catalog.find<Credential>(key->credential.id)->state, CredentialState::active);
    pass(1ms);
    expire_all();
    EXPECT_EQ(catalog.find<Credential>(key->credential.id)->state, CredentialState::expired);
    EXPECT_EQ(catalog.verb, "expire");
    EXPECT_EQ(catalog.object, to_string(key->credential.id));
}

TEST_F(CredentialTest, OfTheLastAdminStays)
{
    const auto change = [&](UserId id, Verb verb) {
        return catalog.execute([&](Draft& draft) { return change_user(draft, admin, id, verb); });
    };

    EXPECT_EQ(code_of(change(ada.user.id, Verb::remove)), RefusalCode::in_use);
    EXPECT_EQ(code_of(change(ada.user.id, Verb::disable)), RefusalCode::in_use);
    EXPECT_TRUE(show(ada.key.text));
}

TEST_F(CredentialTest, OfAProgramIsOfAnOwnNameAndOfNoMoreRolesThanItsMakers)
{
    auto developer = admin;
    developer.roles = {Role::developer};
    const auto create = [&](const Act& act, const NewApplication& input) {
        return catalog.execute([&](Draft& draft) { return create_application(draft, act, input); });
    };

    EXPECT_EQ(code_of(create(developer, {.name = "checkout", .title = "Twin"})),
              RefusalCode::name_taken);
    EXPECT_EQ(
        code_of(create(developer, {.name = "more", .title = "More", .roles = {Role::org_admin}})),
        RefusalCode::invalid_request);
    EXPECT_EQ(code_of(create(admin, {.name = "more", .title = "More", .roles = {Role::operator_}})),
              RefusalCode::invalid_request);
    EXPECT_TRUE(create(admin, {.name = "more", .title = "More", .roles = {Role::product_owner}}));
}

}  // namespace
}  // namespace strait::catalog
