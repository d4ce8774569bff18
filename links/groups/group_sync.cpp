#include "links/groups/group_sync.hpp"

#include "core/failpoint.hpp"
#include "core/task_group.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t slice = 100;      // groups whose positions are in memory at a time
constexpr std::size_t at_once_max = 4;  // requests of one link; `admin.in_flight` holds as well
constexpr auto look_interval = 60s;     // at the target, for groups that do not move

template <class Each>
asio::awaitable<void> work_off(std::size_t& next, std::size_t count, Each& each)
{
    while (next < count) co_await each(next++);
}

// Calls `each` for 0 to count - 1, several at a time. Errc::cancelled if the caller was.
template <class Each>
asio::awaitable<Result<void>> for_each_of(const asio::any_io_executor& executor,
                                          std::size_t count,
                                          Each each)
{
    TaskGroup tasks{executor};
    std::size_t next = 0;
    for (std::size_t i = 0; i < std::min(count, at_once_max); ++i) {
        tasks.spawn(work_off(next, count, each));
    }
    co_await tasks.join();
    const auto caller = co_await asio::this_coro::cancellation_state;
    if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
    co_return Result<void>{};
}

std::string reason_of(GroupSyncState state)
{
    switch (state) {
        case GroupSyncState::active_on_target:
            return "it has members at the target: stop them, or promote the link";
        case GroupSyncState::diverged:
            return "it was used at the target: delete its offsets there, or set "
                   "groups.on_diverged to overwrite";
        case GroupSyncState::before_first:
            return "in some partition it stands before the first record that was mirrored, or "
                   "nothing is mirrored yet: it is left out there";
        case GroupSyncState::synced:
        case GroupSyncState::failed: return "";
    }
    std::unreachable();
}

}  // namespace

GroupSync::GroupSync(GroupPorts ports) : ports_{std::move(ports)} {}

Result<void> GroupSync::open()
{
    auto remembered = ports_.view.remembered();
    if (!remembered) return fail(remembered.error());
    for (auto& [group, marks] : *remembered) {
        auto& known = groups_[group];
        known.status.id = group;
        known.status.as_of_ms = marks.read_ms;
        known.status.rereads = rereads_of(marks);
        known.marks = std::move(marks);
    }
    return {};
}

std::vector<GroupStatus> GroupSync::status() const
{
    std::vector<GroupStatus> all;
    all.reserve(groups_.size());
    const auto now = ports_.clock.wall_ms();
    for (const auto& [group, known] : groups_) {
        if (!known.seen) continue;
        auto& status = all.emplace_back(known.status);
        const auto age = std::max<std::int64_t>(0, now - status.as_of_ms);
        status.staleness_seconds =
            std::chrono::duration<double>{std::chrono::milliseconds{age}}.count();
    }
    return all;
}

std::set<std::string> GroupSync::kept() const
{
    std::set<std::string> kept;
    for (const auto& [group, known] : groups_) {
        if (known.seen || is_left(known)) kept.insert(group.value());
    }
    return kept;
}

std::int64_t GroupSync::rereads() const
{
    std::int64_t count = 0;
    for (const auto& [group, known] : groups_) {
        const bool counts = known.seen && is_in_place(known.status.state);
        if (counts) count += rereads_of(known.marks);
    }
    return count;
}

