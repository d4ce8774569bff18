#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace strait {

// Places at which a test makes the program die, fail or wait, in the order in which a link comes
// by. A crash test goes through all of them.
inline constexpr std::array<std::string_view, 28> failpoints{
    "link.connecting",      // its clients are there; it knows neither cluster yet
    "claim.opened",         // the claiming producer, which fences those before it
    "claim.read",           // what the target says, up to its end
    "claim.committed",      // the owner record with the term and the order; not in the view yet
    "fence.noted",          // which topics of the source it keeps everybody from writing to
    "fence.made",           // nobody but super users writes there; nothing is drained
    "fence.removed",        // everybody may write there again, and it is still noted
    "cut.closed",           // no shard of a link that is cut off can commit any more
    "cut.grouped",          // its groups are in place; the cut is not written
    "reverse.salvaging",    // what was never mirrored is appended elsewhere; it is not committed
    "reverse.salvaged",     // some of that, or all, is committed
    "reverse.made",         // the link that mirrors back is there; it has taken nothing over
    "reverse.noted",        // which topics it deletes there, and nothing is deleted
    "reverse.deleted",      // one of them is gone
    "reverse.remade",       // all are there again, empty; the link has not taken them over
    "reverse.prepared",     // its topics' configs are in place; it has no positions yet
    "commit.begun",         // a transaction, with nothing in it
    "commit.delivered",     // every report of its records is in, and the topics are what they were
    "commit.checkpointed",  // its checkpoints are appended, and nothing is committed
    "commit.committed",     // the target has it, and the view does not
    "commit.viewed",        // the view has it
    "group.read",           // where a group is on both sides; nothing is written
    "group.written",        // the target has its position
    "link.stored",          // created, changed or deleted at run time, and the engine is not told
    "operation.stored",     // promised, and not begun
    "operation.done",       // done, and still promised
    "operation.ended",      // all of it
    "view.opened",          // and no link has begun
};

// What protects from rare faults, and can be left out to show that its test would fail without:
// `name:off`.
inline constexpr std::string_view producer_recycling = "producer.recycling";  // KIP-890

// `name:action[:n]`: action is `kill` (SIGKILL), `error` (Errc::abort_required) or `delay` (of
// failpoint_delay), when the place is reached for the n-th time, from 1 on; once.
//
// Arms the one failpoint of the process, before there are threads. Errc::invalid_argument, naming
// what there is.
Result<void> arm_failpoint(std::string_view text);

inline constexpr std::chrono::seconds failpoint_delay{5};

// Any thread.
bool is_left_out(std::string_view defence) noexcept;

// Marks such a place. Any thread.
boost::asio::awaitable<Result<void>> reach(std::string_view failpoint, Clock& clock);

}  // namespace strait
