#include "catalog/commands/clusters.hpp"

#include "catalog/records/views.hpp"
#include "tests/catalog/some_exchange.hpp"
#include "tests/catalog/some_store.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace strait::catalog {
namespace {

const Secrets some_secrets{{"sasl.password", Secret{"hunter2hunter2"}}};

struct ClustersTest : ExchangeTest {
    ClusterId narvik = must([this](Draft& draft) {
                           return register_cluster(draft,
                                                   acme,
                                                   {.name = "narvik",
                                                    .bootstrap = {"narvik.example:9093"},
                                                    .security = {{"protocol", "sasl_tls"}},
                                                    .secrets = some_secrets});
                       }).id;

    Outcome<Cluster> edit(const Act& act, ClusterId id, const ClusterChanges& changes)
    {
        return catalog.execute([&](Draft& draft) { return edit_cluster(draft, act, id, changes); });
    }

    Outcome<Cluster> change(const Act& act, ClusterId id, Verb verb)
    {
        return catalog.execute([&](Draft& draft) { return change_cluster(draft, act, id, verb); });
    }

    Cluster verified()
    {
        return must([&](Draft& draft) {
            return verify_cluster(draft, acme, narvik, {"id", 3, some_time});
        });
    }

    Result<Secrets> secrets()
    {
        Draft draft{catalog.reader(), 0, {}};
        return secrets_of(draft, system, narvik);
    }

    [[nodiscard]] bool keeps_sealed() const
    {
        const auto found =
            catalog.reader().get(Family::secrets, record_key(Noun::cluster, narvik.bits));
        return found.value().has_value();
    }
};

TEST_F(ClustersTest, KeepTheirSecretsSealed)
{
    EXPECT_EQ(secrets().value(), some_secrets);
    Draft draft{catalog.reader(), 0, {}};
    const auto other = secrets_of(draft, system, oslo);
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->empty());
}

TEST_F(ClustersTest, LoseTheirSecretsWhenTheyAreRemoved)
{
    ASSERT_TRUE(keeps_sealed());
    ASSERT_TRUE(change(acme, narvik, Verb::remove));
    EXPECT_FALSE(keeps_sealed());
}

TEST_F(ClustersTest, AreVerifiedAnewWhenTheyAreEdited)
{
    ASSERT_EQ(verified().state, ClusterState::verified);
    const ClusterChanges alone{.bootstrap = {{"elsewhere.example:9093"}}};
    EXPECT_EQ(code_of(edit(acme, narvik, alone)), RefusalCode::invalid_request)
        << "secrets do not go elsewhere by themselves";
    const auto moved =
        edit(acme, narvik, {.bootstrap = {{"elsewhere.example:9093"}}, .secrets = some_secrets});
    ASSERT_TRUE(moved) << moved.error().detail;
    EXPECT_EQ(moved->state, ClusterState::registered);
    EXPECT_FALSE(moved->observed);
    EXPECT_EQ(moved->bootstrap.front(), "elsewhere.example:9093");
    EXPECT_EQ(moved->security.at("protocol"), "sasl_tls");
    EXPECT_EQ(secrets().value(), some_secrets);

    verified();
    const Secrets others{{"sasl.password", Secret{"another"}}};
    const auto rotated = edit(acme, narvik, {.secrets = others});
    ASSERT_TRUE(rotated);
    EXPECT_EQ(rotated->state, ClusterState::registered);
    EXPECT_EQ(secrets().value(), others);

    verified();
    const auto opened =
        edit(acme, narvik, {.security = boost::json::object{}, .secrets = Secrets{}});
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->state, ClusterState::registered);
    EXPECT_TRUE(opened->security.empty());
    EXPECT_FALSE(keeps_sealed());
}

TEST_F(ClustersTest, AreNotVerifiedByWhatAnotherOneShowed)
{
    const auto asked = verified();
    const Secrets others{{"sasl.password", Secret{"another"}}};
    ASSERT_TRUE(edit(acme, narvik, {.secrets = others}));
    const auto late = catalog.execute([&](Draft& draft) {
        return verify_cluster(draft, acme, narvik, {"id", 3, some_time}, asked.revision);
    });
    EXPECT_EQ(code_of(late), RefusalCode::precondition_failed);
}

TEST_F(ClustersTest, StayAsTheyAreWhenAnEditChangesNothing)
{
    const auto before = verified();
    const auto revision = catalog.revision();
    const auto same = edit(acme, narvik, {.bootstrap = before.bootstrap});
    ASSERT_TRUE(same);
    EXPECT_EQ(*same, before);
    EXPECT_EQ(catalog.revision(), revision);
}

