#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstddef>
#include <optional>

namespace strait::catalog {

// When the next record ends by itself; empty if none does.
std::optional<Timestamp> next_expiry(Draft& draft);

// Ends the first of those whose time is over, as the system; false if there is none. One at a time,
// so that each is an entry of the audit of its own.
Outcome<bool> expire_next(Draft& draft, const Act& act);

}  // namespace strait::catalog
