#include "catalog/commands/drafts.hpp"

#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

struct DraftsTest : ExchangeTest {
    ProductId drafted(const std::string& name = "drafted")
    {
        return must([&](Draft& draft) { return create_product(draft, acme, name, text()); }).id;
    }

    Outcome<ProductVersion> drop(const Act& act, ProductId product, Semver number)
    {
        return catalog.execute(
            [&](Draft& draft) { return remove_version(draft, act, product, number); });
    }

    Outcome<DataProduct> drop(const Act& act, ProductId product)
    {
        return catalog.execute([&](Draft& draft) { return remove_product(draft, act, product); });
    }
};

TEST_F(DraftsTest, AreTakenBackAsIfTheyHadNotBeen)
{
    const auto made = version(orders, {1, 1, 0}, {port()});

    const auto gone = drop(acme, orders, {1, 1, 0});

    ASSERT_TRUE(gone) << gone.error().detail;
    EXPECT_EQ(gone->id, made.id);
    EXPECT_EQ(catalog.verb, "remove");
    EXPECT_EQ(catalog.object, to_string(made.id));
    EXPECT_FALSE(catalog.find<ProductVersion>(made.id));
    EXPECT_EQ(catalog.find<DataProduct>(orders)->state, VersionState::published);
    EXPECT_EQ(code_of(drop(acme, orders, {1, 1, 0})), RefusalCode::not_found);
    EXPECT_NE(version(orders, {1, 1, 0}, {port()}).id, made.id);
}

TEST_F(DraftsTest, AreNotWhatOthersMayHaveSeen)
{
    EXPECT_EQ(code_of(drop(acme, orders, {1, 0, 0})), RefusalCode::version_immutable);
    version(orders, {1, 1, 0}, {port()});
    must(
        [&](Draft& draft) { return change_version(draft, acme, orders, {1, 1, 0}, Verb::submit); });
    EXPECT_EQ(code_of(drop(acme, orders, {1, 1, 0})), RefusalCode::version_immutable);
    const auto refused = drop(acme, orders);
    EXPECT_EQ(code_of(refused), RefusalCode::in_use);
    EXPECT_EQ(refused.error().named,
              (std::vector<std::string>{"1.0.0 is published", "1.1.0 is in_review"}));
}

TEST_F(DraftsTest, AreTheirOwnersToTakeBack)
{
    const auto product = drafted();
    version(product, {1, 0, 0}, {port()});
    auto developer = acme;
    developer.roles = {Role::developer};
    EXPECT_EQ(code_of(drop(globex, product, {1, 0, 0})), RefusalCode::not_found);
    EXPECT_EQ(code_of(drop(globex, product)), RefusalCode::not_found);
    EXPECT_EQ(code_of(drop(developer, product, {1, 0, 0})), RefusalCode::right_missing);
    EXPECT_EQ(code_of(drop(developer, product)), RefusalCode::right_missing);
}

TEST_F(DraftsTest, OfAProductGoWithItAndFreeItsNameAndItsCluster)
{
    const auto trondheim = cluster_of(acme, "trondheim");
    auto there = port();
    there.cluster = trondheim;
    const auto product = drafted();
    const auto first = version(product, {1, 0, 0}, {there});
    const auto conditions = must([&](Draft& draft) {
        return create_offer(draft,
                            acme,
                            {.name = "drafted-offer",
                             .product = product,
                             .versions = {{1, 0, 0}, true},
                             .plan = {.kinds = {DeliveryKind::kafka_mirror},
                                      .rights = {StreamRight::consume},
                                      .quota = {},
                                      .approval = Approval::auto_,
                                      .max_duration_d = 30},
                             .policy = {}});
    });

    ASSERT_TRUE(drop(acme, product));

    EXPECT_FALSE(catalog.find<DataProduct>(product));
    EXPECT_FALSE(catalog.find<ProductVersion>(first.id));
    EXPECT_FALSE(catalog.find<Offer>(conditions.id));
    EXPECT_TRUE(catalog.execute(
        [&](Draft& draft) { return change_cluster(draft, acme, trondheim, Verb::remove); }));
    EXPECT_NE(drafted(), product);
}

}  // namespace
}  // namespace strait::catalog
