#include "links/pause_plan.hpp"

#include "links/verb_checks.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

constexpr double headroom_min = 0.2;  // of the source's retention

std::size_t count_partitions(const VerbRequest& request, const LinkStatus& link, auto is_counted)
{
    std::size_t count = 0;
    for (const auto& topic : link.topics) {
        if (!request.concerns(topic.source)) continue;
        count += static_cast<std::size_t>(std::ranges::count_if(topic.partitions, is_counted));
    }
    return count;
}

// Of the topics that are named, or of all.
std::size_t count_resting(const VerbRequest& request, const LinkStatus& link)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(link.topics, [&](const TopicStatus& topic) {
            return topic.paused_alone && request.concerns(topic.source);
        }));
}

// What is not copied while a link or a topic rests may be gone before it goes on.
Check retention_check(const VerbRequest& request, const LinkStatus& link)
{
    const auto close = count_partitions(request, link, [](const PartitionStatus& partition) {
        return partition.retention_headroom.value_or(1) < headroom_min;
    });
    if (close == 0) return {Outcome::pass, "retention", "the source keeps what is not copied yet"};
    return {Outcome::warn,
            "retention",
            std::to_string(close) + " partitions are close to the end of the source's retention: "
                                    "what it removes before it is copied is a gap"};
}

// The topics that are named are mirrors, and where they stand is known.
Check mirrors_check(const VerbRequest& request, const LinkStatus& link)
{
    for (const auto& topic : link.topics) {
        const bool named = std::ranges::find(request.topics, topic.source) != request.topics.end();
        if (!named || !topic.is_released()) continue;
        return {Outcome::fail, "topics", topic.source.value() + " is an ordinary topic already"};
    }
    return begun_check(request, link);
}

void add_order(VerbPlan& plan, const VerbRequest& request, const LinkStatus& link)
{
    plan.checks.push_back(retention_check(request, link));
    plan.checks.push_back(cluster_check("source", link.source));
    plan.checks.push_back(cluster_check("target", link.target));
    plan.steps.push_back("keep the order in _strait.links of " + link.target.cluster.value());
}

VerbPlan plan_resume_topics(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    const bool allowed = link.state != MirrorState::promoting && !is_cut(link.desired);
    plan.checks.push_back(
        state_check(link, allowed, "only topics of a link that mirrors can be resumed"));
    plan.checks.push_back(mirrors_check(request, link));
    const auto resting = count_resting(request, link);
    if (resting == 0) return plan;
    if (link.desired == Desired::paused) {
        plan.checks.push_back({Outcome::warn,
                               "link",
                               "the link itself is paused: nothing is copied before it is resumed, "
                               "too"});
    }
    add_order(plan, request, link);
    plan.steps.push_back("compare " + std::to_string(resting) +
                         " topics with both clusters, and copy on");
    return plan;
}

}  // namespace

VerbPlan plan_pause(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    const bool some = !request.topics.empty();
    const bool rests = link.state == MirrorState::paused;
    const bool done = some ? count_resting(request, link) == request.topics.size() : rests;
    plan.checks.push_back(
        state_check(link,
                    done || can_change(link.state, MirrorState::paused) || (some && rests),
                    "only a link that mirrors can be paused"));
    if (done) return plan;
    if (some) plan.checks.push_back(mirrors_check(request, link));
    plan.steps = {"commit what has been read"};
    add_order(plan, request, link);
    if (some && !rests) plan.steps.emplace_back("mirror the other topics on");
    return plan;
}

VerbPlan plan_resume(const VerbRequest& request, const LinkStatus& link)
{
    if (!request.topics.empty()) return plan_resume_topics(request, link);
    VerbPlan plan;
    const auto halted = count_partitions(request, link, [](const PartitionStatus& partition) {
        return partition.state == MirrorState::halted;
    });
    const bool paused = link.state == MirrorState::paused || link.desired == Desired::paused;
    const bool allowed = paused || link.state == MirrorState::halted ||
                         link.state == MirrorState::active || link.state == MirrorState::starting;
    plan.checks.push_back(
        state_check(link, allowed, "only a link that is paused or halted can be resumed"));
    if (const auto resting = count_resting(request, link); resting > 0) {
        plan.checks.push_back(
            {Outcome::warn,
             "topics",
             std::to_string(resting) +
                 " are paused by themselves, and stay so: resume them by --topic"});
    }
    if (paused) {
        add_order(plan, request, link);
        plan.steps.emplace_back("compare every partition with both clusters, and copy on");
    } else if (link.state == MirrorState::halted) {
        plan.steps = {"start the link again"};
    } else if (halted > 0) {
        plan.steps = {"compare " + std::to_string(halted) +
                      " halted partitions with both clusters, and copy on where they fit"};
    }
    return plan;
}

}  // namespace strait::links