asio::awaitable<Result<void>> GroupSync::sync(GroupsConfig config, Mirrored mirrored)
{
    const auto at_source = co_await ports_.source.list_groups();
    if (!at_source) co_return fail(at_source.error().within("groups of the source"));
    const auto at_target = co_await ports_.target.list_groups();
    if (!at_target) co_return fail(at_target.error().within("groups of the target"));
    std::vector<GroupName> selected;
    for (const auto& [group, state] : at_source->groups) {
        if (config.selects(group)) selected.push_back(group);
    }
    const bool said = std::exchange(too_many_, selected.size() > groups_max);
    if (too_many_) {
        if (!said) {
            ports_.log->error(
                "more groups than are kept count={} max={} remedy=\"select fewer with "
                "groups.include\"",
                selected.size(),
                groups_max);
        }
        selected.resize(groups_max);
    }
    for (std::size_t begin = 0; begin < selected.size(); begin += slice) {
        const auto count = std::min(slice, selected.size() - begin);
        std::vector<Work> works;
        works.reserve(count);
        for (const auto& group : std::span{selected}.subspan(begin, count)) {
            works.push_back({group, kafka::GroupOffsets{}});
        }
        auto settled = co_await for_each_of(
            ports_.executor, count, [&](std::size_t i) { return read(works[i], mirrored); });
        if (settled) settled = co_await settle_all(works, *at_target, config);
        if (!settled) co_return settled;
    }
    if (at_source->complete) co_await note_missing(*at_source, config, mirrored);
    complete_ = at_source->complete && !too_many_;
    listed_ = listed_ || at_source->complete;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> GroupSync::sync_known(GroupsConfig config)
{
    const auto at_target = co_await ports_.target.list_groups();
    if (!at_target) co_return fail(at_target.error().within("groups of the target"));
    std::vector<Work> works;
    works.reserve(groups_.size());
    for (const auto& [group, known] : groups_) {
        if (known.lost || known.missing || !config.selects(group)) continue;
        kafka::GroupOffsets source;
        for (const auto& [at, mark] : known.marks.marks) {
            if (!left_.contains(at.topic)) source.emplace(at, mark.source);
        }
        if (source.empty()) continue;
        works.push_back({group, std::move(source)});
    }
    co_return co_await settle_all(works, *at_target, config);
}

asio::awaitable<Result<void>> GroupSync::take_over(std::map<GroupName, GroupMarks> before,
                                                   const Mirrored& mirrored,
                                                   std::set<TopicName> rebuilt)
{
    std::map<TopicName, TopicName> source_of;
    for (const auto& [source, target] : mirrored) source_of.emplace(target, source);
    std::vector<GroupName> all;
    all.reserve(before.size());
    for (const auto& [group, known] : before) all.push_back(group);
    Result<void> failed;
    auto done = co_await for_each_of(ports_.executor, all.size(), [&](std::size_t i) {
        return take_over_one(all[i], before.at(all[i]), source_of, rebuilt, failed);
    });
    co_return done ? failed : done;
}

asio::awaitable<void> GroupSync::take_over_one(const GroupName& group,
                                               const GroupMarks& before,
                                               const std::map<TopicName, TopicName>& source_of,
                                               const std::set<TopicName>& rebuilt,
                                               Result<void>& failed)
{
    const auto found = co_await ports_.target.list_group_offsets(group);
    if (!found) failed = fail(found.error().within("target"));
    if (!found) co_return;
    auto marks = turned(before, *found, source_of, ports_.clock.wall_ms(), rebuilt);
    if (marks.marks.empty()) co_return;
    auto& taken = groups_[group];
    taken.status.id = group;
    taken.marks.read_ms = marks.read_ms;
    for (auto& [at, mark] : marks.marks) taken.marks.marks.insert_or_assign(at, std::move(mark));
    if (auto kept = ports_.view.remember(group, taken.marks); !kept) failed = kept;
}

// A group that has nothing in what is mirrored is none of ours. One that had, and has lost all of
// it, is as one that was deleted.
asio::awaitable<void> GroupSync::read(Work& work, const Mirrored& mirrored)
{
    work.source = co_await ports_.source.list_group_offsets(work.group);
    if (!work.source) co_return;
    auto& source = *work.source;
    const auto found = groups_.find(work.group);
    if (found != groups_.end()) {
        const auto& marks = found->second.marks.marks;
        found->second.lost =
            !is_left(found->second) && std::ranges::none_of(marks, [&](const auto& entry) {
                return source.contains(entry.first) && !left_.contains(entry.first.topic);
            });
        if (found->second.lost) source.clear();
        if (found->second.lost) co_return;
    }
    std::erase_if(source, [&](const auto& entry) { return !mirrored.contains(entry.first.topic); });
    if (source.empty() && found != groups_.end()) retire(work.group);
    if (source.empty()) co_return;
    auto& known = groups_[work.group];
    known.status.id = work.group;
    auto left = known.marks.marks;
    std::erase_if(left, [&](const auto& entry) { return !left_.contains(entry.first.topic); });
    known.marks = after_read(source, std::move(known.marks), ports_.clock.wall_ms());
    known.marks.marks.merge(left);
}

asio::awaitable<Result<void>> GroupSync::settle_all(std::vector<Work>& works,
                                                    const kafka::GroupListing& at_target,
                                                    const GroupsConfig& config)
{
    if (auto translated = co_await translate(works); !translated) co_return translated;
    co_return co_await for_each_of(ports_.executor, works.size(), [&](std::size_t i) {
        return settle(works[i], at_target, config);
    });
}

// All positions at once: what the link has to ask for its answer it asks once.
asio::awaitable<Result<void>> GroupSync::translate(std::vector<Work>& works) const
{
    std::vector<Position> asked;
    std::vector<Work*> askers;
    for (auto& work : works) {
        if (!work.source) continue;
        for (const auto& [at, committed] : *work.source) {
            asked.push_back({at.topic, at.partition, committed.offset});
            askers.push_back(&work);
        }
    }
    auto answers = co_await ports_.translate(asked);
    if (!answers) co_return fail(answers.error());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        askers[i]->translated.emplace(TopicPartition{asked[i].topic, asked[i].partition},
                                      std::move((*answers)[i]));
    }
    co_return Result<void>{};
}

