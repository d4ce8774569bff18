#include "links/gap_plan.hpp"

#include "links/verb_checks.hpp"

#include <cassert>
#include <string>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

Check partition_check(const SkipTo& skip, const LinkStatus& link)
{
    const auto* const partition = find_partition(link, skip.at);
    const auto at = to_string(skip.at);
    if (partition == nullptr) {
        return {Outcome::fail,
                "partition",
                "link " + link.name.value() + " mirrors no " + at +
                    ": see its status with --partitions"};
    }
    const auto state = at + " is " + std::string{to_string(partition->state)};
    if (partition->state != MirrorState::halted) {
        return {Outcome::fail, "partition", state + ": only what is halted can skip records"};
    }
    return {Outcome::pass, "partition", state + ": " + partition->reason};
}

Check offset_check(const SkipTo& skip, const PartitionStatus& partition)
{
    const auto to = std::to_string(skip.offset.value());
    const auto next = partition.next_source.value_or(Offset{0});
    const auto from = std::to_string(next.value());
    if (skip.offset <= next) {
        return {Outcome::fail,
                "offset",
                to + " is not behind where the partition stands, " + from +
                    ": name the first offset that is to be copied again"};
    }
    const auto& end = partition.source_end;
    if (!end) return {Outcome::fail, "offset", "where the source ends is not known yet: try again"};
    if (skip.offset > *end) {
        return {Outcome::fail,
                "offset",
                to + " is behind the end of the source, " + std::to_string(end->value())};
    }
    return {Outcome::warn,
            "offset",
            "what is in [" + from + ", " + to +
                ") at the source and not at the target yet will never be there"};
}

}  // namespace

VerbPlan plan_skip(const VerbRequest& request, const LinkStatus& link)
{
    assert(request.skip);
    const auto& skip = *request.skip;
    VerbPlan plan;
    plan.checks.push_back(state_check(
        link, link.state == MirrorState::active, "records are skipped while it is active"));
    plan.checks.push_back(partition_check(skip, link));
    if (plan.checks.back().outcome == Outcome::fail) return plan;
    plan.checks.push_back(offset_check(skip, *find_partition(link, skip.at)));
    const auto at = to_string(skip.at);
    plan.steps = {"go on with " + at + " at " + std::to_string(skip.offset.value()),
                  "note in the ledger of gaps, with its position, what is given up"};
    return plan;
}

VerbPlan plan_acknowledgement(const VerbRequest& request, const LinkStatus& link)
{
    VerbPlan plan;
    plan.checks.push_back(state_check(
        link,
        link.state == MirrorState::active,
        "what it notes is written by a link that is active; after a cut the ledger is closed"));
    if (link.gaps_unacknowledged == 0 && !request.gap) {
        plan.checks.push_back({Outcome::pass, "gaps", "none is left to be acknowledged"});
        return plan;
    }
    const auto& gap = request.gap;
    plan.steps = {"note in the ledger that " +
                  (gap ? "gap " + std::to_string(gap->id) + " of " + to_string(gap->at) + " is"
                       : std::to_string(link.gaps_unacknowledged) + " gaps are") +
                  " known and accepted"};
    return plan;
}

}  // namespace strait::links
