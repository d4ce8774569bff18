#include "links/sync/acl_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

using kafka::Acl;
using kafka::AclOperation;
using kafka::AclPattern;
using kafka::AclPermission;
using kafka::AclResource;
using enum AclOperation;
using enum AclPermission;

const std::vector<TopicPair> topics{{TopicName{"orders"}, TopicName{"oslo.orders"}},
                                    {TopicName{"orders-eu"}, TopicName{"oslo.orders-eu"}},
                                    {TopicName{"payments"}, TopicName{"oslo.payments"}}};

Acl acl(const std::string& topic,
        AclOperation operation = read,
        AclPermission permission = allow,
        const std::string& principal = "User:alice")
{
    return {.resource = AclResource::topic,
            .name = topic,
            .pattern = AclPattern::literal,
            .principal = principal,
            .host = "*",
            .operation = operation,
            .permission = permission};
}

Acl prefixed(const std::string& prefix, AclOperation operation = read)
{
    auto found = acl(prefix, operation);
    found.pattern = AclPattern::prefixed;
    return found;
}

Acl of_group(const std::string& name, AclOperation operation = read)
{
    auto found = acl(name, operation);
    found.resource = AclResource::group;
    return found;
}

Acls copied(const std::vector<Acl>& source,
            const AclSyncConfig& config = {},
            const std::set<std::string>& groups = {})
{
    return acls_for(source, topics, groups, config);
}

TEST(AclPlan, CopiesRightsToReadAndToLook)
{
    for (const auto operation : {read, describe, describe_configs}) {
        EXPECT_EQ(copied({acl("orders", operation)}), (Acls{acl("oslo.orders", operation)}));
    }
    EXPECT_EQ(copied({acl("orders", all)}),
              (Acls{acl("oslo.orders", read), acl("oslo.orders", describe)}));
}

TEST(AclPlan, NeverCopiesARightToChangeAnything)
{
    for (const auto operation :
         {write, create, remove, alter, alter_configs, cluster_action, idempotent_write}) {
        EXPECT_EQ(copied({acl("orders", operation)}), Acls{}) << to_string(operation);
    }
}

TEST(AclPlan, CopiesEveryDenial)
{
    for (const auto operation :
         {all, read, write, create, remove, alter, describe, describe_configs, alter_configs}) {
        EXPECT_EQ(copied({acl("orders", operation, deny)}),
                  (Acls{acl("oslo.orders", operation, deny)}))
            << to_string(operation);
    }
}

// A fence is about the topic of the source; copied it would stop the link.
TEST(AclPlan, LeavesOutADenialToEverybodyToWrite)
{
    auto from_one_host = acl("orders", write, deny, "User:*");
    from_one_host.host = "10.0.0.1";
    auto copy = from_one_host;
    copy.name = "oslo.orders";

    EXPECT_EQ(copied({acl("orders", write, deny, "User:*"), acl("*", write, deny, "User:*")}),
              Acls{});
    EXPECT_EQ(copied({from_one_host, acl("orders", read, deny, "User:*")}),
              (Acls{copy, acl("oslo.orders", read, deny, "User:*")}));
}

TEST(AclPlan, MakesOneLiteralForEachTopicThatIsMirrored)
{
    EXPECT_EQ(copied({prefixed("orders")}), (Acls{acl("oslo.orders"), acl("oslo.orders-eu")}));
    EXPECT_EQ(copied({acl("*")}),
              (Acls{acl("oslo.orders"), acl("oslo.orders-eu"), acl("oslo.payments")}));
    EXPECT_EQ(copied({acl("*", write, deny)}).size(), 3U);
    EXPECT_EQ(copied({prefixed("pay"), acl("payments"), acl("*", write)}),
              (Acls{acl("oslo.payments")}));
}

TEST(AclPlan, LeavesOutWhatIsNotMirrored)
{
    EXPECT_EQ(copied({acl("secrets"), acl("order"), acl("oslo.orders"), prefixed("x")}), Acls{});
}

