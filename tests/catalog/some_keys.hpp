#pragma once

#include "catalog/commands/api_key.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/authentication.hpp"
#include "catalog/commands/credentials.hpp"
#include "catalog/commands/expiry.hpp"
#include "catalog/commands/organisations.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace strait::catalog {

// One organisation with an admin, who made a program.
struct CredentialTest : ::testing::Test {
    MemoryCatalog catalog;
    Act host{.actor = Principal{Principal::Kind::host},
             .organisation = {},
             .roles = {},
             .entropy = counting_entropy(),
             .pepper = Secret{"pepper"}};
    Joined ada = join("globex");
    Act admin = as(ada.user);
    Application program = create_program();

    Joined join(const std::string& name)
    {
        const auto email = "a@" + name + ".example";
        auto made = catalog.execute(
            [&](Draft& draft) { return create_organisation(draft, host, {name, "Title", email}); });
        auto joined = catalog.execute([&](Draft& draft) {
            return redeem_invitation(
                draft,
                host,
                {.token = made->admin.token.reveal(), .email = email, .display_name = "Ada"});
        });
        return *std::move(joined);
    }

    [[nodiscard]] Act as(const User& user) const
    {
        auto act = host;
        act.actor = Principal{user.id};
        act.organisation = user.organisation;
        act.roles = user.roles;
        act.scopes = all_scopes();
        return act;
    }

    Application create_program()
    {
        return catalog
            .execute([&](Draft& draft) {
                return create_application(
                    draft,
                    admin,
                    {.name = "checkout", .title = "Checkout", .roles = {Role::developer}});
            })
            .value();
    }

    Outcome<IssuedKey> issue(const Act& act, const NewKey& input)
    {
        return catalog.execute([&](Draft& draft) { return issue_key(draft, act, input); });
    }

    Outcome<IssuedKey> rotate(const Act& act, CredentialId id)
    {
        return catalog.execute(
            [&](Draft& draft) { return rotate_key(draft, act, id, std::chrono::hours{1}); });
    }

    Outcome<IssuedKey> rotate(CredentialId id) { return rotate(admin, id); }

    Outcome<Credential> revoke(const Act& act, CredentialId id)
    {
        return catalog.execute([&](Draft& draft) { return revoke_key(draft, act, id); });
    }

    template <AnyRecord T>
    void put(T record)
    {
        const auto done = catalog.execute([&](Draft& draft) -> Outcome<bool> {
            draft.put(record);
            return true;
        });
        ASSERT_TRUE(done);
    }

    NewKey of_program() const
    {
        return {.principal = Principal{program.id}, .scopes = {Scope::stream_read}};
    }

    Outcome<Holder> show(const Secret& key)
    {
        return catalog.execute(
            [&](Draft& draft) { return authenticate(draft, key.reveal(), host.pepper); });
    }

    void pass(std::chrono::milliseconds time) { catalog.now.unix_ms += time.count(); }

    void expire_all()
    {
        const auto system = host.as_system();
        end_what_is_over(catalog, system);
    }

    template <class T>
    static RefusalCode code_of(const Outcome<T>& outcome)
    {
        EXPECT_FALSE(outcome);
        return outcome ? RefusalCode{} : outcome.error().code;
    }
};

}  // namespace strait::catalog
