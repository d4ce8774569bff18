#include "links/fence_checks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace strait::links {
namespace {

const ClusterName oslo{"oslo"};

std::string text_of(const VerbPlan& plan, Check::Outcome outcome)
{
    std::string text;
    for (const auto& check : plan.checks) {
        if (check.name == "fence" && check.outcome == outcome) text += check.text;
    }
    return text;
}

VerbPlan with_fence(const Result<FencePlan>& fence)
{
    VerbPlan plan{.checks = {}, .steps = {"drain"}};
    add_fence(plan, fence, oslo);
    return plan;
}

TEST(FenceChecks, FenceWhatIsMirrored)
{
    LinkStatus link;
    for (const auto state : {MirrorState::active,
                             MirrorState::starting,
                             MirrorState::halted,
                             MirrorState::source_gone,
                             MirrorState::promoted}) {
        auto& topic = link.topics.emplace_back();
        topic.source = TopicName{std::string{to_string(state)}};
        topic.state = state;
    }
    VerbRequest request{.verb = Verb::promote};
    EXPECT_EQ(topics_to_fence(request, link),
              (std::set{TopicName{"active"}, TopicName{"starting"}}));
    request.topics = {TopicName{"starting"}, TopicName{"halted"}};
    EXPECT_EQ(topics_to_fence(request, link), std::set{TopicName{"starting"}});
}

TEST(FenceChecks, WarnOfWhatADenialMeans)
{
    FencePlan fence;
    fence.missing = {TopicName{"a"}, TopicName{"b"}};
    fence.foreign = 1;
    const auto plan = with_fence(fence);

    EXPECT_EQ(plan.refusal(), "");
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps.front(),
              "DENY WRITE to everybody on 2 topics of oslo; taken back if this fails");
    const auto warned = text_of(plan, Check::Outcome::warn);
    EXPECT_TRUE(warned.contains("DENY wins over every ALLOW")) << warned;
    EXPECT_TRUE(warned.contains("this link's own user when it mirrors back")) << warned;
    EXPECT_TRUE(warned.contains("1 topics of oslo are kept from writers already")) << warned;
}

TEST(FenceChecks, RefuseWhereAclsCannotBeAskedFor)
{
    const auto plan = with_fence(fail(Errc::forbidden, "No Authorizer is configured"));

    EXPECT_TRUE(plan.refusal().contains("ACLs of oslo: No Authorizer is configured"))
        << plan.refusal();
    EXPECT_EQ(plan.steps.size(), 1U);
}

TEST(FenceChecks, RefuseTopicsWhoseFirstAclItWouldBe)
{
    FencePlan fence;
    fence.missing = fence.without_acl = {TopicName{"a"}};

    EXPECT_TRUE(with_fence(fence).refusal().contains("1 topics have no ACL at the source, as a"))
        << with_fence(fence).refusal();
}

TEST(FenceChecks, SayThatAReversalOpensTheSource)
{
    VerbPlan plan{.checks = {}, .steps = {"turn around"}};
    add_end_of_fence(plan, {}, oslo);
    EXPECT_EQ(plan.steps.size(), 1U);

    add_end_of_fence(plan, {.topics = 3, .shared = 0}, oslo);
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps.front(),
              "take back DENY WRITE on 3 topics of oslo, which the promotion made");
    EXPECT_NE(text_of(plan, Check::Outcome::warn), "");

    VerbPlan done;
    add_end_of_fence(done, {.topics = 3, .shared = 1}, oslo);
    EXPECT_TRUE(done.checks.empty()) << "there is nothing to do";

    VerbPlan shared{.checks = {}, .steps = {"turn around"}};
    add_end_of_fence(shared, {.topics = 0, .shared = 2}, oslo);
    EXPECT_EQ(shared.steps.size(), 1U);
    const auto warned = text_of(shared, Check::Outcome::warn);
    EXPECT_TRUE(warned.contains("2 topics of oslo stay fenced")) << warned;
}

}  // namespace
}  // namespace strait::links
