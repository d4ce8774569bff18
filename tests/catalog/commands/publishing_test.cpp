#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using PublishingTest = ExchangeTest;

TEST_F(PublishingTest, EndsWithTheVersionThatItIsOf)
{
    const auto id = live().id;
    const auto change = [&](Verb verb, std::optional<Timestamp> sunset = {}) {
        return catalog.execute([&](Draft& draft) {
            return change_version(draft, acme, orders, {1, 0, 0}, verb, sunset);
        });
    };
    EXPECT_EQ(code_of(change(Verb::retire)), RefusalCode::illegal_transition);
    EXPECT_EQ(code_of(change(Verb::deprecate)), RefusalCode::invalid_request);
    const Timestamp sunset{catalog.now.unix_ms + 1'000};
    ASSERT_TRUE(change(Verb::deprecate, sunset));
    EXPECT_EQ(catalog.find<DataProduct>(orders)->state, VersionState::deprecated);
    EXPECT_EQ(catalog.find<Subscription>(id)->state, SubscriptionState::active);

    catalog.now = sunset;
    expire_all();

    EXPECT_EQ(catalog.find<DataProduct>(orders)->state, VersionState::retired);
    EXPECT_EQ(catalog.find<Subscription>(id)->receipt->reason, "product_retired");
}

TEST_F(PublishingTest, KeepsItsClusterFromBeingRemoved)
{
    const auto subscription = live();
    const auto remove = [&](const Act& act, ClusterId id) {
        return catalog.execute(
            [&](Draft& draft) { return change_cluster(draft, act, id, Verb::remove); });
    };

    EXPECT_EQ(code_of(remove(acme, oslo)), RefusalCode::in_use);
    const auto refused = remove(globex, bergen);
    EXPECT_EQ(code_of(refused), RefusalCode::in_use);
    EXPECT_EQ(refused.error().named, std::vector{to_string(subscription.id)});
    ASSERT_TRUE(end(globex, subscription.id, Verb::cancel));
    // Its link is cut off through it.
    EXPECT_EQ(code_of(remove(globex, bergen)), RefusalCode::in_use);
    must([&](Draft& draft) {
        return finish_subscription(draft, system, subscription.id, {}, some_time);
    });
    EXPECT_TRUE(remove(globex, bergen));
    EXPECT_EQ(code_of(remove(globex, oslo)), RefusalCode::not_found);
}

TEST_F(PublishingTest, IsPublishedOnlyWhenAllIsThere)
{
    auto unseen = port();
    unseen.alias = "other";
    must([&](Draft& draft) {
        return add_version(
            draft, acme, {.product = orders, .version = {1, 1, 0}, .ports = {unseen, unseen}});
    });
    must([&](Draft& draft) {
        auto bare = text();
        bare.summary.clear();
        bare.support.clear();
        return describe_product(draft, acme, orders, bare);
    });

    const auto refused = catalog.execute([&](Draft& draft) {
        return change_version(draft, acme, orders, {1, 1, 0}, Verb::publish);
    });

    EXPECT_EQ(code_of(refused), RefusalCode::not_publishable);
    EXPECT_EQ(refused.error().named,
              (std::vector<std::string>{
                  "the product has no summary",
                  "the product has no support contact",
                  "port other: its topic has not been seen on the cluster",
                  "port other: its topic has not been seen on the cluster",
                  "port other: two ports have this alias",
                  "port orders of 1.0.0 is missing: keep it, or step the major version"}));
}

TEST_F(PublishingTest, IsToVersionsThatDoNotChange)
{
    const auto edit = [&](const std::string& changelog) {
        return catalog.execute([&](Draft& draft) {
            return edit_version(draft,
                                acme,
                                {.product = orders,
                                 .version = {1, 0, 0},
                                 .ports = {port()},
                                 .changelog = changelog});
        });
    };
    EXPECT_EQ(code_of(edit("other")), RefusalCode::version_immutable);
    const auto before = catalog.revision();
    EXPECT_TRUE(edit("")) << "it is so already";
    EXPECT_EQ(catalog.revision(), before);
}

TEST_F(PublishingTest, IsToTheNewestVersionThatTheOfferIsOf)
{
    for (const auto number : {Semver{1, 2, 0}, Semver{1, 10, 0}, Semver{2, 0, 0}}) {
        version(orders, number, {port()});
        ASSERT_TRUE(publish(orders, number));
    }
    const auto made = subscribed();
    EXPECT_EQ(catalog.find<ProductVersion>(made.version)->version, (Semver{1, 10, 0}));
}

TEST_F(PublishingTest, OfFourEyesIsPublishedBySomebodyElse)
{
    auto owner = catalog.find<Organisation>(*acme.organisation).value();
    owner.settings.review = Review::four_eyes;
    must([&](Draft& draft) -> Outcome<bool> {
        draft.put(owner);
        return true;
    });
    version(orders, {1, 1, 0}, {port()});
    auto reviewer = acme;
    reviewer.actor = Principal{some_id<Noun::user>(79)};
    const auto change = [&](const Act& act, Verb verb) {
        return catalog.execute(
            [&](Draft& draft) { return change_version(draft, act, orders, {1, 1, 0}, verb); });
    };

    EXPECT_EQ(code_of(change(reviewer, Verb::publish)), RefusalCode::not_publishable);
    ASSERT_TRUE(change(acme, Verb::submit));
    EXPECT_EQ(code_of(change(acme, Verb::publish)), RefusalCode::not_publishable);
    EXPECT_TRUE(change(reviewer, Verb::publish));
}

TEST_F(PublishingTest, StopsOnAClusterThatTheOperatorDisables)
{
    auto operator_ = initech;
    operator_.roles = {Role::operator_};
    const auto change = [&](const Act& act, Verb verb) {
        return catalog.execute(
            [&](Draft& draft) { return change_cluster(draft, act, oslo, verb); });
    };

    EXPECT_EQ(code_of(change(globex, Verb::disable)), RefusalCode::not_found);
    EXPECT_EQ(code_of(change(operator_, Verb::remove)), RefusalCode::not_found);
    ASSERT_TRUE(change(acme, Verb::disable));
    EXPECT_TRUE(change(operator_, Verb::disable)->barred);
    EXPECT_EQ(code_of(change(acme, Verb::enable)), RefusalCode::right_missing);
    EXPECT_EQ(change(operator_, Verb::enable)->state, ClusterState::registered);
    EXPECT_TRUE(change(acme, Verb::disable));
    EXPECT_TRUE(change(acme, Verb::enable));
}

TEST_F(PublishingTest, IsHeldWhileAClusterOfEitherSideIsDisabled)
{
    const auto id = live().id;
    const auto state = [&] { return catalog.find<Subscription>(id)->state; };
    const auto change = [&](const Act& act, ClusterId cluster, Verb verb) {
        must([&](Draft& draft) { return change_cluster(draft, act, cluster, verb); });
    };
    const auto verify = [&](const Act& act, ClusterId cluster) {
        must([&](Draft& draft) {
            return verify_cluster(draft, act, cluster, {"id", 3, some_time});
        });
    };

    change(acme, oslo, Verb::disable);
    EXPECT_EQ(state(), SubscriptionState::suspended);
    EXPECT_EQ(catalog.object, to_string(oslo));
    change(globex, bergen, Verb::disable);
    change(acme, oslo, Verb::enable);
    EXPECT_EQ(state(), SubscriptionState::suspended);
    verify(acme, oslo);
    EXPECT_EQ(state(), SubscriptionState::suspended);
    change(globex, bergen, Verb::enable);
    verify(globex, bergen);

    EXPECT_EQ(state(), SubscriptionState::active);
    EXPECT_TRUE(catalog.find<Subscription>(id)->holds.empty());
}

TEST_F(PublishingTest, LeavesClustersOfTheConfigurationToTheSystem)
{
    const NewCluster input{.name = "home",
                           .bootstrap = {"home.example:9092"},
                           .security = {},
                           .managed_by = ManagedBy::config};
    const auto register_by = [&](const Act& act) {
        return catalog.execute([&](Draft& draft) { return register_cluster(draft, act, input); });
    };
    EXPECT_EQ(code_of(register_by(acme)), RefusalCode::right_missing);
    auto exchange = system;
    exchange.organisation = acme.organisation;
    const auto home = register_by(exchange);
    ASSERT_TRUE(home) << home.error().detail;

    const auto verify = [&](const Act& act) {
        return catalog.execute([&](Draft& draft) {
            return verify_cluster(draft, act, home->id, {"id", 3, some_time});
        });
    };
    EXPECT_EQ(code_of(verify(acme)), RefusalCode::right_missing);
    EXPECT_TRUE(verify(exchange));
    for (const auto verb : {Verb::disable, Verb::remove}) {
        EXPECT_EQ(code_of(catalog.execute(
                      [&](Draft& draft) { return change_cluster(draft, acme, home->id, verb); })),
                  RefusalCode::right_missing);
    }
}

TEST_F(PublishingTest, IsDescribedWithinLimits)
{
    const auto code_with = [&](auto change) {
        auto changed = text();
        change(changed);
        return code_of(catalog.execute(
            [&](Draft& draft) { return describe_product(draft, acme, orders, changed); }));
    };
    constexpr auto invalid = RefusalCode::invalid_request;

    EXPECT_EQ(code_with([](auto& each) { each.tags.assign(tags_max + 1, "a"); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.tags = {std::string(64, 'a')}; }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.domain = std::string(64, 'a'); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.description = std::string(16'385, 'a'); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.audience.organisations.resize(1'001); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.support.resize(9, {"a", "b"}); }), invalid);
}

