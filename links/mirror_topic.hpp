#pragma once

#include "core/ids.hpp"
#include "links/shard/ports.hpp"
#include "links/store/link_record.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace strait::links {

// Whether a topic of the link is copied, as far as the link can tell before its shards look.
enum class Standing {
    mirrored,
    waiting,   // for what may pass: `reason` says what keeps it from being mirrored, or followed
    missing,   // not at the source, in the newest answer; copied on until that is sure
    gone,      // missing twice in a row
    absent,    // named by `include`, and the source never showed it
    refused,   // until somebody acts: `reason` begins with the plan's obstacle
    paused,    // by itself: its position stays where it is, whatever its link does
    released,  // cut off by itself: an ordinary topic, of which nothing is copied any more
};

// True if nothing has to be looked at again before the next interval.
[[nodiscard]] bool is_settled(Standing standing) noexcept;

// A topic that the link mirrors, or has to, as its owner record says.
struct MirrorTopic {
    TopicOwner owner;
    std::size_t partitions = 0;  // that it has at the source, and had: see `left`
    std::size_t left = 0;        // the last ones of these, which the source has no longer
    bool identity_inferred = false;
    Standing standing = Standing::mirrored;
    std::string reason;  // why it is not mirrored, or cannot be followed; empty if it is

    [[nodiscard]] std::vector<Mirror> mirrors() const;
};

// What a link that mirrors knows of a topic of its own before it has looked at both clusters. Of
// one that was cut off by itself it needs to know no more.
MirrorTopic recalled(TopicOwner owner);

}  // namespace strait::links
