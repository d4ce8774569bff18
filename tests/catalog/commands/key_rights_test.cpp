#include "catalog/commands/networks.hpp"
#include "tests/catalog/some_keys.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using namespace std::chrono_literals;

// A key is no way up: not by the roles of its holder, nor by its scopes.
TEST_F(CredentialTest, GivesNothingThatItsMakerHasNot)
{
    auto developer = admin;
    developer.actor = Principal{some_id<Noun::user>(90)};
    developer.roles = {Role::developer};
    const auto master = catalog.execute([&](Draft& draft) {
        return create_application(
            draft, admin, {.name = "master", .title = "Master", .roles = {Role::org_admin}});
    });
    const NewKey of_master{.principal = Principal{master->id}, .scopes = {Scope::org_write}};
    const auto key = issue(admin, of_master);
    ASSERT_TRUE(key) << key.error().detail;

    EXPECT_EQ(code_of(issue(developer, of_master)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(rotate(developer, key->credential.id)), RefusalCode::right_missing);
    auto narrow = admin;
    narrow.scopes = {Scope::apps_write};
    EXPECT_EQ(code_of(issue(narrow, of_master)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(rotate(narrow, key->credential.id)), RefusalCode::right_missing);
    narrow.scopes = {Scope::org_write};
    EXPECT_EQ(code_of(issue(narrow, of_master)), RefusalCode::right_missing);
    EXPECT_TRUE(rotate(admin, key->credential.id));
}

TEST_F(CredentialTest, OfAnOperatorIsMadeByAnotherAlone)
{
    auto owner = catalog.find<User>(ada.user.id).value();
    owner.roles = {Role::operator_};
    put(owner);
    auto other = admin;
    other.actor = Principal{some_id<Noun::user>(90)};
    const NewKey input{.principal = Principal{owner.id}, .scopes = {Scope::org_write}};

    EXPECT_EQ(code_of(issue(other, input)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(rotate(other, ada.key.credential.id)), RefusalCode::right_missing);
    other.roles.push_back(Role::operator_);
    EXPECT_TRUE(issue(other, input));
}

// What a program can do with a key of one scope: renew and end that key, and nothing else.
TEST_F(CredentialTest, OfFewScopesHandlesItselfAlone)
{
    const auto key = issue(admin, of_program());
    const auto other = issue(admin, of_program());
    const auto act = act_of(show(key->text).value(), host.entropy, host.pepper);
    EXPECT_EQ(act.credential, key->credential.id);

    EXPECT_EQ(code_of(issue(act, of_program())), RefusalCode::right_missing);
    EXPECT_EQ(code_of(rotate(act, other->credential.id)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(revoke(act, other->credential.id)), RefusalCode::right_missing);
    EXPECT_TRUE(rotate(act, key->credential.id));
    EXPECT_TRUE(revoke(act, key->credential.id));
}

TEST_F(CredentialTest, BoundToASubscriptionHasItsRightsAndItsEnd)
{
    auto subscription = some_subscription();
    subscription.organisation = ada.user.organisation;
    subscription.application = program.id;
    subscription.ends_at = {catalog.now.unix_ms + 10'000};
    put(subscription);
    auto input = of_program();
    input.subscription = subscription.id;

    const auto key = issue(admin, input);
    ASSERT_TRUE(key) << key.error().detail;
    EXPECT_EQ(key->credential.subscription, subscription.id);
    EXPECT_EQ(key->credential.expires_at, subscription.ends_at);
    pass(1s);
    const auto next = rotate(key->credential.id);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->credential.subscription, subscription.id);
    EXPECT_EQ(next->credential.expires_at, subscription.ends_at);

    auto wider = input;
    wider.scopes = {Scope::stream_write};
    EXPECT_EQ(code_of(issue(admin, wider)), RefusalCode::invalid_request);
    wider = input;
    wider.expires_at = Timestamp{subscription.ends_at.unix_ms + 1};
    EXPECT_EQ(code_of(issue(admin, wider)), RefusalCode::key_too_long_lived);
    wider = input;
    wider.principal = Principal{ada.user.id};
    EXPECT_EQ(code_of(issue(admin, wider)), RefusalCode::not_found);
    subscription.state = SubscriptionState::terminating;
    put(subscription);
    EXPECT_EQ(code_of(issue(admin, input)), RefusalCode::not_found);
    EXPECT_EQ(code_of(rotate(next->credential.id)), RefusalCode::not_found);
}

TEST_F(CredentialTest, OnlyBecomesNarrower)
{
    auto input = of_program();
    input.scopes = {Scope::stream_read, Scope::stream_write};
    input.allow_ips = {"192.0.2.17/24", "2001:DB8::1"};
    const auto key = issue(admin, input);
    ASSERT_TRUE(key) << key.error().detail;
    EXPECT_EQ(key->credential.allow_ips,
              (std::vector<std::string>{"192.0.2.0/24", "2001:db8::1/128"}));
    const auto narrow = [&](const NarrowedKey& to) {
        return catalog.execute(
            [&](Draft& draft) { return narrow_key(draft, admin, key->credential.id, to); });
    };
    const Timestamp end = key->credential.expires_at;

    for (const auto& wider : {NarrowedKey{.scopes = std::vector<Scope>{}},
                              NarrowedKey{.scopes = std::vector{Scope::org_write}},
                              NarrowedKey{.allow_ips = std::vector<std::string>{}},
                              NarrowedKey{.allow_ips = std::vector<std::string>{"192.0.0.0/16"}},
                              NarrowedKey{.expires_at = Timestamp{end.unix_ms + 1}},
                              NarrowedKey{.expires_at = catalog.now}}) {
        EXPECT_EQ(code_of(narrow(wider)), RefusalCode::invalid_request);
    }
    const auto narrowed = narrow({.scopes = std::vector{Scope::stream_read},
                                  .allow_ips = std::vector<std::string>{"192.0.2.128/25"},
                                  .expires_at = Timestamp{end.unix_ms - 1}});
    ASSERT_TRUE(narrowed) << narrowed.error().detail;
    EXPECT_EQ(narrowed->scopes, std::vector{Scope::stream_read});
    EXPECT_EQ(narrowed->allow_ips, std::vector<std::string>{"192.0.2.128/25"});
    EXPECT_EQ(narrowed->expires_at.unix_ms, end.unix_ms - 1);
    ASSERT_TRUE(revoke(admin, key->credential.id));
    EXPECT_EQ(code_of(narrow({.expires_at = Timestamp{end.unix_ms - 2}})),
              RefusalCode::illegal_transition);
}

TEST_F(CredentialTest, IsForNetworksThatThereAre)
{
    for (const auto* const text :
         {"192.0.2.0/33", "acme.example", "fe80::1%eth0/64", "", "::/129"}) {
        auto input = of_program();
        input.allow_ips = {"192.0.2.1", text};
        const auto refused = issue(admin, input);
        EXPECT_EQ(code_of(refused), RefusalCode::invalid_request) << text;
        EXPECT_EQ(refused.error().problems.front().pointer, "/allow_ips/1");
    }
    auto input = of_program();
    input.allow_ips.assign(networks_max + 1, "192.0.2.1");
    EXPECT_EQ(code_of(issue(admin, input)), RefusalCode::invalid_request);
    input.allow_ips.pop_back();
    EXPECT_TRUE(issue(admin, input));
}

TEST_F(CredentialTest, IsNotOneMoreThanAFewByRotation)
{
    const auto first = issue(admin, of_program());
    for (std::size_t i = 1; i < live_keys_max; ++i) ASSERT_TRUE(issue(admin, of_program()));

    EXPECT_EQ(code_of(rotate(first->credential.id)), RefusalCode::in_use);
    EXPECT_EQ(catalog.find<Credential>(first->credential.id)->state, CredentialState::active);
}

}  // namespace
}  // namespace strait::catalog
