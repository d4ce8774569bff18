#include "links/groups/group_plan.hpp"

#include "links/groups/group_status.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strait::links {

namespace {

constexpr std::int64_t rewrite_ms = std::chrono::milliseconds{std::chrono::hours{24}}.count();

const WrittenMark* written_in(const GroupMarks& known, const TopicPartition& at)
{
    const auto found = known.marks.find(at);
    if (found == known.marks.end()) return nullptr;
    const auto& written = found->second.written;
    return written ? &*written : nullptr;
}

bool is_current(const GroupAim& aim, const WrittenMark* written, std::int64_t now_ms)
{
    return written != nullptr && written->target == aim.position &&
           now_ms - written->wall_ms < rewrite_ms;
}

}  // namespace

std::string_view to_string(GroupSyncState state) noexcept
{
    switch (state) {
        case GroupSyncState::synced: return "synced";
        case GroupSyncState::active_on_target: return "active_on_target";
        case GroupSyncState::diverged: return "diverged";
        case GroupSyncState::before_first: return "before_first";
        case GroupSyncState::failed: return "failed";
    }
    std::unreachable();
}

GroupAims aims_of(const kafka::GroupOffsets& source,
                  const std::map<TopicPartition, TranslatedPosition>& translated)
{
    using Status = Translation::Status;
    GroupAims aims;
    for (const auto& [at, committed] : source) {
        const auto found = translated.find(at);
        if (found == translated.end()) continue;
        const auto& [topic, partition, translation] = found->second;
        const auto& offset = translation.offset;
        const bool unknown = translation.status == Status::unknown;
        const bool before_first =
            translation.status == Status::before_first || (unknown && committed.offset > Offset{});
        if (before_first) aims.before_first = true;
        const bool stands = !before_first && !unknown;
        if (!stands || !offset) continue;
        const auto& metadata = committed.metadata;
        aims.at.emplace(at,
                        GroupAim{{topic, partition},
                                 {*offset, metadata.empty() ? std::string{group_tag} : metadata},
                                 Offset{committed.offset.value() - translation.not_replicated}});
    }
    return aims;
}

bool is_ours(const WrittenMark* written, const kafka::GroupOffset& found)
{
    return found.metadata == group_tag || (written != nullptr && written->target == found);
}

bool is_due(const GroupAims& aims, const GroupMarks& known, std::int64_t now_ms)
{
    return std::ranges::any_of(aims.at, [&](const auto& entry) {
        return !is_current(entry.second, written_in(known, entry.first), now_ms);
    });
}

GroupWrites writes_of(const GroupAims& aims,
                      const GroupMarks& known,
                      const kafka::GroupOffsets& target,
                      OnDiverged policy,
                      std::int64_t now_ms)
{
    GroupWrites plan;
    for (const auto& [at, aim] : aims.at) {
        const auto* const written = written_in(known, at);
        const auto found = target.find(aim.target);
        const bool there = found != target.end();
        const bool ours =
            there && (found->second == aim.position || is_ours(written, found->second));
        if (there && !ours && !plan.diverged) plan.diverged = aim.target;
        if (there && found->second == aim.position && is_current(aim, written, now_ms)) continue;
        plan.writes.emplace(aim.target, aim.position);
    }
    if (plan.diverged && policy == OnDiverged::hold) plan.writes.clear();
    return plan;
}

GroupMarks after_read(const kafka::GroupOffsets& source, GroupMarks known, std::int64_t now_ms)
{
    GroupMarks now;
    now.read_ms = now_ms;
    for (const auto& [at, committed] : source) {
        const auto before = known.marks.find(at);
        auto written =
            before == known.marks.end() ? std::nullopt : std::move(before->second.written);
        now.marks.emplace(at, GroupMark{committed, std::move(written)});
    }
    return now;
}

void note_written(GroupMarks& known, const GroupAims& aims, std::int64_t now_ms)
{
    for (const auto& [at, aim] : aims.at) {
        const auto found = known.marks.find(at);
        if (found == known.marks.end()) continue;
        auto& written = found->second.written;
        if (written && is_current(aim, &*written, now_ms)) {
            written->source = aim.source;
        } else {
            written = WrittenMark{aim.position, aim.source, now_ms};
        }
    }
}

GroupMarks turned(const GroupMarks& before,
                  const kafka::GroupOffsets& target,
                  const std::map<TopicName, TopicName>& source_of,
                  std::int64_t now_ms,
                  const std::set<TopicName>& rebuilt)
{
    GroupMarks marks;
    marks.read_ms = now_ms;
    for (const auto& [at, mark] : before.marks) {
        const auto& written = mark.written;
        const auto topic = source_of.find(at.topic);
        if (!written || topic == source_of.end()) continue;
        GroupMark turned{written->target, std::nullopt};
        const auto found = target.find(at);
        if (found != target.end()) {
            const auto when = rebuilt.contains(at.topic) ? 0 : now_ms;
            turned.written = WrittenMark{found->second, written->target.offset, when};
        }
        marks.marks.emplace(TopicPartition{topic->second, at.partition}, std::move(turned));
    }
    return marks;
}

std::int64_t rereads_of(const GroupMarks& known)
{
    std::int64_t count = 0;
    for (const auto& [at, mark] : known.marks) {
        const auto& written = mark.written;
        if (!written) continue;
        count += std::max<std::int64_t>(0, mark.source.offset.value() - written->source.value());
    }
    return count;
}

}  // namespace strait::links
