#pragma once

#include "core/ids.hpp"
#include "links/shard/mirror_state.hpp"
#include "links/shard/ports.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_record.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace strait::links {

// What the administrator wants done when records are lost (links.md 10).
struct LossPolicies {
    GapPolicy on_gap = GapPolicy::halt;
    GapPolicy on_recreate = GapPolicy::halt;
    GapPolicy on_target_lost = GapPolicy::halt;  // halt or restart
};

// What to do with one partition, found out by comparing its checkpoint with both clusters.
struct Verdict {
    MirrorState state =
        MirrorState::active;  // or halted, source_gone, starting (asked again later)
    std::string reason;       // and what to do about it, unless active

    // Where to read on, if active.
    Generation generation;
    Offset from;
    LeaderEpoch epoch{-1};
    bool new_generation = false;  // nothing of it is stored yet
    bool from_log_start = false;

    // The source offsets that the target will never have; open if the partition is halted by it.
    // Without id and time, which are the ledger's.
    std::optional<Gap> gap;

    // Besides, those that an operator gives up.
    std::optional<Gap> skipped{};
};

// What is known of a partition that has a position, beyond that and both clusters.
struct Background {
    Offset first;    // of its generation
    Offset kept_to;  // the target has everything of the generation before this source offset,
                     // if it is the target that was copied to
    std::optional<kafka::PartitionFailure> failure{};  // since the last start, of the consumer
    std::optional<Offset> given_up_to{};  // by an operator: the source's records before it
    Offset first_ever{};                  // of the incarnation, if doubts_all()
};

// True if the source knows nothing of the history that a position is of, so that whatever was ever
// copied of it is in doubt: `Background::first_ever` is needed.
bool doubts_all(const std::optional<kafka::PartitionFailure>& failure);

// What a partition at `position` loses. Id and time are the ledger's, policy and `open` the
// caller's.
Gap gap_of(
    const Mirror& mirror, const Checkpoint& position, GapCause cause, Offset from, Offset to);

// True if nothing is lost of an open gap, because its generation has got on from `before` to `now`
// as if nothing had been missing: past what was, or, where a log was truncated, past where it had
// been before.
bool arrived_after_all(const Gap& gap, const Checkpoint& before, const Checkpoint& now);

// What an open gap becomes when its partition, whose position is stored as `stored`, goes on at
// `now`: closed as it is, because it is lost for good; closed and empty, because it was never
// passed; or still open, because what it lacks may arrive. Where the policy is not to halt it was
// written before the position that passes it, without a transaction.
Gap settled(Gap gap, const Checkpoint& stored, const Checkpoint& now);

// The checks of a partition's start (links.md 4.2, step 5), in the order in which one fault hides
// another: the source's incarnation, the target's, then the offsets. `position` is the newest
// checkpoint of this partition, of whatever incarnation; empty if it was never mirrored. The mirror
// of a recreated topic restarts only once the link asks for the new incarnation by its id; that of
// a lost target only once the link has made or adopted another one.
//
// A log that ends before the position is not judged without a failure of the consumer: where the
// histories part, only the answer to its question says, because the log may have grown again behind
// it. What lies before that and has been copied is the same on both sides; from there on to the
// position the target keeps what is gone or different at the source.
//
// What an operator gives up is passed although the policy is to halt: the partition goes on there,
// or behind it where the source has nothing left before. An offset behind the source's end is
// ignored.
//
// What a target lost is copied again where the policy is restart: then only that is missing which
// the source does not have any more either.
Verdict judge_partition(const Mirror& mirror,
                        const std::optional<Checkpoint>& position,
                        const PartitionFacts& facts,
                        const LossPolicies& policies,
                        const Background& background = {});

}  // namespace strait::links
