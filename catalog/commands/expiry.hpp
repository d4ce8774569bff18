#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/id.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <optional>

namespace strait::catalog {

// That a record ends by itself, and when.
struct Ending {
    Timestamp at;
    Noun noun{};
    IdBits id{};
};

// The first, or the first behind this one; empty if there is none. Whoever ends what is over goes
// from one to the next, whether it could be ended or not, and logs what could not: it is tried
// again in the next round, and keeps nothing else from its end.
std::optional<Ending> next_ending(Draft& draft, const std::optional<Ending>& after = {});

// Ends it, as the system, if its time is over. One at a time, so that each is an entry of the audit
// of its own.
Outcome<void> end_record(Draft& draft, const Act& act, const Ending& ending);

}  // namespace strait::catalog
