#include "links/verb_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

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
        const auto plan = plan_verb({.verb = Verb::pause}, link_that_is(state));
        EXPECT_EQ(plan.refusal(), "") << to_string(state);
        EXPECT_EQ(plan.steps.size(), 2U) << to_string(state);
    }
}

TEST(VerbPlan, HasNothingToDoWhereTheWorkIsDone)
{
    const auto pause = plan_verb({.verb = Verb::pause}, link_that_is(MirrorState::paused));
    EXPECT_EQ(pause.refusal(), "");
    EXPECT_TRUE(pause.steps.empty());

    const auto resume = plan_verb({.verb = Verb::resume}, link_that_is(MirrorState::active));
    EXPECT_EQ(resume.refusal(), "");
    EXPECT_TRUE(resume.steps.empty());
}

TEST(VerbPlan, RefusesWhatIsPromoted)
{
    const auto promoted = link_that_is(MirrorState::promoted);
    EXPECT_EQ(plan_verb({.verb = Verb::pause}, promoted).refusal(),
              "link l is promoted: only a link that mirrors can be paused");
    EXPECT_EQ(plan_verb({.verb = Verb::resume}, promoted).refusal(),
              "link l is promoted: only a link that is paused or halted can be resumed");
}

TEST(VerbPlan, WarnsOfRetentionAndOfATargetThatDoesNotAnswer)
{
    auto link = link_that_is(MirrorState::paused);
    link.target.reachable = false;
    link.topics.front().partitions.front().retention_headroom = 0.1;

    const auto plan = plan_verb({.verb = Verb::resume}, link);

    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(outcome_of(plan, "retention"), Check::Outcome::warn);
    EXPECT_EQ(outcome_of(plan, "target"), Check::Outcome::warn);
}

TEST(VerbPlan, ResumesTheHaltedPartitionsOfALinkThatRuns)
{
    auto link = link_that_is(MirrorState::active);
    link.topics.front().partitions.front().state = MirrorState::halted;

    const auto plan = plan_verb({.verb = Verb::resume}, link);

    ASSERT_EQ(plan.steps.size(), 1U);
    EXPECT_TRUE(plan.steps.front().starts_with("compare 1 halted partitions"));
}

LinkStatus promotable()
{
    auto link = link_that_is(MirrorState::active);
    link.topics.front().state = MirrorState::active;
    link.source = {ClusterName{"oslo"}, ClusterId{"o"}, true};
    link.groups = {{GroupName{"billing"}, GroupSyncState::synced, "", 0, 1, 0}};
    return link;
}

TEST(VerbPlan, PromotesAnActiveLink)
{
    const auto plan = plan_verb({.verb = Verb::promote}, promotable());

    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(plan.steps.size(), 4U);
    EXPECT_TRUE(plan.steps.front().ends_with("at most 10m")) << plan.steps.front();
    for (const auto& check : plan.checks)
        EXPECT_EQ(check.outcome, Check::Outcome::pass) << check.text;
}

TEST(VerbPlan, PromotesNothingThatWouldLoseSomething)
{
    const auto refused = [](const std::string& check, auto change) {
        auto link = promotable();
        change(link);
        const auto plan = plan_verb({.verb = Verb::promote}, link);
        EXPECT_NE(plan.refusal(), "") << check;
        EXPECT_EQ(outcome_of(plan, check), Check::Outcome::fail) << check;
    };
    refused("state", [](auto& link) { link.state = MirrorState::paused; });
    refused("state", [](auto& link) { link.state = MirrorState::failed_over; });
    refused("partitions",
            [](auto& link) { link.topics.front().partitions.back().state = MirrorState::halted; });
    refused("partitions", [](auto& link) { link.topics.front().state = MirrorState::halted; });
    refused("gaps", [](auto& link) { link.gaps_open = 1; });
    refused("gaps", [](auto& link) { link.gaps_unacknowledged = 1; });
    refused("groups", [](auto& link) { link.groups_enabled = false; });
    refused("source", [](auto& link) { link.source.reachable = false; });
    refused("target", [](auto& link) { link.target.reachable = false; });
}

