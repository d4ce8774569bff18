#include "links/shard/shard.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What a shard writes into the ledger of gaps, and what operators decide of them (links.md 10).
namespace strait::links {

namespace {

Gap* find_gap(std::vector<Gap>& gaps, const GapName& name)
{
    for (auto& gap : gaps) {
        if (gap.id == name.id && TopicPartition{gap.topic, gap.partition} == name.at) return &gap;
    }
    return nullptr;
}

}  // namespace

// The same gap as the ledger has to have it: under a number of its own, or of its entry that is
// open already. A partition that stays halted finds its gap at each start: one entry, not many, and
// nothing if it would only say the same again.
Result<std::optional<Gap>> Shard::ledger_entry(Gap gap) const
{
    auto known = ports_.view.gaps();
    if (!known) return fail(known.error());
    const auto pending = known->size();
    known->insert(known->end(), gaps_.begin(), gaps_.end());
    gap.link = settings_.link;
    gap.wall_time_ms = ports_.clock.wall_ms();
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < known->size(); ++i) {
        const auto& entry = (*known)[i];
        if (entry.topic != gap.topic || entry.partition != gap.partition) continue;
        last = std::max(last, entry.id);
        const bool same = (entry.open || i >= pending) && entry.cause == gap.cause &&
                          entry.from == gap.from && entry.old_id == gap.old_id;
        if (!same) continue;
        gap.id = entry.id;
        const bool grown = gap.to > entry.to;
        if (!grown && gap.acknowledged_by.empty()) gap.acknowledged_by = entry.acknowledged_by;
        // What was known once stays known, until the target has got the rest of it again.
        const bool copied_again = gap.cause == GapCause::target_lost && !gap.open;
        if (!copied_again) gap.to = std::max(gap.to, entry.to);
        if (gap.open == entry.open && entry.to == gap.to && entry.new_id == gap.new_id) {
            return std::optional<Gap>{};
        }
    }
    if (gap.id == 0) gap.id = last + 1;
    return gap;
}

// Puts an entry into the ledger with the next commit.
Result<void> Shard::book(Gap found)
{
    auto entry = ledger_entry(std::move(found));
    if (!entry) return fail(entry.error());
    auto& booked = *entry;
    if (!booked) return {};
    auto& gap = *booked;
    std::erase_if(gaps_, [&](const Gap& pending) {
        return pending.topic == gap.topic && pending.partition == gap.partition &&
               pending.id == gap.id;
    });
    ports_.log.warn("gap partition={} cause={} from={} to={} policy={} open={}",
                    to_string(TopicPartition{gap.topic, gap.partition}),
                    to_string(gap.cause),
                    gap.from.value(),
                    gap.to.value(),
                    to_string(gap.policy),
                    gap.open);
    gaps_.push_back(std::move(gap));
    sweep_at_ = ports_.clock.now();
    return {};
}

// The entries of a partition that are open in the ledger, and about which nothing is to be written
// yet.
Result<std::vector<Gap>> Shard::open_entries(const TopicPartition& at) const
{
    auto known = ports_.view.gaps();
    if (!known) return known;
    std::erase_if(*known, [&](const Gap& gap) {
        if (!gap.open || TopicPartition{gap.topic, gap.partition} != at) return true;
        return std::ranges::any_of(gaps_, [&](const Gap& pending) {
            return TopicPartition{pending.topic, pending.partition} == at && pending.id == gap.id;
        });
    });
    return known;
}