TEST_F(PublishingTest, IsOnConditionsThatCanBeKept)
{
    const auto of = offer(Approval::manual);
    const auto made_with = [&](auto change) {
        NewOffer input{.name = "other",
                       .product = of.product,
                       .versions = of.versions,
                       .plan = of.plan,
                       .policy = of.policy};
        change(input);
        return catalog.execute([&](Draft& draft) { return create_offer(draft, acme, input); });
    };
    const auto pointer_of = [](const auto& outcome) {
        return outcome ? "" : outcome.error().problems.front().pointer;
    };

    EXPECT_EQ(pointer_of(made_with([](auto& each) {
                  each.plan.kinds = {DeliveryKind::kafka_mirror};
                  each.plan.quota.connections = 1;
              })),
              "/plan/quota/connections");
    EXPECT_EQ(pointer_of(made_with([](auto& each) {
                  each.plan.kinds = {DeliveryKind::kafka_mirror, DeliveryKind::http_sse};
                  each.policy.allow_ips = {"192.0.2.0/24"};
              })),
              "/policy/allow_ips");
    EXPECT_EQ(pointer_of(made_with([](auto& each) {
                  each.plan.kinds = {DeliveryKind::http_sse};
                  each.policy.allow_ips = {"192.0.2.0/33"};
              })),
              "/policy/allow_ips/0");

    const auto made = made_with([](auto& each) {
        each.plan.kinds = {DeliveryKind::http_sse};
        each.plan.quota.connections = 1;
        each.policy.allow_ips = {"192.0.2.7"};
    });
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->policy.allow_ips, std::vector<std::string>{"192.0.2.7/32"});
}

TEST_F(PublishingTest, IsOfTextsThatAreTexts)
{
    auto garbled = text();
    garbled.description = "Orders\n\xff";
    const auto described = catalog.execute(
        [&](Draft& draft) { return describe_product(draft, acme, orders, garbled); });
    const auto offered = offer(Approval::manual).id;
    const auto termed = catalog.execute([&](Draft& draft) {
        return add_terms(draft, acme, offered, {.title = "Terms", .text = "\xc3", .accept_by = {}});
    });

    EXPECT_EQ(code_of(described), RefusalCode::invalid_request);
    EXPECT_EQ(described.error().problems.front().pointer, "/description");
    EXPECT_EQ(code_of(termed), RefusalCode::invalid_request);
    EXPECT_EQ(termed.error().problems.front().pointer, "/terms/text");
}

}  // namespace
}  // namespace strait::catalog