TEST(VerbPlan, PromotesTopicsWhateverTheOthersDo)
{
    auto link = promotable();
    link.topics.front().source = TopicName{"orders"};
    auto& other = link.topics.emplace_back();
    other.source = TopicName{"payments"};
    other.state = MirrorState::halted;
    VerbRequest request{.verb = Verb::promote};
    request.topics = {TopicName{"orders"}};
    EXPECT_EQ(plan_verb(request, link).refusal(), "");
    EXPECT_EQ(plan_verb(request, link).steps.back(), "mirror the other topics on");

    request.topics = {TopicName{"payments"}};
    EXPECT_EQ(outcome_of(plan_verb(request, link), "partitions"), Check::Outcome::fail);
    request.topics = {TopicName{"refunds"}};
    EXPECT_EQ(outcome_of(plan_verb(request, link), "topics"), Check::Outcome::fail);
}

TEST(VerbPlan, HasNothingToDoForTopicsThatArePromoted)
{
    auto link = promotable();
    link.topics.front().source = TopicName{"orders"};
    link.topics.front().state = MirrorState::promoted;
    link.topics.front().partitions.clear();
    VerbRequest request{.verb = Verb::promote};
    request.topics = {TopicName{"orders"}};
    EXPECT_EQ(plan_verb(request, link).refusal(), "");
    EXPECT_TRUE(plan_verb(request, link).steps.empty());
    EXPECT_FALSE(plan_verb({.verb = Verb::promote}, link).steps.empty()) << "the rest is not";
}

TEST(VerbPlan, SkipsOnlyWhatAHaltedPartitionStillHasAtTheSource)
{
    auto link = promotable();
    auto& partition = link.topics.front().partitions.front();
    partition.next_source = Offset{20};
    partition.source_end = Offset{30};
    const TopicPartition at{link.topics.front().source, partition.id};
    const auto refusal = [&](const TopicPartition& of, std::int64_t to) {
        VerbRequest request{.verb = Verb::resume};
        request.skip = SkipTo{of, Offset{to}};
        return plan_verb(request, link).refusal();
    };
    EXPECT_TRUE(refusal(at, 21).contains("only what is halted")) << refusal(at, 21);
    partition.state = MirrorState::halted;
    EXPECT_TRUE(refusal(at, 20).contains("not behind where")) << refusal(at, 20);
    EXPECT_TRUE(refusal(at, 31).contains("behind the end")) << refusal(at, 31);
    EXPECT_TRUE(refusal({TopicName{"other"}, Partition{0}}, 21).contains("mirrors no other-0"));
    for (const auto to : {21, 30}) EXPECT_EQ(refusal(at, to), "");
    link.state = MirrorState::paused;
    EXPECT_NE(refusal(at, 21), "");
}

TEST(VerbPlan, AcknowledgesWhileTheLinkCanWriteIt)
{
    auto link = promotable();
    const VerbRequest all{.verb = Verb::acknowledge};
    EXPECT_TRUE(plan_verb(all, link).steps.empty());
    link.gaps_unacknowledged = 2;
    EXPECT_TRUE(plan_verb(all, link).steps.front().contains("2 gaps are"));
    link.state = MirrorState::promoted;
    EXPECT_NE(plan_verb(all, link).refusal(), "");
}

TEST(VerbPlan, SaysWhichGroupsStayBehind)
{
    auto link = promotable();
    link.groups.front().state = GroupSyncState::diverged;
    const auto plan = plan_verb({.verb = Verb::promote}, link);
    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(outcome_of(plan, "groups"), Check::Outcome::warn);

    link.groups_enabled = false;
    VerbRequest without{.verb = Verb::promote};
    without.without_groups = true;
    EXPECT_EQ(plan_verb(without, link).refusal(), "");
}

Reversal reversal_with(std::int64_t diverged)
{
    Reversal found;
    ReversedTopic topic;
    topic.owner.target = TopicName{"orders"};
    topic.partitions.push_back({.partition = Partition{1},
                                .agreed = Offset{7},
                                .target_end = Offset{9},
                                .diverged = diverged});
    found.topics.push_back(topic);
    return found;
}

VerbPlan plan_back(MirrorState state, Divergence divergence, Reversal found)
{
    return plan_reversal({.verb = Verb::reverse, .divergence = divergence},
                         link_that_is(state),
                         {LinkName{"back"}, false, false, std::move(found)});
}

