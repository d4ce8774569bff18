#include "links/pause_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace strait::links {
namespace {

const TopicName orders{"orders"};
const TopicName payments{"payments"};

LinkStatus link_of_two()
{
    LinkStatus link;
    link.name = LinkName{"l"};
    link.state = MirrorState::active;
    link.source = {ClusterName{"oslo"}, ClusterId{"o"}, true};
    link.target = {ClusterName{"bergen"}, ClusterId{"b"}, true};
    for (const auto& name : {orders, payments}) {
        auto& topic = link.topics.emplace_back();
        topic.source = name;
        topic.state = MirrorState::active;
        topic.partitions.resize(1);
    }
    return link;
}

// `orders` rests by itself, and the source soon removes what was not copied.
LinkStatus link_that_rests_in_part()
{
    auto link = link_of_two();
    auto& topic = link.topics.front();
    topic.state = MirrorState::paused;
    topic.paused_alone = true;
    topic.reason = "paused by itself: why";
    topic.partitions.front().state = MirrorState::paused;
    topic.partitions.front().retention_headroom = 0.1;
    return link;
}

VerbPlan plan(Verb verb, const LinkStatus& link, std::vector<TopicName> topics = {})
{
    VerbRequest request{.verb = verb};
    request.topics = std::move(topics);
    return plan_verb(request, link);
}

Check::Outcome outcome_of(const VerbPlan& plan, const std::string& name)
{
    const auto found = std::ranges::find(plan.checks, name, &Check::name);
    return found == plan.checks.end() ? Check::Outcome::pass : found->outcome;
}

TEST(PausePlan, HasTopicsRestWhateverTheirLinkDoes)
{
    auto link = link_of_two();
    for (const auto state : {MirrorState::active, MirrorState::starting, MirrorState::halted}) {
        link.state = state;
        EXPECT_EQ(plan(Verb::pause, link, {orders}).refusal(), "") << to_string(state);
        EXPECT_EQ(plan(Verb::pause, link, {orders}).steps.back(), "mirror the other topics on");
    }
    link.state = MirrorState::paused;
    EXPECT_EQ(plan(Verb::pause, link, {orders}).steps.size(), 2U);
    EXPECT_TRUE(plan(Verb::pause, link).steps.empty()) << "the link rests already";
    link.state = MirrorState::promoted;
    EXPECT_NE(plan(Verb::pause, link, {orders}).refusal(), "");
}

TEST(PausePlan, RefusesTopicsThatAreNoMirrors)
{
    auto link = link_of_two();
    link.topics.front().state = MirrorState::failed_over;
    link.topics.front().partitions.clear();
    link.topics.back().partitions.clear();
    for (const auto verb : {Verb::pause, Verb::resume}) {
        EXPECT_EQ(plan(verb, link, {orders}).refusal(), "orders is an ordinary topic already");
        EXPECT_EQ(plan(verb, link, {payments}).refusal(),
                  "nothing of payments has been mirrored yet");
        EXPECT_NE(plan(verb, link, {TopicName{"nobody's"}}).refusal(), "");
    }
}

TEST(PausePlan, ResumesOnlyTheTopicsThatRestAndWarnsOfRetention)
{
    auto link = link_that_rests_in_part();
    EXPECT_TRUE(plan(Verb::pause, link, {orders}).steps.empty()) << "it rests already";
    EXPECT_FALSE(plan(Verb::pause, link, {orders, payments}).steps.empty());

    const auto resumed = plan(Verb::resume, link, {orders, payments});
    EXPECT_EQ(resumed.refusal(), "");
    EXPECT_EQ(resumed.steps.back(), "compare 1 topics with both clusters, and copy on");
    EXPECT_EQ(outcome_of(resumed, "retention"), Check::Outcome::warn);
    EXPECT_EQ(outcome_of(resumed, "link"), Check::Outcome::pass);
    EXPECT_TRUE(plan(Verb::resume, link, {payments}).steps.empty());
    EXPECT_EQ(outcome_of(plan(Verb::pause, link, {payments}), "retention"), Check::Outcome::pass);

    link.state = MirrorState::paused;
    link.desired = Desired::paused;
    EXPECT_EQ(outcome_of(plan(Verb::resume, link, {orders}), "link"), Check::Outcome::warn);
    const auto whole = plan(Verb::resume, link);
    EXPECT_EQ(whole.refusal(), "");
    EXPECT_EQ(outcome_of(whole, "topics"), Check::Outcome::warn) << "they stay so";
}

TEST(PausePlan, PromotesNoTopicThatRestsAndFailsItOver)
{
    const auto link = link_that_rests_in_part();
    const std::string refusal = "orders is paused by itself: why; resume it with `strait link "
                                "resume l --topic orders`, or promote the others by --topic";
    EXPECT_TRUE(plan(Verb::promote, link).refusal().contains(refusal))
        << plan(Verb::promote, link).refusal();
    EXPECT_TRUE(plan(Verb::promote, link, {orders}).refusal().contains(refusal));
    EXPECT_FALSE(plan(Verb::promote, link, {payments}).refusal().contains("orders"));
    EXPECT_EQ(plan(Verb::failover, link).refusal(), "");
    EXPECT_EQ(plan(Verb::failover, link, {orders}).refusal(), "");
}

}  // namespace
}  // namespace strait::links
