#include "links/verb_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace strait::links {
namespace {

LinkStatus link_that_is(MirrorState state)
{
    LinkStatus link;
    link.name = LinkName{"l"};
    link.state = state;
    link.target.cluster = ClusterName{"bergen"};
    link.target.reachable = true;
    auto& topic = link.topics.emplace_back();
    topic.partitions.resize(2);
    for (auto& partition : topic.partitions) partition.state = state;
    return link;
}

Check::Outcome outcome_of(const VerbPlan& plan, const std::string& name)
{
    const auto found = std::ranges::find(plan.checks, name, &Check::name);
    return found == plan.checks.end() ? Check::Outcome::fail : found->outcome;
}

TEST(VerbPlan, PausesWhatMirrorsAndWhatWaits)
{
    for (const auto state : {MirrorState::active, MirrorState::starting, MirrorState::halted}) {
        const auto plan = plan_verb(Verb::pause, link_that_is(state));
        EXPECT_EQ(plan.refusal(), "") << to_string(state);
        EXPECT_EQ(plan.steps.size(), 2U) << to_string(state);
    }
}

TEST(VerbPlan, HasNothingToDoWhereTheWorkIsDone)
{
    const auto pause = plan_verb(Verb::pause, link_that_is(MirrorState::paused));
    EXPECT_EQ(pause.refusal(), "");
    EXPECT_TRUE(pause.steps.empty());

    const auto resume = plan_verb(Verb::resume, link_that_is(MirrorState::active));
    EXPECT_EQ(resume.refusal(), "");
    EXPECT_TRUE(resume.steps.empty());
}

TEST(VerbPlan, RefusesWhatIsPromoted)
{
    const auto promoted = link_that_is(MirrorState::promoted);
    EXPECT_EQ(plan_verb(Verb::pause, promoted).refusal(),
              "link l is promoted: only a link that mirrors can be paused");
    EXPECT_EQ(plan_verb(Verb::resume, promoted).refusal(),
              "link l is promoted: only a link that is paused or halted can be resumed");
}

TEST(VerbPlan, WarnsOfRetentionAndOfATargetThatDoesNotAnswer)
{
    auto link = link_that_is(MirrorState::paused);
    link.target.reachable = false;
    link.topics.front().partitions.front().retention_headroom = 0.1;

    const auto plan = plan_verb(Verb::resume, link);

    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(outcome_of(plan, "retention"), Check::Outcome::warn);
    EXPECT_EQ(outcome_of(plan, "target"), Check::Outcome::warn);
}

TEST(VerbPlan, ResumesTheHaltedPartitionsOfALinkThatRuns)
{
    auto link = link_that_is(MirrorState::active);
    link.topics.front().partitions.front().state = MirrorState::halted;

    const auto plan = plan_verb(Verb::resume, link);

    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_TRUE(plan.steps.front().starts_with("compare 1 halted partitions"));
}

}  // namespace
}  // namespace strait::links
