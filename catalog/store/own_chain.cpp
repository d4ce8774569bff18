#include "catalog/store/own_chain.hpp"

#include "catalog/store/keys.hpp"

#include <algorithm>

namespace strait::catalog {

Result<std::optional<ChainHead>> own_chain_at(const Reader& reader,
                                              OrganisationId organisation,
                                              std::uint64_t seq)
{
    const auto stored = reader.get(Family::audit, audit_key(seq));
    if (!stored) return fail(stored.error());
    const auto& bytes = *stored;
    if (!bytes) return std::optional<ChainHead>{};
    const auto entry = decode_audit_entry(*bytes);
    if (!entry) return fail(entry.error());
    const auto side = std::ranges::find(entry->sides, organisation, &AuditSide::organisation);
    if (side == entry->sides.end()) return std::optional<ChainHead>{};
    return ChainHead{side->seq, side->hash};
}

}  // namespace strait::catalog