// What halted a partition that goes on is settled: what an earlier generation lost is lost for
// good, and what its own is said to lose may arrive after all. That shows when its position gets
// there, unless an operator gave it up.
Result<void> Shard::settle_gaps(Member& member,
                                const Verdict& verdict,
                                const std::optional<Checkpoint>& stored)
{
    member.open_gaps.clear();
    auto entries = open_entries(member.mirror.at());
    if (!entries) return fail(entries.error());
    const auto& position = member.mirror.position();
    // What was only acknowledged meanwhile is open all the same.
    std::erase_if(gaps_, [&](Gap& gap) {
        const bool own = TopicPartition{gap.topic, gap.partition} == member.mirror.at();
        if (!own || !gap.open) return false;
        entries->push_back(std::move(gap));
        return true;
    });
    for (auto& entry : *entries) {
        auto gap = settled(std::move(entry), stored.value_or(position), position);
        const bool given_up = gap.open && verdict.skipped && gap.from < verdict.skipped->to;
        if (given_up) {
            gap.policy = GapPolicy::skip;
            gap.acknowledged_by = std::string{Gap::by_its_order};
            gap.to = std::min(gap.to, verdict.skipped->to);
            gap.open = false;
        }
        (gap.open ? member.open_gaps : gaps_).push_back(std::move(gap));
    }
    return {};
}

// What was skipped from there on is read again, and may be there this time. What a generation lost
// that is over stays lost.
void Shard::forget_gaps(const Checkpoint& position, const TopicPartition& at, Offset from)
{
    std::erase_if(gaps_, [&](const Gap& gap) {
        return !gap.open && gap.from >= from && gap.generation == position.generation &&
               TopicPartition{gap.topic, gap.partition} == at;
    });
}

// A closed entry says for good that records are lost: it comes with the position that passes them.
// Where that is not of this step the partition has left the data path, and finds them again.
void Shard::forget_unpassed(const Step& step)
{
    if (gaps_.empty()) return;
    std::map<TopicPartition, const Checkpoint*> moved;
    std::size_t count = 0;
    for (const auto& each : step.moved) {
        count += each.checkpoints;
        moved.emplace(each.at, &std::get<Checkpoint>(step.records[count - 1]));
    }
    std::erase_if(gaps_, [&](const Gap& gap) {
        const auto member = members_.find({gap.topic, gap.partition});
        if (gap.open || gap.from == gap.to || member == members_.end()) return false;
        const auto& mirror = member->second.mirror;
        const auto found = moved.find(mirror.at());
        const auto& position = found != moved.end() ? *found->second : mirror.position();
        const bool same = gap.old_id == position.source_id && gap.generation == position.generation;
        const bool stored = found != moved.end() || mirror.stored();
        const bool passed = stored && !(same && gap.to > position.block.next_source);
        if (!passed) member->second.skipped.reset();  // it is behind this one
        return !passed;
    });
}

void Shard::skip(TopicPartition at, Offset to) { skips_.insert_or_assign(std::move(at), to); }

void Shard::follow_skips()
{
    for (const auto& [at, to] : std::exchange(skips_, {})) {
        const auto found = members_.find(at);
        if (found == members_.end()) continue;
        auto& member = found->second;
        if (member.mirror.state() != MirrorState::halted) continue;
        member.given_up_to = to;
        member.isolation.reset();
        member.dead_letter.reset();
        member.mirror.stop(MirrorState::starting, "going on at " + std::to_string(to.value()));
        member.retry_at = ports_.clock.now();
    }
}

void Shard::acknowledge(std::vector<GapName> entries, const std::string& by)
{
    for (auto& entry : entries) acknowledgements_.emplace_back(std::move(entry), by);
}

// The ledger as it is now: what an operator saw of it may have changed.
Result<void> Shard::follow_acknowledgements()
{
    if (acknowledgements_.empty()) return {};
    auto known = ports_.view.gaps();
    if (!known) return fail(known.error());
    for (auto& [name, by] : std::exchange(acknowledgements_, {})) {
        auto* gap = find_gap(gaps_, name);
        if (gap == nullptr) {
            const auto* const stored = find_gap(*known, name);
            if (stored == nullptr) continue;
            gap = &gaps_.emplace_back(*stored);
        }
        gap->acknowledged_by = std::move(by);
    }
    return {};
}

}  // namespace strait::links
