#include "links/rebuild.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

// What the other side never got although the source had it, and has it still.
bool is_at_source(GapCause cause)
{
    switch (cause) {
        case GapCause::oversize:
        case GapCause::bad_record:
        case GapCause::corrupt:
        case GapCause::operator_skip: return true;
        case GapCause::log_start_moved:
        case GapCause::truncated:
        case GapCause::recreated:
        case GapCause::source_deleted:
        case GapCause::diverged:
        case GapCause::target_lost: return false;
    }
    std::unreachable();
}

bool is_same(const RebuiltTopic& kept, const RebuiltTopic& now)
{
    return !kept.deleted && kept.topic == now.topic && kept.id == now.id && kept.end == now.end;
}

}  // namespace

std::vector<RebuiltTopic> rebuilds_of(const Reversal& reversal)
{
    std::vector<RebuiltTopic> topics;
    for (const auto& topic : reversal.topics) {
        if (!topic.replaces) continue;
        auto& now = topics.emplace_back();
        now.topic = topic.owner.target;
        now.id = topic.owner.target_id;
        now.counted = reversal.counted;
        for (const auto& each : topic.partitions) {
            now.offsets += each.target_end.value() - each.target_start.value();
            now.end += each.target_end.value();
            now.lost += each.diverged;
            now.uncopied += each.uncopied;
        }
    }
    return topics;
}

Result<std::vector<RebuiltTopic>> to_keep(std::vector<RebuiltTopic> kept,
                                          const std::vector<RebuiltTopic>& now)
{
    if (kept.empty()) return now;
    for (const auto& topic : now) {
        const bool known = std::ranges::any_of(
            kept, [&](const RebuiltTopic& before) { return is_same(before, topic); });
        if (known) continue;
        return fail(Errc::conflict,
                    "records came to " + topic.topic.value() +
                        " since it was compared: it is left as it is; stop its producers, and "
                        "reverse again");
    }
    for (auto& topic : kept) {
        const bool there = std::ranges::any_of(
            now, [&](const RebuiltTopic& found) { return is_same(topic, found); });
        topic.deleted = topic.deleted || !there;
    }
    return kept;
}

Offset copied_from(const ReversedPartition& partition,
                   const std::optional<Checkpoint>& first,
                   std::optional<Offset> translated)
{
    auto from = translated.value_or(partition.agreed);
    if (first && first->from_log_start && partition.start <= first->block.first_target) {
        from = std::min(from, first->block.first_source);
    }
    const auto end = std::max(partition.target_start, partition.agreed);
    return std::clamp(from, partition.target_start, end);
}

std::int64_t given_up(const std::vector<Gap>& gaps,
                      const TopicPartition& at,
                      const TopicId& topic_id,
                      Offset from,
                      Offset to)
{
    std::int64_t count = 0;
    for (const auto& gap : gaps) {
        const bool same = TopicPartition{gap.topic, gap.partition} == at && gap.old_id == topic_id;
        if (!same || !is_at_source(gap.cause)) continue;
        const auto first = std::max(gap.from, from);
        const auto end = std::min(gap.to, to);
        count += std::max<std::int64_t>(0, end.value() - first.value());
    }
    return count;
}

std::string text_of(const RebuiltTopic& topic)
{
    auto text = "topic " + topic.topic.value() + " of id " + to_string(topic.id) + ", with " +
                std::to_string(topic.offsets) + " offsets, " + (topic.counted ? "" : "more than ") +
                std::to_string(topic.lost) + " records of it never mirrored";
    if (topic.uncopied == 0) return text;
    return text + ", and " + std::to_string(topic.uncopied) +
           " offsets before those of which the other side has nothing";
}

std::string text_of_deleted(const std::vector<RebuiltTopic>& topics)
{
    std::string text;
    for (const auto& topic : topics) {
        if (topic.deleted) text += "; deleted: " + text_of(topic);
    }
    return text;
}

void add_rebuild(VerbPlan& plan, const LinkStatus& link, const ReversalFacts& facts)
{
    if (!facts.found) return;
    const auto& source = link.source.cluster.value();
    const auto deleted = rebuilds_of(*facts.found);
    const auto whole =
        static_cast<std::size_t>(std::ranges::count_if(facts.found->topics, &ReversedTopic::whole));
    if (!facts.rebuildable) {
        plan.checks.push_back({Outcome::fail, "rebuild", facts.rebuildable.error().detail()});
        return;
    }
    if (whole == 0) {
        plan.checks.push_back({Outcome::pass, "rebuild", "no topic is deleted"});
        return;
    }
    for (const auto& topic : deleted) {
        plan.checks.push_back(
            {Outcome::warn, "rebuild", "deleted at " + source + ", and lost: " + text_of(topic)});
    }
    const auto absent = std::to_string(whole - deleted.size());
    if (whole > deleted.size()) {
        plan.checks.push_back(
            {Outcome::pass, "rebuild", absent + " topics are not at " + source + " any more"});
    }
    plan.steps.insert(plan.steps.begin(),
                      {"delete " + std::to_string(deleted.size()) + " topics of " + source,
                       "make " + std::to_string(whole) +
                           " topics there anew, which are copied whole from their beginning"});
}

}  // namespace strait::links