TEST(VerbPlan, SalvagesWhatDiffersBeforeItReverses)
{
    const auto plan_with = [](std::int64_t diverged, Result<bool> exists) {
        VerbRequest request{.verb = Verb::reverse, .divergence = Divergence::salvage};
        request.salvage = TopicName{"left"};
        return plan_reversal(
            request,
            link_that_is(MirrorState::failed_over),
            {LinkName{"back"}, false, false, reversal_with(diverged), std::move(exists)});
    };
    const auto plan = plan_with(7, false);
    EXPECT_EQ(plan.refusal(), "");
    ASSERT_EQ(plan.steps.size(), 3U);
    EXPECT_TRUE(plan.steps.front().starts_with("copy those 7 records to topic left of "))
        << plan.steps.front();
    EXPECT_TRUE(plan.checks.back().text.ends_with("will be made")) << plan.checks.back().text;
    EXPECT_EQ(plan_with(0, true).steps.size(), 2U);
    EXPECT_EQ(plan_with(7, fail(Errc::conflict, "it is a mirror")).refusal(), "it is a mirror");
}

TEST(VerbPlan, ReversesWhatWasCutOffAndLosesNothingThatDiffers)
{
    using enum Divergence;
    EXPECT_EQ(plan_back(MirrorState::active, refuse, reversal_with(0)).refusal(),
              "link l is active: only what was promoted or failed over can be reversed");
    const auto plan = plan_back(MirrorState::promoted, refuse, reversal_with(0));
    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(plan.steps.size(), 2U);

    EXPECT_EQ(plan_back(MirrorState::failed_over, refuse, reversal_with(2)).refusal(),
              "2 records of the source were never mirrored, at orders-1 from offset 7 on: look at "
              "them, then reverse with --divergence keep to leave them there, with --divergence "
              "salvage=TOPIC to copy them to a topic of the other side as well, or with "
              "--divergence rebuild to delete their topics, and copy these whole");
    const auto kept = plan_back(MirrorState::failed_over, keep, reversal_with(2));
    EXPECT_EQ(kept.refusal(), "");
    EXPECT_EQ(outcome_of(kept, "divergence"), Check::Outcome::warn);
    EXPECT_NE(plan_back(MirrorState::promoted, keep, {}).refusal(), "") << "no topic at all";
    auto partly = reversal_with(0);
    partly.left_out = {"payments at the source is not the topic any more that was mirrored"};
    EXPECT_NE(plan_back(MirrorState::promoted, refuse, partly).refusal(), "");
    EXPECT_EQ(plan_back(MirrorState::promoted, keep, partly).refusal(), "");
}

TEST(VerbPlan, FailsOverWhateverTheSourceDoes)
{
    auto link = promotable();
    link.topics.front().partitions.front().lag_records = 7;
    for (const auto state : {MirrorState::active,
                             MirrorState::starting,
                             MirrorState::paused,
                             MirrorState::halted,
                             MirrorState::source_gone,
                             MirrorState::promoting}) {
        link.state = state;
        link.source.reachable = state == MirrorState::active;
        const auto plan = plan_verb({.verb = Verb::failover}, link);
        EXPECT_EQ(plan.refusal(), "") << to_string(state);
        EXPECT_EQ(outcome_of(plan, "loss"), Check::Outcome::warn);
    }
    link.target.reachable = false;  // as that of a link that waits between two tries
    EXPECT_EQ(plan_verb({.verb = Verb::failover}, link).refusal(), "");
    link.state = MirrorState::promoted;
    EXPECT_NE(plan_verb({.verb = Verb::failover}, link).refusal(), "");
    link.state = MirrorState::failed_over;
    const auto done = plan_verb({.verb = Verb::failover}, link);
    EXPECT_EQ(done.refusal(), "");
    EXPECT_TRUE(done.steps.empty());
}

