#include "links/shard/partition_verdict.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace strait::links {

namespace {

Generation after(Generation generation) { return Generation{generation.value() + 1}; }

std::string range(Offset from, Offset to)
{
    return "[" + std::to_string(from.value()) + ", " + std::to_string(to.value()) + ")";
}

Verdict begin(Generation generation, Offset from, bool from_log_start)
{
    Verdict verdict;
    verdict.generation = generation;
    verdict.from = from;
    verdict.new_generation = true;
    verdict.from_log_start = from_log_start;
    return verdict;
}

Verdict go_on(const Checkpoint& position)
{
    Verdict verdict;
    verdict.generation = position.generation;
    verdict.from = position.block.next_source;
    verdict.epoch = position.epoch;
    return verdict;
}

Verdict stop(MirrorState state, std::string reason)
{
    Verdict verdict;
    verdict.state = state;
    verdict.reason = std::move(reason);
    return verdict;
}

Verdict with_gap(Verdict verdict, Gap gap, GapPolicy policy)
{
    gap.policy = policy;
    gap.open = verdict.state != MirrorState::active;
    verdict.gap = std::move(gap);
    return verdict;
}

// The topic is not the one that the link asked for.
Verdict stop_recreated(const TopicId& before, const TopicId& now, GapPolicy policy)
{
    const std::string found = "topic was deleted and created again at the source (id " +
                              to_string(before) + " became " + to_string(now) + ")";
    switch (policy) {
        case GapPolicy::halt:
            return stop(MirrorState::halted,
                        found + "; set policies.on_recreate to restart or skip");
        case GapPolicy::skip: return stop(MirrorState::source_gone, found);
        case GapPolicy::restart: return stop(MirrorState::starting, found + "; restarting");
    }
    std::unreachable();
}

Verdict stop_left(GapPolicy policy)
{
    const std::string found =
        "topic was created again at the source with fewer partitions, without this one";
    if (policy != GapPolicy::halt) return stop(MirrorState::source_gone, found);
    return stop(MirrorState::halted, found + "; set policies.on_recreate to restart or skip");
}

Verdict judge_recreated(const Mirror& mirror,
                        const Checkpoint& position,
                        const PartitionFacts& facts,
                        GapPolicy policy)
{
    const auto next = position.block.next_source;
    auto gap = gap_of(mirror, position, GapCause::recreated, next, next);
    gap.new_id = facts.source_id;
    if (!facts.at_source) return with_gap(stop_left(policy), std::move(gap), policy);
    if (mirror.source_id == facts.source_id) {
        return with_gap(begin(after(position.generation), facts.source_low, true),
                        std::move(gap),
                        GapPolicy::restart);
    }
    auto verdict = stop_recreated(position.source_id, facts.source_id, policy);
    if (policy == GapPolicy::restart) return verdict;
    return with_gap(std::move(verdict), std::move(gap), policy);
}

Verdict judge_target_lost(const Mirror& mirror,
                          const Checkpoint& position,
                          const PartitionFacts& facts,
                          const Background& background,
                          GapPolicy policy)
{
    const auto next = position.block.next_source;
    const bool cut = facts.target_id == position.target_id;
    const auto from = cut ? std::max(background.first, background.kept_to) : background.first;
    auto gap = gap_of(mirror, position, GapCause::target_lost, std::min(from, next), next);
    if (policy == GapPolicy::restart) {
        if (mirror.target_id != facts.target_id) {
            return stop(MirrorState::starting,
                        "target topic " + mirror.target.value() +
                            " was deleted or created again; restarting");
        }
        gap.to = std::clamp(facts.source_low, gap.from, next);
        auto verdict = begin(after(position.generation), facts.source_low, true);
        return with_gap(std::move(verdict), std::move(gap), policy);
    }
    const auto found =
        !cut ? "target topic " + mirror.target.value() + " was deleted or created again"
             : "target topic ends at " + std::to_string(facts.target_end.value()) +
                   ", before the checkpoint at " +
                   std::to_string(position.block.next_target.value());
    return with_gap(
        stop(MirrorState::halted,
             "target_lost: " + found + "; set policies.on_target_lost to restart to copy it again"),
        std::move(gap),
        GapPolicy::halt);
}

Verdict judge_overrun(const Mirror& mirror,
                      const Checkpoint& position,
                      const PartitionFacts& facts,
                      GapPolicy policy)
{
    const auto next = position.block.next_source;
    auto gap = gap_of(mirror, position, GapCause::log_start_moved, next, facts.source_low);
    const auto lost = range(gap.from, gap.to);
    switch (policy) {
        case GapPolicy::halt:
            return with_gap(
                stop(MirrorState::halted,
                     "retention or DeleteRecords at the source passed the link: offsets " + lost +
                         " are gone; set policies.on_gap to skip or restart to go on"),
                std::move(gap),
                policy);
        case GapPolicy::skip: {
            auto verdict = go_on(position);
            verdict.from = facts.source_low;
            verdict.epoch = LeaderEpoch{-1};
            return with_gap(std::move(verdict), std::move(gap), policy);
        }
        case GapPolicy::restart:
            return with_gap(
                begin(after(position.generation), facts.source_low, true), std::move(gap), policy);
    }
    std::unreachable();
}

// A new generation of the same log. It may be cut again, below where it begins; behind what
// retention took there is nothing to ask for.
Verdict go_on_at(const kafka::EpochEnd& divergence,
                 const Checkpoint& position,
                 const PartitionFacts& facts)
{
    const auto from = std::clamp(divergence.end, facts.source_low, facts.source_end);
    auto verdict = begin(after(position.generation), from, from == facts.source_low);
    if (from <= divergence.end) verdict.epoch = divergence.epoch;
    return verdict;
}

Verdict judge_cut(const Mirror& mirror,
                  const Checkpoint& position,
                  const kafka::EpochEnd& divergence,
                  const PartitionFacts& facts,
                  GapPolicy policy)
{
    const auto next = position.block.next_source;
    auto gap = gap_of(mirror, position, GapCause::truncated, divergence.end, next);
    const auto lost = range(gap.from, gap.to);
    switch (policy) {
        case GapPolicy::halt:
            return with_gap(stop(MirrorState::halted,
                                 "the source's log was truncated: offsets " + lost +
                                     " that the target has are gone or differ at the source; set "
                                     "policies.on_gap to skip or restart to go on"),
                            std::move(gap),
                            policy);
        case GapPolicy::skip:
            return with_gap(go_on_at(divergence, position, facts), std::move(gap), policy);
        case GapPolicy::restart:
            return with_gap(
                begin(after(position.generation), facts.source_low, true), std::move(gap), policy);
    }
    std::unreachable();
}

// Where the source's log and what was copied of it part, and what epoch to go on with there; absent
// if they do not, or if that is not known yet.
std::optional<kafka::EpochEnd> divergence_of(const Checkpoint& position,
                                             const PartitionFacts& facts,
                                             const Background& background)
{
    const auto& failure = background.failure;
    const auto next = position.block.next_source;
    if (failure && failure->error.code() == Errc::truncated) {
        // To ask for its epoch again would end as before.
        if (!failure->epoch_end) return kafka::EpochEnd{LeaderEpoch{-1}, background.first_ever};
        const auto& [epoch, end] = *failure->epoch_end;
        // Of what was written later it says nothing: it is about a position that was left.
        if (epoch >= position.epoch && end < next) {
            return kafka::EpochEnd{position.epoch, std::min(end, facts.source_end)};
        }
    }
    const bool told = failure && failure->error.code() == Errc::out_of_range;
    const bool may_ask = position.epoch >= LeaderEpoch{0} && !told;
    if (facts.source_end >= next || may_ask) return std::nullopt;
    return kafka::EpochEnd{position.epoch, facts.source_end};
}

// The position may lie behind that: offsets without a record were passed, of whatever epoch.
Offset copied_until(const OffsetBlock& block)
{
    if (block.runs.empty()) return block.first_source;
    return Offset{block.runs.back().source_start.value() + block.runs.back().length};
}

Verdict judge(const Mirror& mirror,
              const Checkpoint& position,
              const PartitionFacts& facts,
              const LossPolicies& policies,
              const Background& background)
{
    const auto& block = position.block;
    if (position.source_id != facts.source_id || !facts.at_source) {
        return judge_recreated(mirror, position, facts, policies.on_recreate);
    }
    if (position.target_id != facts.target_id || facts.target_end < block.next_target) {
        return judge_target_lost(mirror, position, facts, background, policies.on_target_lost);
    }
    if (block.next_source < facts.source_low) {
        return judge_overrun(mirror, position, facts, policies.on_gap);
    }
    const auto divergence = divergence_of(position, facts, background);
    if (!divergence) return go_on(position);
    if (divergence->end >= copied_until(block)) return go_on_at(*divergence, position, facts);
    return judge_cut(mirror, position, *divergence, facts, policies.on_gap);
}

// The caller's policies go on where they can.
Verdict give_up(Verdict verdict, const Mirror& mirror, const Checkpoint& position, Offset to)
{
    if (verdict.state != MirrorState::active) return verdict;
    // What reaches further was not named by anybody.
    const bool named = verdict.gap && verdict.gap->to <= to;
    if (named) verdict.gap->acknowledged_by = std::string{Gap::by_its_order};
    if (verdict.from >= to) return verdict;
    auto gap = gap_of(mirror, position, GapCause::operator_skip, verdict.from, to);
    gap.generation = verdict.generation;
    gap.policy = GapPolicy::skip;
    gap.acknowledged_by = std::string{Gap::by_its_order};
    verdict.skipped = std::move(gap);
    verdict.from = to;
    verdict.epoch = LeaderEpoch{-1};
    verdict.from_log_start = false;
    return verdict;
}

Verdict begin_anew(const Mirror& mirror, const PartitionFacts& facts, GapPolicy on_recreate)
{
    if (mirror.source_id != facts.source_id) {
        return stop_recreated(mirror.source_id, facts.source_id, on_recreate);
    }
    if (!facts.at_source) return stop_left(on_recreate);
    const bool whole = mirror.from_log_start || facts.source_start <= facts.source_low;
    return begin(Generation{}, whole ? facts.source_low : facts.source_start, whole);
}

// As far as the ledger is concerned.
Checkpoint no_position(const Mirror& mirror, const PartitionFacts& facts)
{
    Checkpoint none;
    none.source_id = mirror.source_id;
    none.block.next_target = facts.target_end;
    return none;
}

}  // namespace

