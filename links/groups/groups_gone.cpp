#include "links/groups/group_sync.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

// Groups that are gone, or have nothing in what is mirrored any more.
namespace strait::links {

namespace asio = boost::asio;

// True if all that is known of it is in topics that are no mirrors any more, or rest.
bool GroupSync::is_left(const Known& known) const
{
    const auto& marks = known.marks.marks;
    return !marks.empty() && std::ranges::all_of(marks, [&](const auto& entry) {
        return left_.contains(entry.first.topic);
    });
}

// It has nothing in what is mirrored any more.
void GroupSync::retire(const GroupName& group)
{
    auto& known = groups_.at(group);
    if (is_left(known) && !known.seen) return;
    std::erase_if(known.marks.marks,
                  [&](const auto& entry) { return !left_.contains(entry.first.topic); });
    if (known.marks.marks.empty()) {
        forget(group);
        return;
    }
    known.seen = known.lost = known.missing = false;
    remember(group, known.marks);
}

// A group is gone when the source has said so twice.
asio::awaitable<void> GroupSync::note_missing(const kafka::GroupListing& at_source,
                                              GroupsConfig config,
                                              const Mirrored& mirrored)
{
    std::vector<GroupName> gone;
    std::vector<GroupName> left_out;
    for (auto& [group, known] : groups_) {
        if (is_left(known)) continue;
        if (!config.selects(group)) {
            left_out.push_back(group);
        } else if (at_source.groups.contains(group) && !known.lost) {
            known.missing = false;
        } else if (std::exchange(known.missing, true)) {
            gone.push_back(group);
        }
    }
    for (const auto& group : left_out) retire(group);
    for (const auto& group : gone) {
        auto& known = groups_.at(group);
        Result<void> taken;
        if (config.on_source_delete == OnSourceDelete::remove) {
            taken = co_await take_back(group, known.marks, mirrored);
        }
        if (!taken) show(known, fail(taken.error().within("target")));
        if (!taken) continue;
        ports_.log->info("group is gone at the source group={:?}", group.value());
        retire(group);
    }
}

// What consumers at the target have put there since is theirs.
asio::awaitable<Result<void>> GroupSync::take_back(GroupName group,
                                                   GroupMarks marks,
                                                   const Mirrored& mirrored)
{
    const auto target = co_await ports_.target.list_group_offsets(group);
    if (!target) co_return fail(target.error());
    std::set<TopicPartition> ours;
    for (const auto& [at, mark] : marks.marks) {
        const auto topic = mirrored.find(at.topic);
        if (topic == mirrored.end() || !mark.written) continue;
        const TopicPartition there{topic->second, at.partition};
        const auto found = target->find(there);
        if (found != target->end() && is_ours(&*mark.written, found->second)) ours.insert(there);
    }
    if (ours.empty()) co_return Result<void>{};
    co_return co_await ports_.target.delete_group_offsets(std::move(group), std::move(ours));
}

void GroupSync::forget(const GroupName& group)
{
    remember(group, {});
    groups_.erase(group);
}

}  // namespace strait::links
