#pragma once

#include "catalog/commands/credentials.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/commands/organisations.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {

// A catalog with nothing in it, and whoever acts on it.
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
        act.scopes = all_scopes();
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

}  // namespace strait::catalog
