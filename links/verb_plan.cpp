#include "links/verb_plan.hpp"

#include "core/units.hpp"
#include "links/gap_plan.hpp"
#include "links/pause_plan.hpp"
#include "links/rebuild.hpp"
#include "links/verb_checks.hpp"
#include "links/verify_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

// Those that were promoted by themselves need nothing more.
Check partitions_check(const VerbRequest& request, const LinkStatus& link)
{
    for (const auto& topic : link.topics) {
        if (topic.is_released() || !request.concerns(topic.source)) continue;
        const auto found =
            std::ranges::find_if(topic.partitions, [](const PartitionStatus& partition) {
                return partition.state != MirrorState::active;
            });
        if (topic.state == MirrorState::active && found == topic.partitions.end()) continue;
        if (topic.paused_alone) {
            return {Outcome::fail,
                    "partitions",
                    topic.source.value() + " is " + topic.reason +
                        "; resume it with `strait link resume " + link.name.value() + " --topic " +
                        topic.source.value() + "`, or promote the others by --topic"};
        }
        return {Outcome::fail,
                "partitions",
                topic.source.value() + " is " + std::string{to_string(topic.state)} + ": " +
                    (topic.reason.empty() ? "wait until it is active" : topic.reason) +
                    "; exclude it, or fail over"};
    }
    return {Outcome::pass, "partitions", "all are active"};
}

// Nothing is lost without somebody having known of it.
Check gaps_check(const LinkStatus& link)
{
    if (link.gaps_open > 0) {
        return {Outcome::fail,
                "gaps",
                std::to_string(link.gaps_open) +
                    " are open: see `strait link gaps`, and let a policy close them, or fail over"};
    }
    if (link.gaps_unacknowledged > 0) {
        return {Outcome::fail,
                "gaps",
                std::to_string(link.gaps_unacknowledged) +
                    " tell of records that the target will never have: see `strait link gaps`, and "
                    "acknowledge them with --ack, or fail over"};
    }
    return {Outcome::pass, "gaps", "none is open, and those that were are acknowledged"};
}

Check groups_check(const VerbRequest& request, const LinkStatus& link)
{
    if (request.without_groups) {
        return {Outcome::warn, "groups", "consumer groups are left as they are at the target"};
    }
    if (!link.groups_enabled) {
        const auto outcome = request.verb == Verb::promote ? Outcome::fail : Outcome::warn;
        return {outcome, "groups", "groups.enabled is false: set it, or promote --without-groups"};
    }
    const auto held = std::ranges::find_if(
        link.groups, [](const GroupStatus& group) { return !is_in_place(group.state); });
    const auto rereads = std::to_string(link.rereads()) + " records to be read again now";
    if (held == link.groups.end()) {
        return {Outcome::pass,
                "groups",
                std::to_string(link.groups.size()) + " are in place, " + rereads};
    }
    return {Outcome::warn,
            "groups",
            held->id.value() + " is " + std::string{to_string(held->state)} + ": " + held->reason};
}

// What a failover now would leave at the source.
Check loss_check(const VerbRequest& request, const LinkStatus& link)
{
    std::int64_t records = 0;
    double seconds = 0;
    for (const auto& topic : link.topics) {
        if (topic.is_released() || !request.concerns(topic.source)) continue;
        for (const auto& partition : topic.partitions) {
            records += partition.lag_records.value_or(0);
            seconds = std::max(seconds, partition.lag_seconds);
        }
    }
    if (records == 0) return {Outcome::pass, "loss", "none that is known"};
    return {Outcome::warn,
            "loss",
            std::to_string(records) + " records of the last " +
                std::to_string(static_cast<std::int64_t>(seconds * 1e3)) +
                " ms stay at the source"};
}

bool is_done(const VerbRequest& request, const LinkStatus& link, MirrorState done)
{
    if (request.topics.empty()) return link.state == done;
    return std::ranges::all_of(request.topics, [&](const TopicName& wanted) {
        return std::ranges::any_of(link.topics, [&](const TopicStatus& topic) {
            return topic.source == wanted && topic.is_released();
        });
    });
}

VerbPlan plan_promote(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    const bool done = is_done(request, link, MirrorState::promoted);
    plan.checks.push_back(state_check(link,
                                      done || can_change(link.state, MirrorState::promoting),
                                      "only an active link can be promoted"));
    if (done) return plan;
    const bool some = !request.topics.empty();
    if (some) plan.checks.push_back(topics_check(request, link));
    plan.checks.push_back(partitions_check(request, link));
    plan.checks.push_back(gaps_check(link));
    plan.checks.push_back(groups_check(request, link));
    plan.checks.push_back(required(cluster_check("source", link.source), "fail over instead"));
    plan.checks.push_back(required(cluster_check("target", link.target), "wait until it does"));
    plan.checks.push_back(
        {Outcome::pass,
         "loss",
         "none; to be copied before: " + std::to_string(link.lag_records) + " records"});
    plan.steps = {"wait until the source has held still for 5 s and all of it is copied, at most " +
                      written(request.timeout),
                  "end all shards, so that nobody can write as this link any more",
                  "take the consumer groups along",
                  "write the cut to _strait.links of " + link.target.cluster.value()};
    if (some) plan.steps.emplace_back("mirror the other topics on");
    return plan;
}

