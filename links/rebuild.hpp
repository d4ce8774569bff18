#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/reversal.hpp"
#include "links/store/gap.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Topics that a reversal deletes at the new target, to copy them whole. Pure.
namespace strait::links {

// Those that are there still, as they are now.
std::vector<RebuiltTopic> rebuilds_of(const Reversal& reversal);

// What an operation keeps of them before it deletes the first, by what it kept before a restart:
// what is not there any more was deleted. Errc::conflict if one is not as it was kept: somebody
// writes there, and nobody has agreed to lose that.
Result<std::vector<RebuiltTopic>> to_keep(std::vector<RebuiltTopic> kept,
                                          const std::vector<RebuiltTopic>& now);

// From which offset of the new target on the new source has what was mirrored. `first`: the first
// checkpoint of the link that was cut off; `translated`: where it says that the new source's log
// begins. What lies in front of the first record that ever was is none.
Offset copied_from(const ReversedPartition& partition,
                   const std::optional<Checkpoint>& first,
                   std::optional<Offset> translated);

// How many offsets of a topic's partition in [from, to) were given up while it was mirrored, and
// are at its source all the same.
std::int64_t given_up(const std::vector<Gap>& gaps,
                      const TopicPartition& at,
                      const TopicId& topic_id,
                      Offset from,
                      Offset to);

// For people: what is lost with it.
std::string text_of(const RebuiltTopic& topic);

// For people: which ones were deleted; empty if none was.
std::string text_of_deleted(const std::vector<RebuiltTopic>& topics);

// What is deleted, or speaks against it, before anything else is done. REQUIRES: it was surveyed.
void add_rebuild(VerbPlan& plan, const LinkStatus& link, const ReversalFacts& facts);

}  // namespace strait::links
