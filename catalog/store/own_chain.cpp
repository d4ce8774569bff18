#include "catalog/store/own_chain.hpp"

#include "catalog/store/keys.hpp"

#include <algorithm>
#include <utility>

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

Result<ChainHead> chain_head(const Reader& reader, std::string_view key)
{
    const auto bytes = reader.get(Family::meta, key);
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    if (!found) return ChainHead{};
    return decode_chain_head(*found);
}

Result<std::vector<AuditEntry>> own_entries(const Reader& reader,
                                            OrganisationId organisation,
                                            std::uint64_t from,
                                            std::size_t count_max)
{
    std::vector<AuditEntry> entries;
    Result<void> good;
    // The chain has no holes: the key of the first is the prefix of all but its number.
    const auto first = audit_own_key(organisation, from);
    const std::string_view all{first.data(), first.size() - sizeof(from)};
    const auto read = [&](std::string_view, std::string_view key) {
        if (entries.size() == count_max) return false;
        const auto stored = reader.get(Family::audit, key);
        if (!stored) good = fail(stored.error());
        if (!stored) return false;
        const auto& bytes = *stored;
        auto entry = decode_audit_entry(bytes.value_or(""));
        if (!entry) good = fail(entry.error());
        if (entry) entries.push_back(*std::move(entry));
        return good.has_value();
    };
    const auto scanned = reader.scan(Family::audit_own, all, first, read);
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return entries;
}

}  // namespace strait::catalog
