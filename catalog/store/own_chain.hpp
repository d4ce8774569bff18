#pragma once

#include "catalog/audit/audit_entry.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <optional>

namespace strait::catalog {

// Where the organisation has the entry `seq` of the audit in its own chain, with the hash up to
// there: what a receipt shows of it, so that whoever keeps receipts finds a chain that was cut or
// changed. Empty if there is no such entry, or if it does not concern the organisation.
Result<std::optional<ChainHead>> own_chain_at(const Reader& reader,
                                              OrganisationId organisation,
                                              std::uint64_t seq);

}  // namespace strait::catalog