asio::awaitable<void> GroupSync::settle(Work& work,
                                        const kafka::GroupListing& at_target,
                                        const GroupsConfig& config)
{
    const auto found = groups_.find(work.group);
    if (found == groups_.end()) co_return;
    auto& known = found->second;
    if (is_left(known)) co_return;
    if (!work.source) {
        show(known, fail(work.source.error().within("source")));
        co_return;
    }
    if (work.source->empty()) co_return;
    const auto before = rereads_of(known.marks);
    const auto there = at_target.groups.find(work.group);
    const bool active =
        there != at_target.groups.end() && there->second == kafka::GroupState::has_members;
    Result<GroupSyncState> outcome = GroupSyncState::active_on_target;
    if (!active) {
        outcome = co_await write(
            known, work.group, aims_of(*work.source, work.translated), config.on_diverged);
    }
    known.status.rereads = std::max(before, rereads_of(known.marks));
    remember(work.group, known.marks);
    show(known, std::move(outcome));
}

asio::awaitable<Result<GroupSyncState>> GroupSync::write(Known& known,
                                                         GroupName group,
                                                         GroupAims aims,
                                                         OnDiverged policy)
{
    const auto done = aims.before_first ? GroupSyncState::before_first : GroupSyncState::synced;
    const auto now = ports_.clock.now();
    const auto now_ms = ports_.clock.wall_ms();
    const bool in_place = is_in_place(known.status.state) && !is_due(aims, known.marks, now_ms);
    if (in_place && now - known.looked < look_interval) {
        note_written(known.marks, aims, now_ms);
        co_return done;
    }
    const auto target = co_await ports_.target.list_group_offsets(group);
    if (!target) co_return fail(target.error().within("target"));
    known.looked = now;
    auto plan = writes_of(aims, known.marks, *target, policy, now_ms);
    if (plan.diverged && policy == OnDiverged::hold) co_return GroupSyncState::diverged;
    if (!plan.writes.empty()) {
        if (auto reached = co_await reach("group.read", ports_.clock); !reached) {
            co_return fail(reached.error());
        }
        const auto written = co_await ports_.target.alter_group_offsets(group, plan.writes);
        const bool refused = !written && written.error().code() == Errc::conflict;
        ++(written ? commits_.written : refused ? commits_.refused : commits_.failed);
        if (refused) co_return GroupSyncState::active_on_target;
        if (!written) co_return fail(written.error().within("target"));
        if (auto reached = co_await reach("group.written", ports_.clock); !reached) {
            co_return fail(reached.error());
        }
    }
    note_written(known.marks, aims, now_ms);
    co_return done;
}

// A change is logged once, by what an operator has to do about it.
void GroupSync::show(Known& known, Result<GroupSyncState> outcome)
{
    auto& status = known.status;
    if (!outcome && outcome.error().code() == Errc::cancelled) return;
    const auto state = outcome.value_or(GroupSyncState::failed);
    auto reason = outcome ? reason_of(state) : outcome.error().detail();
    if (is_in_place(state)) status.as_of_ms = known.marks.read_ms;
    const bool news = !known.seen || state != status.state || reason != status.reason;
    known.seen = true;
    status.state = state;
    status.reason = std::move(reason);
    if (!news) return;
    const bool warns = state == GroupSyncState::diverged || state == GroupSyncState::failed;
    ports_.log->log(warns ? spdlog::level::warn : spdlog::level::info,
                    "group state={} group={:?} detail={:?}",
                    to_string(state),
                    status.id.value(),
                    status.reason);
}

// What could not be written is written at the next pass; a full disk is said by the view's watch.
void GroupSync::remember(const GroupName& group, const GroupMarks& marks)
{
    const auto done = ports_.view.remember(group, marks);
    if (done) return;
    ports_.log->debug(
        "group not remembered group={:?} detail={:?}", group.value(), done.error().detail());
}

}  // namespace strait::links