TEST_F(ClustersTest, StayDisabledWhenTheyAreEdited)
{
    ASSERT_TRUE(change(host, narvik, Verb::disable));
    const Secrets others{{"sasl.password", Secret{"another"}}};
    const auto edited = edit(acme, narvik, {.secrets = others});
    ASSERT_TRUE(edited);
    EXPECT_EQ(edited->state, ClusterState::disabled);
    EXPECT_EQ(code_of(change(acme, narvik, Verb::enable)), RefusalCode::right_missing);
}

TEST_F(ClustersTest, AreEditedByTheirOwnersAlone)
{
    const ClusterChanges changes{.bootstrap = {{"elsewhere.example:9093"}}};
    EXPECT_EQ(code_of(edit(globex, narvik, changes)), RefusalCode::not_found);
    auto member = acme;
    member.roles = {Role::product_owner};
    EXPECT_EQ(code_of(edit(member, narvik, changes)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(edit(acme, narvik, {.bootstrap = std::vector<std::string>{}})),
              RefusalCode::invalid_request);
    auto exchange = system;
    exchange.organisation = acme.organisation;
    const auto filed = must([&](Draft& draft) {
        return register_cluster(draft,
                                exchange,
                                {.name = "filed",
                                 .bootstrap = {"filed.example:9093"},
                                 .managed_by = ManagedBy::config});
    });
    EXPECT_EQ(code_of(edit(acme, filed.id, changes)), RefusalCode::right_missing);
    ASSERT_TRUE(change(acme, narvik, Verb::remove));
    EXPECT_EQ(code_of(edit(acme, narvik, changes)), RefusalCode::not_found);
}

TEST_F(ClustersTest, AreNotRemovedWhileALinkIsCutOffThroughThem)
{
    const auto subscription = live();
    ASSERT_EQ(end(globex, subscription.id, Verb::cancel)->state, SubscriptionState::terminating);
    const auto refused = change(globex, bergen, Verb::remove);
    ASSERT_EQ(code_of(refused), RefusalCode::in_use);
    EXPECT_EQ(refused.error().named, std::vector{to_string(subscription.id)});
    // What ends is not held any more, and nobody waits for it.
    EXPECT_TRUE(change(globex, bergen, Verb::disable));
    EXPECT_TRUE(change(globex, bergen, Verb::enable));
    must([&](Draft& draft) { return verify_cluster(draft, globex, bergen, {"id", 3, some_time}); });
}

struct StoredSecrets : StoreTest {};

// Whatever is added to the store later: no family shows them.
TEST_F(StoredSecrets, AreNowhereInTheDatabase)
{
    auto store = open();
    const Act host{.actor = Principal{Principal::Kind::host},
                   .organisation = {},
                   .roles = {},
                   .entropy = counting_entropy(),
                   .pepper = Secret{"pepper"}};
    const auto system = host.as_system();
    std::optional<Cluster> made;
    const auto execute = [&](auto command) {
        const auto done =
            store.execute({.request_id = "r"}, some_time, [&](Draft& draft) -> Outcome<void> {
                auto outcome = command(draft);
                if (!outcome) return refuse(outcome.error());
                made = *outcome;
                return {};
            });
        ASSERT_TRUE(done) << done.error().detail;
    };
    execute([&](Draft& draft) {
        return register_cluster(
            draft, system, {.name = "oslo", .bootstrap = {"a:1"}, .secrets = some_secrets});
    });
    const auto id = made.value_or(Cluster{}).id;
    execute([&](Draft& draft) {
        return edit_cluster(
            draft, system, id, {.secrets = Secrets{{"tls.key", Secret{"hunter2hunter2 again"}}}});
    });

    const auto reader = store.read();
    std::size_t entries = 0;
    for (std::size_t family = 0; family < family_names.size(); ++family) {
        const auto scanned = reader->scan(
            static_cast<Family>(family), {}, {}, [&](std::string_view key, std::string_view value) {
                ++entries;
                EXPECT_FALSE(key.contains("hunter2")) << family_names.at(family);
                EXPECT_FALSE(value.contains("hunter2")) << family_names.at(family);
                return true;
            });
        ASSERT_TRUE(scanned);
    }
    EXPECT_GT(entries, 5U);
    for (const auto& [organisation, view] : views_of(made.value_or(Cluster{}), Purpose::shown)) {
        EXPECT_FALSE(boost::json::serialize(view).contains("hunter2"));
    }
    Draft draft{*reader, 0, {}};
    const auto opened = secrets_of(draft, system, id);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->at("tls.key"), Secret{"hunter2hunter2 again"});
}

}  // namespace
}  // namespace strait::catalog
