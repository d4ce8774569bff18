#pragma once

#include "catalog/audit/audit_entry.hpp"
#include "core/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

// The chain of one organisation as it is handed out, and its proof, which needs nothing but what
// was handed out.
namespace strait::catalog {

// The entry as that side of it has it: its own part in clear, and the hash of the others'. `common`
// and `part` are JSON here; written without spaces they are the bytes that were hashed, because
// numbers are read and written exactly.
boost::json::object exported(const AuditEntry& entry, const AuditSide& side);

// A JSON text whose numbers are written again as they stand there.
Result<boost::json::value> parse_exactly(std::string_view text);

boost::json::object exported(OrganisationId organisation, const ChainHead& head);

// Of exported(), or of a receipt, which names the same as `audit_seq` and `digest`. Errc::corrupt
// if it is neither.
Result<ChainHead> read_chain_head(const boost::json::value& from);

// Goes through a chain from its first entry on, and finds the first one that is not what was
// chained: changed, missing, of another chain, or in another place.
class ExportedChain {
  public:
    // Where the chain was once seen to end: if it does not go through there, it was cut or written
    // anew. The longer ago, the better.
    void expect(const ChainHead& kept);

    // The next entry. Errc::corrupt says which one is bad, and why.
    Result<void> take(const boost::json::value& entry);

    // There are no more. Errc::corrupt if there should be.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] std::optional<OrganisationId> organisation() const noexcept
    {
        return organisation_;
    }
    [[nodiscard]] const ChainHead& head() const noexcept { return head_; }

  private:
    std::optional<OrganisationId> organisation_;
    ChainHead head_;
    std::map<std::uint64_t, Sha256> kept_;
};

}  // namespace strait::catalog