bool doubts_all(const std::optional<kafka::PartitionFailure>& failure)
{
    return failure && failure->error.code() == Errc::truncated && !failure->epoch_end;
}

Gap gap_of(const Mirror& mirror, const Checkpoint& position, GapCause cause, Offset from, Offset to)
{
    Gap gap;
    gap.link = position.link;
    gap.topic = mirror.source.topic;
    gap.partition = mirror.source.partition;
    gap.old_id = position.source_id;
    gap.new_id = mirror.source_id;
    gap.generation = position.generation;
    gap.cause = cause;
    gap.from = from;
    gap.to = to;
    gap.target = position.block.next_target;
    gap.epoch = position.epoch;
    return gap;
}

bool arrived_after_all(const Gap& gap, const Checkpoint& before, const Checkpoint& now)
{
    if (gap.old_id != now.source_id || gap.generation != now.generation) return false;
    const auto next = now.block.next_source;
    if (gap.cause == GapCause::truncated) return next > gap.to;
    return before.block.next_source < gap.to && next >= gap.to;
}

Gap settled(Gap gap, const Checkpoint& stored, const Checkpoint& now)
{
    const bool ahead = gap.policy != GapPolicy::halt;
    const bool same_log = gap.old_id == stored.source_id;
    const bool passed = !same_log || gap.generation < stored.generation ||
                        (gap.generation == stored.generation && gap.to <= stored.block.next_source);
    const bool goes_on = gap.old_id == now.source_id && gap.generation == now.generation;
    if (goes_on && gap.from < gap.to && !(ahead && passed)) return gap;
    gap.open = false;
    if (ahead && !passed) gap.to = gap.from;
    return gap;
}

Verdict judge_partition(const Mirror& mirror,
                        const std::optional<Checkpoint>& position,
                        const PartitionFacts& facts,
                        const LossPolicies& policies,
                        const Background& background)
{
    auto wanted = policies;
    auto given_up_to = background.given_up_to;
    if (given_up_to > facts.source_end) given_up_to.reset();
    if (given_up_to && wanted.on_gap == GapPolicy::halt) wanted.on_gap = GapPolicy::skip;
    auto verdict = position ? judge(mirror, *position, facts, wanted, background)
                            : begin_anew(mirror, facts, policies.on_recreate);
    if (!given_up_to) return verdict;
    const auto known = position.value_or(no_position(mirror, facts));
    return give_up(std::move(verdict), mirror, known, *given_up_to);
}

}  // namespace strait::links
