#pragma once

#include "core/ids.hpp"
#include "kafka/group.hpp"
#include "links/config/link_groups.hpp"
#include "links/store/group_marks.hpp"
#include "links/store/translation.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace strait::links {

// How a position that we write shows whose it is, where the group's own has no metadata.
inline constexpr const char* group_tag = "strait";

// Where one partition of a group should stand at the target.
struct GroupAim {
    TopicPartition target;
    kafka::GroupOffset position;
    Offset source;  // what it stands for: at most the group's own, and what is replicated

    bool operator==(const GroupAim&) const = default;
};

struct GroupAims {
    std::map<TopicPartition, GroupAim> at;  // by the partition of the source
    bool before_first = false;  // one is left out: its mirror began after it, or has not begun
};

// What a group committed at the source and where that is at the target make of it. Positions that
// are not mirrored, or stand before the first record that is, are left out: a consumer's own rule
// for a missing position is right there.
GroupAims aims_of(const kafka::GroupOffsets& source,
                  const std::map<TopicPartition, TranslatedPosition>& translated);

// True if something of it is not at the target yet, or was written so long ago that the target
// could soon forget it (offsets.retention.minutes, 7 days, of a group without members).
bool is_due(const GroupAims& aims, const GroupMarks& known, std::int64_t now_ms);

// True if what the target has is what we wrote, or carries our mark.
bool is_ours(const WrittenMark* written, const kafka::GroupOffset& found);

// Which of them to write, given what the target has. Whatever lies there and was not written by us
// means that the group lived there: nothing is written then, or all of it, by the policy.
struct GroupWrites {
    kafka::GroupOffsets writes;
    std::optional<TopicPartition> diverged;  // at the target; the first one
};
GroupWrites writes_of(const GroupAims& aims,
                      const GroupMarks& known,
                      const kafka::GroupOffsets& target,
                      OnDiverged policy,
                      std::int64_t now_ms);

// What is remembered after the source was read, and after the target has taken the aims.
GroupMarks after_read(const kafka::GroupOffsets& source, GroupMarks known, std::int64_t now_ms);
void note_written(GroupMarks& known, const GroupAims& aims, std::int64_t now_ms);

// What a link that mirrors back remembers of a group after the one before it, whose target is its
// source: what lies at its own target now counts as written by it. `source_of`: its topics by the
// names that they have there. Where that link wrote nothing there is nothing to take over. In what
// was `rebuilt` at the target since it is written anew in any case: the brokers forget what they
// had of a topic that was deleted, sooner or later.
GroupMarks turned(const GroupMarks& before,
                  const kafka::GroupOffsets& target,
                  const std::map<TopicName, TopicName>& source_of,
                  std::int64_t now_ms,
                  const std::set<TopicName>& rebuilt = {});

// Records between what the target has of the group and where it stands at the source, counted in
// offsets of the source: more than it would read again by what is no record.
std::int64_t rereads_of(const GroupMarks& known);

}  // namespace strait::links
