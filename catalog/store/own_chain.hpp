#pragma once

#include "catalog/audit/audit_entry.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace strait::catalog {

// Where the organisation has the entry `seq` of the audit in its own chain, with the hash up to
// there: what a receipt shows of it, so that whoever keeps receipts finds a chain that was cut or
// changed. Empty if there is no such entry, or if it does not concern the organisation.
Result<std::optional<ChainHead>> own_chain_at(const Reader& reader,
                                              OrganisationId organisation,
                                              std::uint64_t seq);

// Where a chain ends, whose head stands there: head_key() or own_head_key().
Result<ChainHead> chain_head(const Reader& reader, std::string_view key);

// The entries of the organisation's own chain from the number `from` on, up to `count_max`.
Result<std::vector<AuditEntry>> own_entries(const Reader& reader,
                                            OrganisationId organisation,
                                            std::uint64_t from,
                                            std::size_t count_max);

}  // namespace strait::catalog
