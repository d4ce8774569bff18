#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/group_marks.hpp"
#include "links/store/link_record.hpp"
#include "links/store/link_view.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace strait::links {

// How far both clusters agree in one partition of a topic that is to be mirrored back. The new
// source is the cluster that was mirrored to.
struct ReversedPartition {
    Partition partition;
    Offset source{};            // at the new source: where what its target does not have begins
    Offset agreed{};            // at the new target: where what its source does not have may begin
    Offset tail{};              // the same, or where the log of the new target begins by now
    Offset target_end{};        // of the new target
    std::int64_t diverged = 0;  // records of the new target from `agreed` on
    std::int64_t missing = 0;   // offsets before `agreed` that the new target has lost
    bool at_source = true;      // false: the new source has no such partition
    Offset start{};             // where the log of the new source begins by now
    Offset target_start{};      // the same of the new target
    std::int64_t uncopied = 0;  // if it is copied whole: offsets of the new target before `agreed`
                                // of which the new source has nothing
};

struct ReversedTopic {
    TopicOwner owner;  // as the link that mirrors back has to own it; its link is not set
    std::vector<ReversedPartition> partitions;
    bool whole = false;     // copied from its first record on, to a topic that has none
    bool replaces = false;  // besides, what stands there is the old topic, which is deleted before
};

// What a link that mirrors back begins with, in place of a first copy (links.md 8, reverse).
struct Reversal {
    std::vector<ReversedTopic> topics;
    std::vector<std::string> left_out;       // topics that cannot be mirrored back, and why
    std::map<GroupName, GroupMarks> groups;  // as the other link knew them
    bool counted = true;                     // false: there may be more that differs than is said

    // True if that partition is not the same on both sides up to the cut, and at its end there; or
    // might not be.
    [[nodiscard]] bool differs(const ReversedPartition& partition) const;

    [[nodiscard]] bool copies_whole() const;

    [[nodiscard]] std::int64_t diverged() const;
    [[nodiscard]] std::int64_t missing() const;

    // The first place where both differ, for people; empty if they agree.
    [[nodiscard]] std::string first_difference() const;
};

// A topic of a link that was cut off, as the one that mirrors back owns it; of its partitions only
// the numbers are set, and where they are. `source_cluster`: the one that was mirrored to.
ReversedTopic turned(TopicOwner owner,
                     ClusterId source_cluster,
                     std::size_t at_source,  // partitions of the new one
                     std::size_t at_target);

// The same of a topic that is copied whole, once its topic at the new target is there and empty:
// with that one's id, and where its partitions end.
void begin_whole(ReversedTopic& topic, const TopicId& target_id, const std::vector<Offset>& ends);

// Where the link that mirrors back, whose `view` it is, has gone beyond what the reversal says;
// empty if it has not: then it is the one that has to be reversed, or resumed.
Result<std::string> find_beyond(const Reversal& reversal,
                                const LinkView& view,
                                const LinkName& link);

// What the link that mirrors back writes of it, in one transaction with its own record: topics,
// one checkpoint for each partition in a generation of its own, and an entry of the ledger where
// both differ. `view`: its own. Errc::conflict if that link has mirrored beyond what the reversal
// begins with: then it is the one that has to be reversed, or resumed.
Result<std::vector<LinkRecord>> records_of(const Reversal& reversal,
                                           const LinkView& view,
                                           const LinkOwner& link,
                                           std::int64_t now_ms);

}  // namespace strait::links
