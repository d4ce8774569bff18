#include "links/verify_plan.hpp"

#include "links/verb_checks.hpp"

#include <algorithm>
#include <string>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

Check scope_check(const VerbRequest& request, const LinkStatus& link)
{
    const auto& scope = request.scope;
    const bool everywhere = !scope.partition && !scope.from && !scope.to;
    if (everywhere) return {Outcome::pass, "scope", "all that is mirrored"};
    const auto& name = request.topics.front();
    const auto topic = std::ranges::find(link.topics, name, &TopicStatus::source);
    bool there = false;
    Offset end;  // of what is mirrored
    if (topic != link.topics.end()) {
        for (const auto& each : topic->partitions) {
            if (scope.partition && each.id != *scope.partition) continue;
            there = true;
            end = std::max(end, each.next_source.value_or(Offset{}));
        }
    }
    const std::string see = ": see `strait link status --partitions`";
    if (scope.partition && !there) {
        return {
            Outcome::fail,
            "scope",
            name.value() + " has no partition " + std::to_string(scope.partition->value()) + see};
    }
    const auto from = scope.from.value_or(Offset{});
    if (from > Offset{} && from >= end) {
        return {Outcome::fail,
                "scope",
                "nothing of " + name.value() + " is mirrored from source offset " +
                    std::to_string(from.value()) + " on: say a lower --from" + see};
    }
    return {Outcome::pass, "scope", "something of it is mirrored"};
}

}  // namespace

VerbPlan plan_verification(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    const bool allowed = link.state == MirrorState::active || link.state == MirrorState::paused ||
                         link.state == MirrorState::promoted ||
                         link.state == MirrorState::failed_over;
    plan.checks.push_back(
        state_check(link, allowed, "wait until it is active, or pause it, and verify then"));
    plan.checks.push_back(topics_check(request, link));
    plan.checks.push_back(scope_check(request, link));
    if (!is_cut(link.desired)) {  // the source is not asked after a cut, until it is verified
        plan.checks.push_back(
            required(cluster_check("source", link.source), "verify when it does"));
    }
    plan.checks.push_back(required(cluster_check("target", link.target), "verify when it does"));
    plan.steps = {"hold the offset map of each partition against itself and the ends of both logs"};
    if (request.mode == VerifyMode::full) {
        plan.steps.emplace_back("read both sides, and compare each record with its copy");
    }
    if (request.mode == VerifyMode::target) {
        plan.steps.emplace_back("read the target, and compare it with the digests of the map");
    }
    if (request.scope.samples()) {
        plan.steps.emplace_back("of the records only a share of " + written(request.scope.sample) +
                                ", in stretches that are drawn");
    }
    return plan;
}

}  // namespace strait::links
