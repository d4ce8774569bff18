#include "tests/catalog/some_organisations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using Organisations = CommandTest;

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

// What took effect before is no news to whoever could not have said it.
TEST_F(Organisations, TellNobodyWithoutRightsWhatTookEffect)
{
    const auto id = create("globex").organisation.id;
    EXPECT_EQ(code_of(change(id, Verb::resume, member(id, {Role::org_admin}))),
              RefusalCode::right_missing);
    EXPECT_TRUE(change(id, Verb::resume, host));
}

// A key can do less than its holder, and one without a scope nothing.
TEST_F(Organisations, AreChangedWithTheScopeForItAlone)
{
    const auto id = create("globex").organisation.id;
    auto admin = member(id, {Role::org_admin});
    for (const auto& few : {std::vector<Scope>{}, {Scope::apps_write, Scope::access_write}}) {
        admin.scopes = few;
        EXPECT_EQ(code_of(change(id, Verb::close, admin)), RefusalCode::right_missing);
        EXPECT_EQ(code_of(invite(id, admin, {"b@globex.example", {Role::developer}})),
                  RefusalCode::right_missing);
    }
    auto operator_key = member(some_id<Noun::organisation>(60), {Role::operator_});
    operator_key.scopes = {Scope::products_write};
    EXPECT_EQ(code_of(change(id, Verb::suspend, operator_key)), RefusalCode::not_found);
    EXPECT_EQ(code_of(catalog.execute([&](Draft& draft) {
                  return create_organisation(draft, operator_key, {"b", "B", "o@b.example"});
              })),
              RefusalCode::right_missing);
    operator_key.scopes = {Scope::org_write};
    EXPECT_TRUE(change(id, Verb::suspend, operator_key));
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

}  // namespace
}  // namespace strait::catalog