TEST(AclPlan, GivesPrincipalsTheirNamesAtTheTarget)
{
    AclSyncConfig config;
    config.principals = {{"User:alice", "User:CN=alice"}};
    auto host = acl("orders", read, allow, "User:bob");
    host.host = "10.0.0.1";
    auto copy = host;
    copy.name = "oslo.orders";

    EXPECT_EQ(copied({acl("orders"), host}, config),
              (Acls{acl("oslo.orders", read, allow, "User:CN=alice"), copy}));
}

TEST(AclPlan, CopiesTheRightToReadOfGroups)
{
    auto by_prefix = of_group("bil", all);
    by_prefix.pattern = AclPattern::prefixed;
    auto denied = of_group("billing");
    denied.permission = deny;

    EXPECT_EQ(copied({by_prefix, of_group("audit"), of_group("billing", remove), denied},
                     {},
                     {"billing", "shipping"}),
              (Acls{of_group("billing"), denied}))
        << "what the source denies the target must not grant";
    EXPECT_EQ(copied({by_prefix}), Acls{});
}

struct AclChanges : ::testing::Test {
    std::vector<Acl> source{acl("orders")};
    Acls four{acl("a"), acl("b"), acl("c"), acl("d")};

    [[nodiscard]] AclPlan plan(const Acls& target,
                               const Acls& wanted,
                               const Acls& ours,
                               const AclSyncConfig& config = {}) const
    {
        return plan_acls(source, {target.begin(), target.end()}, wanted, ours, config);
    }
};

TEST_F(AclChanges, AreNoneWhereAllIsThere)
{
    const auto found = plan(four, four, four);

    EXPECT_TRUE(found.create.empty());
    EXPECT_TRUE(found.remove.empty());
    EXPECT_EQ(found.refused, "");
}

TEST_F(AclChanges, AreNotedBeforeTheyAreMade)
{
    const auto found = plan({acl("x")}, {acl("a"), acl("b")}, {acl("b")});

    EXPECT_EQ(found.create, (Acls{acl("a"), acl("b")}));
    EXPECT_EQ(found.claim, Acls{acl("a")}) << "the other one is noted, and was taken away";
}

TEST_F(AclChanges, LeaveWhatOthersMade)
{
    const auto found = plan({acl("a"), acl("x")}, {acl("a")}, {});

    EXPECT_TRUE(found.create.empty()) << "it is there, and stays theirs";
    EXPECT_TRUE(found.remove.empty());
}

TEST_F(AclChanges, RemoveOursThatVanished)
{
    auto target = four;
    target.erase(acl("b"));

    const auto found = plan(target, {acl("c"), acl("d")}, four);

    EXPECT_EQ(found.remove, Acls{acl("a")});
    EXPECT_EQ(found.dropped, Acls{acl("b")});
}

TEST_F(AclChanges, AreRefusedWhereTooManyWouldGo)
{
    const auto found = plan(four, {acl("d"), acl("e")}, four);
    EXPECT_TRUE(found.remove.empty());
    EXPECT_TRUE(found.create.empty());
    EXPECT_TRUE(found.refused.starts_with("acl_mass_removal: 3 of 4")) << found.refused;

    AclSyncConfig config;
    config.removal_percent = 75;
    EXPECT_EQ(plan(four, {acl("d")}, four, config).remove.size(), 3U);
    config.removal_percent = 0;
    EXPECT_NE(plan(four, {acl("a"), acl("b"), acl("c")}, four, config).refused, "");
    config.removal_percent = 100;
    EXPECT_EQ(plan(four, {}, four, config).remove, four);
}

TEST_F(AclChanges, AreRefusedWhereTheSourceSaysNothing)
{
    source.clear();
    AclSyncConfig config;
    config.removal_percent = 100;

    const auto found = plan(four, {}, four, config);

    EXPECT_TRUE(found.remove.empty());
    EXPECT_TRUE(found.refused.starts_with("acl_mass_removal: ")) << found.refused;
    const auto nothing = plan(four, {}, {}).refused;
    EXPECT_TRUE(nothing.contains("DESCRIBE on the cluster")) << "there is nothing to lose";
}

}  // namespace
}  // namespace strait::links
