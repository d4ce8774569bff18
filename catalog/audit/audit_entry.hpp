#pragma once

#include "catalog/audit/sha256.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/record.hpp"
#include "core/error.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The chains of hashes that prove what was done: one of the whole exchange, and one for each
// organisation, which can be verified without the entries of anybody else (catalog.md 15).
namespace strait::catalog {

// What both sides of an entry are told. A command knows itself what it did, and to which record.
struct AuditedAct {
    std::string request_id{};
    Principal actor{};
    std::optional<OrganisationId> organisation{};  // on whose behalf
    std::optional<std::string> key_id{};
    std::optional<std::string> address{};  // /24 or /48 of the caller
    std::string verb{};
    std::string object{};
    std::optional<std::string> side{};  // of the object, as which it was done
    std::string reason{};
    std::optional<std::string> result{};  // the state that the object is in now
};
BOOST_DESCRIBE_STRUCT(
    AuditedAct,
    (),
    (request_id, actor, organisation, key_id, address, verb, object, side, reason, result))

// Fills in the side and the result. `seen`: the object as the organisation that acts sees it now,
// or as anybody does, if it has no part in it; null if the object did not change.
void add_result(AuditedAct& act, const boost::json::value& seen);

// The entry as one organisation has it.
struct AuditSide {
    OrganisationId organisation;
    std::uint64_t seq = 0;  // its own, from 1, without holes
    Sha256 previous{};      // the hash of its entry before; of none: zeros
    std::string part;       // JSON: what changed for it, as it may see it
    Sha256 others{};        // the hash of the parts of all others
    Sha256 hash{};

    bool operator==(const AuditSide&) const = default;
};

// One accepted command. `common` and the parts are the bytes that are hashed: nothing is read and
// written again to verify them.
struct AuditEntry {
    std::uint64_t seq = 0;  // the revision that the command made: from 1, without holes
    Sha256 previous{};
    std::int64_t time_ms = 0;
    std::string common;
    std::vector<AuditSide> sides;  // in the order of the organisations' ids; at least one
    Sha256 hash{};

    bool operator==(const AuditEntry&) const = default;
};

// Where a chain ends.
struct ChainHead {
    std::uint64_t seq = 0;
    Sha256 hash{};

    bool operator==(const ChainHead&) const = default;
};

// Of all else that the side has, and of what the entry says to all sides.
Sha256 hash_of(const AuditEntry& entry, const AuditSide& side);

// Fills in the hashes of an entry whose other members are set.
void seal(AuditEntry& entry);

// FORMAT 1, of the value in `audit`. DO NOT CHANGE: the hashes are made of it.
//
//   u8 1, u64 seq, 32 bytes previous, u64 time_ms, text common, varint number of sides,
//   for each: 16 bytes organisation, u64 seq, 32 bytes previous, text part
//
// with the hashes left out, because they are found from the rest:
//
//   part i           = SHA-256(part of side i)
//   before i         = SHA-256(before i-1, part i-1), of the first: zeros
//   behind i         = SHA-256(part i+1, behind i+1), of the last: zeros
//   others of side i = SHA-256(before i, behind i)
//   hash of a side   = SHA-256(u8 1, 16 bytes organisation, previous, u64 seq, u64 time_ms,
//                              text common, text part, others)
//   hash             = SHA-256(u8 1, previous, u64 seq, u64 time_ms, hash of each side, in order)
std::string encode(const AuditEntry& entry);

// With its hashes. Errc::corrupt for what is none, Errc::conflict for one of a newer program.
Result<AuditEntry> decode_audit_entry(std::string_view bytes);

std::string encode(const ChainHead& head);
Result<ChainHead> decode_chain_head(std::string_view bytes);

// What changed, for a part: {"object": id, "before": {...}, "after": {...}}. Both name only members
// that differ; `after` is a JSON merge patch (RFC 7396) of the one before. Null for what is not
// there.
boost::json::value difference(std::string_view object,
                              const boost::json::value& before,
                              const boost::json::value& after);

}  // namespace strait::catalog
