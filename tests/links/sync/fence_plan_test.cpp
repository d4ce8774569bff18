#include "links/sync/fence_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

using kafka::Acl;
using kafka::AclPattern;
using Topics = std::set<TopicName>;

const TopicName orders{"orders"};
const TopicName payments{"payments"};

Acl allows(const std::string& name, AclPattern pattern = AclPattern::literal)
{
    Acl acl;
    acl.name = name;
    acl.pattern = pattern;
    acl.principal = "User:alice";
    acl.host = "*";
    return acl;
}

TEST(FencePlan, DeniesToEverybodyToWriteToThatTopicAlone)
{
    EXPECT_EQ(to_string(fence_of(orders)), "DENY WRITE on TOPIC orders for User:* from *");
    EXPECT_EQ(fence_of(orders).pattern, AclPattern::literal);
}

TEST(FencePlan, NotesWhatItIsGoingToMake)
{
    const auto plan = plan_fence({allows("*")}, {orders, payments}, {}, {});

    EXPECT_EQ(plan.ours, (Topics{orders, payments}));
    EXPECT_EQ(plan.missing, (Topics{orders, payments}));
    EXPECT_EQ(plan.foreign, 0U);
}

TEST(FencePlan, LeavesToOthersWhatTheyHaveMade)
{
    const auto plan = plan_fence({allows("*"), fence_of(orders)}, {orders, payments}, {}, {});

    EXPECT_EQ(plan.ours, Topics{payments});
    EXPECT_EQ(plan.missing, Topics{payments});
    EXPECT_EQ(plan.foreign, 1U);
}

TEST(FencePlan, GoesOnWithWhatItHasNoted)
{
    const auto plan =
        plan_fence({allows("*"), fence_of(orders)}, {orders, payments}, {orders, payments}, {});

    EXPECT_EQ(plan.ours, (Topics{orders, payments}));
    EXPECT_EQ(plan.missing, Topics{payments});
    EXPECT_EQ(plan.foreign, 0U);
}

TEST(FencePlan, KeepsWhatItHasNotedOfATopicThatWent)
{
    EXPECT_EQ(plan_fence({allows("*")}, {orders}, {payments}, {}).ours, (Topics{orders, payments}));
    EXPECT_EQ(plan_fence({allows("*")}, {orders}, {payments}, {}).missing, Topics{orders});
}

TEST(FencePlan, SharesWhatAnotherPromotionHasMade)
{
    const auto plan = plan_fence({fence_of(orders)}, {orders}, {}, {orders});

    EXPECT_EQ(plan.ours, Topics{orders});
    EXPECT_EQ(plan.missing, Topics{});
}

TEST(FencePlan, ShowsTopicsThatNoAclSpeaksOf)
{
    const auto without = [](const std::vector<Acl>& present) {
        return plan_fence(present, {orders}, {}, {}).without_acl;
    };
    EXPECT_EQ(without({}), Topics{orders});
    EXPECT_EQ(without({allows("payments"), allows("order"), allows("x", AclPattern::prefixed)}),
              Topics{orders});
    EXPECT_EQ(without({allows("orders")}), Topics{});
    EXPECT_EQ(without({allows("*")}), Topics{});
    EXPECT_EQ(without({allows("ord", AclPattern::prefixed)}), Topics{});
    EXPECT_EQ(without({fence_of(orders)}), Topics{}) << "there is nothing to be made";
}

}  // namespace
}  // namespace strait::links
