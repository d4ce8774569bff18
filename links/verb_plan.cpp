#include "links/verb_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

constexpr double headroom_min = 0.2;  // of the source's retention

bool is_halted(const PartitionStatus& partition) { return partition.state == MirrorState::halted; }

std::size_t count_partitions(const LinkStatus& link, auto is_counted)
{
    std::size_t count = 0;
    for (const auto& topic : link.topics) {
        count += static_cast<std::size_t>(std::ranges::count_if(topic.partitions, is_counted));
    }
    return count;
}

Check state_check(const LinkStatus& link, bool allowed, std::string remedy)
{
    const auto state = "link " + link.name.value() + " is " + std::string{to_string(link.state)};
    if (allowed) return {Outcome::pass, "state", state};
    return {Outcome::fail, "state", state + ": " + std::move(remedy)};
}

// What is not copied while a link rests may be gone before it goes on.
Check retention_check(const LinkStatus& link)
{
    const auto close = count_partitions(link, [](const PartitionStatus& partition) {
        return partition.retention_headroom.value_or(1) < headroom_min;
    });
    if (close == 0) return {Outcome::pass, "retention", "the source keeps what is not copied yet"};
    return {Outcome::warn,
            "retention",
            std::to_string(close) + " partitions are close to the end of the source's retention: "
                                    "what it removes before it is copied is a gap"};
}

// The link claims its target anew, and reaches both of its clusters for that.
Check cluster_check(const std::string& name, const SideStatus& side)
{
    const auto cluster = side.cluster.value();
    if (side.reachable) return {Outcome::pass, name, cluster + " answers"};
    return {Outcome::warn,
            name,
            cluster +
                " does not answer: the order is followed at once, and the operation ends when "
                "both clusters answer"};
}

VerbPlan plan_pause(const LinkStatus& link)
{
    VerbPlan plan;
    const bool done = link.state == MirrorState::paused;
    plan.checks.push_back(state_check(link,
                                      done || can_change(link.state, MirrorState::paused),
                                      "only a link that mirrors can be paused"));
    if (done) return plan;
    plan.checks.push_back(retention_check(link));
    plan.checks.push_back(cluster_check("source", link.source));
    plan.checks.push_back(cluster_check("target", link.target));
    plan.steps = {"commit what has been read",
                  "keep the order in _strait.links of " + link.target.cluster.value()};
    return plan;
}

VerbPlan plan_resume(const LinkStatus& link)
{
    VerbPlan plan;
    const auto halted = count_partitions(link, is_halted);
    const bool paused = link.state == MirrorState::paused || link.desired == Desired::paused;
    const bool allowed = paused || link.state == MirrorState::halted ||
                         link.state == MirrorState::active || link.state == MirrorState::starting;
    plan.checks.push_back(
        state_check(link, allowed, "only a link that is paused or halted can be resumed"));
    if (paused) {
        plan.checks.push_back(retention_check(link));
        plan.checks.push_back(cluster_check("source", link.source));
        plan.checks.push_back(cluster_check("target", link.target));
        plan.steps = {"keep the order in _strait.links of " + link.target.cluster.value(),
                      "compare every partition with both clusters, and copy on"};
    } else if (link.state == MirrorState::halted) {
        plan.steps = {"start the link again"};
    } else if (halted > 0) {
        plan.steps = {"compare " + std::to_string(halted) +
                      " halted partitions with both clusters, and copy on where they fit"};
    }
    return plan;
}

}  // namespace

std::string_view to_string(Check::Outcome outcome) noexcept
{
    switch (outcome) {
        case Outcome::pass: return "pass";
        case Outcome::warn: return "warn";
        case Outcome::fail: return "fail";
    }
    std::unreachable();
}

std::string VerbPlan::refusal() const
{
    std::string text;
    for (const auto& check : checks) {
        if (check.outcome != Outcome::fail) continue;
        text += (text.empty() ? "" : "; ") + check.text;
    }
    return text;
}

VerbPlan plan_verb(Verb verb, const LinkStatus& link)
{
    switch (verb) {
        case Verb::pause: return plan_pause(link);
        case Verb::resume: return plan_resume(link);
    }
    std::unreachable();
}

}  // namespace strait::links
