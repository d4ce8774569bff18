#pragma once

#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>

// Whether the database says of itself what is true.
namespace strait::catalog {

struct AuditFault {
    std::uint64_t seq = 0;  // of the first entry that does not fit
    std::string text;

    bool operator==(const AuditFault&) const = default;
};

// Recomputes all chains, from the first entry to their heads; empty if they are whole, and if
// nothing else is said of them: each place in an organisation's own chain leads to its entry, and
// there is no further place, nor a further head. Reads every entry once.
Result<std::optional<AuditFault>> find_audit_fault(const Reader& reader);

// The first entry of an index that is missing, or that no record accounts for; empty if there is
// none. Holds all entries in memory.
Result<std::optional<std::string>> find_index_fault(const Reader& reader);

// The first revision that the change feed leaves out, or that it tells otherwise than the records
// do; empty if there is none.
Result<std::optional<std::string>> find_change_fault(const Reader& reader);

// The first answer to a named call that no pruning would find, or the first place of one that is
// gone; empty if there is none.
Result<std::optional<std::string>> find_answer_fault(const Reader& reader);

}  // namespace strait::catalog
