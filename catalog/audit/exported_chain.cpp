#include "catalog/audit/exported_chain.hpp"

#include "core/units.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace strait::catalog {

namespace json = boost::json;

namespace {

constexpr std::string_view digest_prefix = "sha256:";

std::optional<std::string_view> text_in(const json::object& from, std::string_view name)
{
    const auto* const member = from.if_contains(name);
    const auto* const text = member == nullptr ? nullptr : member->if_string();
    if (text == nullptr) return std::nullopt;
    return std::string_view{*text};
}

std::optional<std::uint64_t> number_in(const json::object& from, std::string_view name)
{
    const auto* const member = from.if_contains(name);
    if (member == nullptr) return std::nullopt;
    boost::system::error_code failure;
    const auto number = member->to_number<std::uint64_t>(failure);
    if (failure) return std::nullopt;
    return number;
}

std::optional<Sha256> hash_in(const json::object& from, std::string_view name)
{
    const auto text = text_in(from, name);
    if (!text) return std::nullopt;
    return sha256_from(*text);
}

// As it is handed out, with the bytes that were hashed.
struct Entry {
    AuditEntry common;
    AuditSide side;
};

std::optional<Entry> read_entry(const json::value& from)
{
    const auto* const object = from.if_object();
    if (object == nullptr) return std::nullopt;
    const auto organisation = text_in(*object, "organisation");
    const auto id = organisation ? id_from<Noun::organisation>(*organisation) : std::nullopt;
    const auto seq = number_in(*object, "seq");
    const auto time = text_in(*object, "time");
    const auto at = time ? timestamp_from(*time) : std::nullopt;
    const auto* const common = object->if_contains("common");
    const auto* const part = object->if_contains("part");
    const auto others = hash_in(*object, "others");
    const auto previous = hash_in(*object, "previous");
    const auto hash = hash_in(*object, "hash");
    if (!id || !seq || !at || common == nullptr || part == nullptr) return std::nullopt;
    if (!others || !previous || !hash) return std::nullopt;
    return Entry{.common = {.seq = 0,
                            .previous = {},
                            .time_ms = at->unix_ms,
                            .common = json::serialize(*common),
                            .sides = {},
                            .hash = {}},
                 .side = {.organisation = *id,
                          .seq = *seq,
                          .previous = *previous,
                          .part = json::serialize(*part),
                          .others = *others,
                          .hash = *hash}};
}

}  // namespace

json::object exported(const AuditEntry& entry, const AuditSide& side)
{
    const auto readable = [](const std::string& text) {
        return parse_exactly(text).value_or(json::value{});
    };
    return {{"organisation", to_string(side.organisation)},
            {"seq", side.seq},
            {"time", written(Timestamp{entry.time_ms})},
            {"common", readable(entry.common)},
            {"part", readable(side.part)},
            {"others", hex_of(side.others)},
            {"previous", hex_of(side.previous)},
            {"hash", hex_of(side.hash)}};
}

Result<json::value> parse_exactly(std::string_view text)
{
    boost::system::error_code failure;
    json::parse_options exactly;
    exactly.numbers = json::number_precision::precise;
    auto parsed = json::parse(text, failure, {}, exactly);
    if (failure) return fail(Errc::corrupt, failure.message());
    return parsed;
}

json::object exported(OrganisationId organisation, const ChainHead& head)
{
    return {
        {"organisation", to_string(organisation)}, {"seq", head.seq}, {"hash", hex_of(head.hash)}};
}

Result<ChainHead> read_chain_head(const json::value& from)
{
    if (const auto* const object = from.if_object()) {
        const auto seq = number_in(*object, "seq");
        const auto hash = hash_in(*object, "hash");
        if (seq && hash) return ChainHead{*seq, *hash};
        const auto place = number_in(*object, "audit_seq");
        const auto digest = text_in(*object, "digest").value_or("");
        const auto kept = digest.starts_with(digest_prefix)
                              ? sha256_from(digest.substr(digest_prefix.size()))
                              : std::nullopt;
        if (place && kept) return ChainHead{*place, *kept};
    }
    return fail(Errc::corrupt, "neither the head of a chain nor a receipt");
}

void ExportedChain::expect(const ChainHead& kept)
{
    if (kept.seq > 0) kept_.insert_or_assign(kept.seq, kept.hash);
}

Result<void> ExportedChain::take(const json::value& from)
{
    const auto next = head_.seq + 1;
    const auto bad = [next](const std::string& why) {
        return fail(Errc::corrupt, "entry " + std::to_string(next) + ": " + why);
    };
    const auto entry = read_entry(from);
    if (!entry) return bad("it is no entry of an audit");
    const auto& side = entry->side;
    if (organisation_.value_or(side.organisation) != side.organisation) {
        return bad("it is of " + to_string(side.organisation) + ", and those before it are not");
    }
    if (side.seq != next) return bad("in its place stands entry " + std::to_string(side.seq));
    if (side.previous != head_.hash) return bad("it does not follow the one before it");
    if (hash_of(entry->common, side) != side.hash) {
        return bad("its hash is not that of what it says");
    }
    const auto kept = kept_.find(next);
    if (kept != kept_.end() && kept->second != side.hash) {
        return bad("its hash is not the one that was kept: the chain was written anew");
    }
    organisation_ = side.organisation;
    head_ = {side.seq, side.hash};
    return {};
}

Result<void> ExportedChain::finish() const
{
    if (head_.seq == 0) return fail(Errc::corrupt, "entry 1: it is missing: there are none at all");
    if (kept_.empty() || kept_.rbegin()->first <= head_.seq) return {};
    return fail(Errc::corrupt,
                "entry " + std::to_string(head_.seq + 1) +
                    ": it is missing, and so are all up to " +
                    std::to_string(kept_.rbegin()->first) + ", where the chain was seen to go");
}

}  // namespace strait::catalog
