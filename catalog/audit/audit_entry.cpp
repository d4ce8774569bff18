#include "catalog/audit/audit_entry.hpp"

#include "core/codec.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::uint8_t format = 1;

void append_time(std::string& to, std::int64_t time_ms)
{
    append_ordered(to, static_cast<std::uint64_t>(time_ms));
}

OrganisationId take_organisation(ByteReader& in)
{
    OrganisationId id;
    std::ranges::transform(in.bytes(id.bits.size()), id.bits.begin(), [](char c) {
        return static_cast<std::uint8_t>(c);
    });
    return id;
}

Sha256 linked(const Sha256& one, const Sha256& other)
{
    return sha256(bytes_of(one) + bytes_of(other));
}

// Each side needs a hash of all others' parts, and there may be thousands: what is before and what
// is behind it are linked to what comes next, once in each direction.
void hash_others(std::vector<AuditSide>& sides)
{
    std::vector<Sha256> parts;
    parts.reserve(sides.size());
    for (const auto& side : sides) parts.push_back(sha256(side.part));
    Sha256 before{};
    for (std::size_t i = 0; i < sides.size(); ++i) {
        sides[i].others = before;
        before = linked(before, parts[i]);
    }
    Sha256 behind{};
    for (std::size_t i = sides.size(); i-- > 0;) {
        sides[i].others = linked(sides[i].others, behind);
        behind = linked(parts[i], behind);
    }
}

// The members of `of` that are not the same in `other`; objects go on inside.
boost::json::object differing(const boost::json::object& of, const boost::json::object& other)
{
    boost::json::object differs;
    for (const auto& [name, value] : of) {
        const auto* const twin = other.if_contains(name);
        if (twin != nullptr && *twin == value) continue;
        if (twin != nullptr && value.is_object() && twin->is_object()) {
            differs.emplace(name, differing(value.get_object(), twin->get_object()));
        } else {
            differs.emplace(name, value);
        }
    }
    return differs;
}

// As differing(), with null for what of `other` is gone.
boost::json::object patch_to(const boost::json::object& to, const boost::json::object& from)
{
    boost::json::object patch;
    for (const auto& [name, value] : to) {
        const auto* const twin = from.if_contains(name);
        if (twin != nullptr && *twin == value) continue;
        if (twin != nullptr && value.is_object() && twin->is_object()) {
            patch.emplace(name, patch_to(value.get_object(), twin->get_object()));
        } else {
            patch.emplace(name, value);
        }
    }
    for (const auto& [name, value] : from) {
        if (!to.contains(name)) patch.emplace(name, nullptr);
    }
    return patch;
}

}  // namespace

void add_result(AuditedAct& act, const boost::json::value& seen)
{
    const auto* const object = seen.if_object();
    if (object == nullptr) return;
    const auto is_acting = [&](std::string_view member) {
        const auto* const id = object->if_contains(member);
        return id != nullptr && act.organisation && id->is_string() &&
               id->as_string() == to_string(*act.organisation);
    };
    if (act.actor.kind == Principal::Kind::system) {
        act.side = "system";
    } else if (is_acting("provider")) {
        act.side = "provider";
    } else if (is_acting("organisation")) {
        act.side = object->contains("provider") ? "consumer" : "owner";
    } else {
        act.side = "operator";
    }
    const auto* const state = object->if_contains("state");
    if (state != nullptr && state->is_string()) act.result = std::string{state->as_string()};
}

Sha256 hash_of(const AuditEntry& entry, const AuditSide& side)
{
    std::string bytes;
    append_ordered(bytes, format);
    bytes.append(side.organisation.bits.begin(), side.organisation.bits.end());
    bytes += bytes_of(side.previous);
    append_ordered(bytes, side.seq);
    append_time(bytes, entry.time_ms);
    append_text(bytes, entry.common);
    append_text(bytes, side.part);
    bytes += bytes_of(side.others);
    return sha256(bytes);
}

void seal(AuditEntry& entry)
{
    std::string bytes;
    append_ordered(bytes, format);
    bytes += bytes_of(entry.previous);
    append_ordered(bytes, entry.seq);
    append_time(bytes, entry.time_ms);
    hash_others(entry.sides);
    for (auto& side : entry.sides) {
        side.hash = hash_of(entry, side);
        bytes += bytes_of(side.hash);
    }
    entry.hash = sha256(bytes);
}

std::string encode(const AuditEntry& entry)
{
    std::string out;
    append_ordered(out, format);
    append_ordered(out, entry.seq);
    out += bytes_of(entry.previous);
    append_time(out, entry.time_ms);
    append_text(out, entry.common);
    append_varint(out, entry.sides.size());
    for (const auto& side : entry.sides) {
        out.append(side.organisation.bits.begin(), side.organisation.bits.end());
        append_ordered(out, side.seq);
        out += bytes_of(side.previous);
        append_text(out, side.part);
    }
    return out;
}

Result<AuditEntry> decode_audit_entry(std::string_view bytes)
{
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > format) {
        return fail(Errc::conflict,
                    "the audit: written by a newer version of strait: use that one");
    }
    AuditEntry entry;
    entry.seq = in.ordered<std::uint64_t>();
    entry.previous = take_sha256(in);
    entry.time_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    entry.common = in.text();
    const auto count = in.varint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        AuditSide side;
        side.organisation = take_organisation(in);
        side.seq = in.ordered<std::uint64_t>();
        side.previous = take_sha256(in);
        side.part = in.text();
        entry.sides.push_back(std::move(side));
    }
    if (version == 0 || !in.ok() || !in.at_end() || entry.sides.empty()) {
        return fail(Errc::corrupt, "the audit: an entry is unreadable");
    }
    seal(entry);
    return entry;
}

std::string encode(const ChainHead& head)
{
    std::string out;
    append_ordered(out, head.seq);
    return out + bytes_of(head.hash);
}

Result<ChainHead> decode_chain_head(std::string_view bytes)
{
    ByteReader in{bytes};
    ChainHead head;
    head.seq = in.ordered<std::uint64_t>();
    head.hash = take_sha256(in);
    if (!in.ok() || !in.at_end()) return fail(Errc::corrupt, "the audit: a head is unreadable");
    return head;
}

boost::json::value difference(std::string_view object,
                              const boost::json::value& before,
                              const boost::json::value& after)
{
    boost::json::object part;
    part.emplace("object", object);
    const bool both = before.is_object() && after.is_object();
    if (both) {
        part.emplace("before", differing(before.get_object(), after.get_object()));
        part.emplace("after", patch_to(after.get_object(), before.get_object()));
    } else {
        part.emplace("before", before);
        part.emplace("after", after);
    }
    return part;
}

}  // namespace strait::catalog