VerbPlan plan_failover(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    const bool done = is_done(request, link, MirrorState::failed_over);
    plan.checks.push_back(state_check(link,
                                      done || can_change(link.state, MirrorState::failing_over),
                                      "only a link that mirrors can fail over"));
    if (done) return plan;
    const bool some = !request.topics.empty();
    if (some) plan.checks.push_back(begun_check(request, link));
    plan.checks.push_back(cluster_check("target", link.target));
    if (link.source.reachable) {
        plan.checks.push_back(
            {Outcome::warn,
             "source",
             link.source.cluster.value() + " still answers: a promotion would lose nothing"});
    }
    plan.checks.push_back(groups_check(request, link));
    plan.checks.push_back(loss_check(request, link));
    plan.steps = {"commit what is complete, within 5 s",
                  "end all shards, so that nobody can write as this link any more",
                  "take the consumer groups along, from where they were seen last",
                  "write the cut to _strait.links of " + link.target.cluster.value()};
    if (some) plan.steps.emplace_back("mirror the other topics on");
    return plan;
}

std::string difference_of(const Reversal& found)
{
    std::string text;
    if (const auto count = found.diverged(); count > 0) {
        text = (found.counted ? "" : "more than ") + std::to_string(count) +
               " records of the source were never mirrored";
    }
    if (const auto count = found.missing(); count > 0) {
        text += (text.empty() ? "" : ", and ") + std::to_string(count) +
                " offsets that were are gone there";
    }
    return text.empty() ? text : text + ", at " + found.first_difference();
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

VerbPlan plan_verb(const VerbRequest& request, const LinkStatus& link)
{
    if (auto others = catalog_check(request, link)) return {{*std::move(others)}, {}};
    switch (request.verb) {
        case Verb::pause: return plan_pause(request, link);
        case Verb::resume:
            return request.skip ? plan_skip(request, link) : plan_resume(request, link);
        case Verb::promote: return plan_promote(request, link);
        case Verb::failover: return plan_failover(request, link);
        case Verb::verify: return plan_verification(request, link);
        case Verb::acknowledge: return plan_acknowledgement(request, link);
        case Verb::reverse: break;
    }
    std::unreachable();
}

std::string refusal_of(Divergence divergence, const Reversal& found)
{
    if (found.topics.empty()) {
        return "there is no topic to mirror back" +
               (found.left_out.empty() ? "" : ": " + found.left_out.front());
    }
    using enum Divergence;
    if (divergence == keep || divergence == salvage) return "";
    const auto difference = difference_of(found);
    if (divergence == refuse && !difference.empty()) {
        return difference +
               ": look at them, then reverse with --divergence keep to leave them there, with "
               "--divergence salvage=TOPIC to copy them to a topic of the other side as well, or "
               "with --divergence rebuild to delete their topics, and copy these whole";
    }
    if (found.left_out.empty()) return "";
    return found.left_out.front() + ": reverse with --divergence keep to leave such topics out";
}

namespace {

// What is done about records that were never mirrored, before anything else.
void add_salvage(VerbPlan& plan,
                 const VerbRequest& request,
                 const LinkStatus& link,
                 const ReversalFacts& facts)
{
    const auto topic = "topic " + request.salvage.value() + " of " + link.target.cluster.value();
    if (!facts.salvage_exists) {
        plan.checks.push_back({Outcome::fail, "salvage", facts.salvage_exists.error().detail()});
        return;
    }
    const auto count = facts.found ? facts.found->diverged() : 0;
    if (count == 0) {
        plan.checks.push_back({Outcome::pass, "salvage", "there is nothing to salvage"});
        return;
    }
    plan.checks.push_back({Outcome::pass,
                           "salvage",
                           topic + (*facts.salvage_exists ? " is there" : " will be made")});
    plan.steps.insert(plan.steps.begin(),
                      "copy those " + std::string{facts.found->counted ? "" : "more than "} +
                          std::to_string(count) + " records to " + topic +
                          ", with headers that say where they were");
}

}  // namespace

VerbPlan plan_reversal(const VerbRequest& request,
                       const LinkStatus& link,
                       const ReversalFacts& facts)
{
    if (auto others = catalog_check(request, link)) return {{*std::move(others)}, {}};
    VerbPlan plan;
    plan.checks.push_back(state_check(link,
                                      can_change(link.state, MirrorState::reversing),
                                      "only what was promoted or failed over can be reversed"));
    if (plan.checks.front().outcome == Outcome::fail) return plan;
    const auto back = "link " + facts.back.value();
    if (facts.done) {
        plan.checks.push_back({Outcome::pass, "link", back + " mirrors back already"});
        return plan;
    }
    plan.checks.push_back(
        {Outcome::pass, "link", back + (facts.exists ? " is there" : " will be made")});
    if (!facts.found) {
        plan.checks.push_back({Outcome::fail, "clusters", facts.found.error().detail()});
        return plan;
    }
    const auto& found = *facts.found;
    const auto refusal = refusal_of(request.divergence, found);
    const bool rebuilds = request.divergence == Divergence::rebuild;
    const auto difference = difference_of(found);
    plan.checks.push_back({!refusal.empty()      ? Outcome::fail
                           : !difference.empty() ? Outcome::warn
                                                 : Outcome::pass,
                           "divergence",
                           !refusal.empty() ? refusal
                           : !difference.empty()
                               ? difference + (rebuilds ? "" : ": they stay there")
                               : "the source has nothing that is not mirrored"});
    for (const auto& topic : found.left_out) {
        plan.checks.push_back({Outcome::warn, "topics", topic + ": it is left out"});
    }
    const auto& target = link.target.cluster.value();
    plan.steps = {
        back + (facts.exists ? " takes over " : " is made for ") +
            std::to_string(found.topics.size()) + " topics, from " + target + " to " +
            link.source.cluster.value(),
        "it goes on behind what both have, and its consumer groups follow those of " + target};
    if (request.divergence == Divergence::salvage) add_salvage(plan, request, link, facts);
    if (rebuilds) add_rebuild(plan, link, facts);
    return plan;
}

}  // namespace strait::links