TEST(VerbPlan, FailsTopicsOverWhateverTheOthersDo)
{
    auto link = promotable();
    link.topics.front().source = TopicName{"orders"};
    link.topics.front().partitions.front().lag_records = 2;
    link.topics.front().partitions.front().lag_seconds = 1.5;
    auto& other = link.topics.emplace_back();
    other.source = TopicName{"payments"};
    other.partitions.resize(1);
    other.partitions.front().lag_records = 7;
    auto& waiting = link.topics.emplace_back();
    waiting.source = TopicName{"refunds"};
    waiting.reason = "existing_target: rename";
    VerbRequest request{.verb = Verb::failover};
    request.topics = {TopicName{"orders"}};
    for (const auto state : {MirrorState::active, MirrorState::starting, MirrorState::paused}) {
        link.state = state;
        link.source.reachable = state == MirrorState::active;
        const auto plan = plan_verb(request, link);
        EXPECT_EQ(plan.refusal(), "") << to_string(state);
        EXPECT_EQ(plan.steps.back(), "mirror the other topics on");
        const auto loss = std::ranges::find(plan.checks, "loss", &Check::name);
        EXPECT_EQ(loss->text, "2 records of the last 1500 ms stay at the source");
    }
    request.topics = {TopicName{"refunds"}};
    EXPECT_EQ(plan_verb(request, link).refusal(),
              "nothing of refunds has been mirrored yet: existing_target: rename");
    request.topics = {TopicName{"nobody's"}};
    EXPECT_NE(plan_verb(request, link).refusal(), "");

    link.topics.front().state = MirrorState::failed_over;
    link.topics.front().partitions.clear();
    request.topics = {TopicName{"orders"}};
    EXPECT_EQ(plan_verb(request, link).refusal(), "");
    EXPECT_TRUE(plan_verb(request, link).steps.empty());
}

TEST(VerbPlan, VerifiesWhatRunsWhatRestsAndWhatWasCut)
{
    auto link = promotable();
    for (const auto state : {MirrorState::active,
                             MirrorState::paused,
                             MirrorState::promoted,
                             MirrorState::failed_over}) {
        link.state = state;
        const auto plan = plan_verb({.verb = Verb::verify}, link);
        EXPECT_EQ(plan.refusal(), "") << to_string(state);
        EXPECT_EQ(plan.steps.size(), 2U) << to_string(state);
    }
    VerbRequest request{.verb = Verb::verify};
    request.mode = VerifyMode::structure;
    EXPECT_EQ(plan_verb(request, link).steps.size(), 1U);
    request.mode = VerifyMode::target;
    EXPECT_TRUE(plan_verb(request, link).steps.back().contains("digests"));
    link.state = MirrorState::halted;
    EXPECT_EQ(plan_verb({.verb = Verb::verify}, link).refusal(),
              "link l is halted: wait until it is active, or pause it, and verify then");
}

TEST(VerbPlan, VerifiesOnlyARangeThatSomethingIsMirroredOf)
{
    auto link = promotable();
    auto& topic = link.topics.front();
    topic.partitions.resize(2);
    topic.partitions[0].next_source = Offset{40};
    topic.partitions[1].id = Partition{1};
    topic.partitions[1].next_source = Offset{90};
    VerbRequest request{.verb = Verb::verify};
    request.topics = {topic.source};
    const auto refusal = [&] { return plan_verb(request, link).refusal(); };
    request.scope.from = Offset{89};
    EXPECT_EQ(refusal(), "");
    request.scope.partition = Partition{0};
    EXPECT_TRUE(refusal().contains("is mirrored from source offset 89 on: say a lower --from"))
        << refusal();
    request.scope.from = Offset{39};
    EXPECT_EQ(refusal(), "");
    request.scope.partition = Partition{2};
    EXPECT_TRUE(refusal().contains("has no partition 2")) << refusal();

    request.scope = {.sample = Share{50'000}};
    EXPECT_EQ(refusal(), "");
    EXPECT_TRUE(plan_verb(request, link).steps.back().contains("a share of 0.05"));
}

TEST(VerbPlan, VerifiesTopicsThatThereAreWhenBothSidesAnswer)
{
    auto link = promotable();
    link.topics.front().source = TopicName{"orders"};
    VerbRequest request{.verb = Verb::verify};
    request.topics = {TopicName{"orders"}};
    EXPECT_EQ(plan_verb(request, link).refusal(), "");
    request.topics.emplace_back("payments");
    EXPECT_EQ(outcome_of(plan_verb(request, link), "topics"), Check::Outcome::fail);

    link.source.reachable = false;
    EXPECT_EQ(outcome_of(plan_verb({.verb = Verb::verify}, link), "source"), Check::Outcome::fail);
}

}  // namespace
}  // namespace strait::links
