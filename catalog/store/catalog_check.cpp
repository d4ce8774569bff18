#include "catalog/store/catalog_check.hpp"

#include "catalog/audit/audit_entry.hpp"
#include "catalog/records/json_codec.hpp"
#include "catalog/store/answers.hpp"
#include "catalog/store/change_feed.hpp"
#include "catalog/store/indexes.hpp"
#include "catalog/store/record_codec.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/describe/class.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace strait::catalog {

namespace {

constexpr std::array index_families{Family::by_organisation, Family::index, Family::keys};

// Walks the chains side by side. What is found from the entries is expected beside them.
class ChainWalk {
  public:
    explicit ChainWalk(const Reader& reader) : reader_{reader} {}

    // Why the entry is not the next one; empty if it is.
    std::string take(std::string_view key, std::string_view value)
    {
        const auto entry = decode_audit_entry(value);
        if (!entry) return entry.error().detail();
        if (key != audit_key(entry->seq)) return "it stands in the place of another";
        if (entry->seq != head_.seq + 1) return "the entry before it is missing";
        if (entry->previous != head_.hash) return "the entry before it was changed";
        for (const auto& side : entry->sides) {
            auto& own = own_[side.organisation];
            if (side.seq != own.seq + 1 || side.previous != own.hash) {
                return to_string(side.organisation) + ": its entry before was changed";
            }
            own = {side.seq, side.hash};
            const auto place =
                reader_.get(Family::audit_own, audit_own_key(side.organisation, side.seq));
            if (!place) return place.error().detail();
            if (*place != key) {
                return to_string(side.organisation) + ": its chain does not lead here";
            }
            ++places_;
        }
        head_ = {entry->seq, entry->hash};
        return {};
    }

    [[nodiscard]] const ChainHead& head() const noexcept { return head_; }
    [[nodiscard]] const std::map<OrganisationId, ChainHead>& own() const noexcept { return own_; }
    [[nodiscard]] std::size_t places() const noexcept { return places_; }

  private:
    const Reader& reader_;
    std::size_t places_ = 0;  // in chains of organisations
    ChainHead head_;
    std::map<OrganisationId, ChainHead> own_;
};

Result<bool> ends_at(const Reader& reader, const std::string& key, const ChainHead& head)
{
    const auto stored = reader.get(Family::meta, key);
    if (!stored) return fail(stored.error());
    const auto& bytes = *stored;
    return bytes ? *bytes == encode(head) : head == ChainHead{};
}

Result<std::size_t> count_of(const Reader& reader, Family family, std::string_view prefix)
{
    std::size_t count = 0;
    const auto scanned = reader.scan(family, prefix, {}, [&](std::string_view, std::string_view) {
        ++count;
        return true;
    });
    if (!scanned) return fail(scanned.error());
    return count;
}

// All that there has to be was found: more of it is of no entry.
Result<std::optional<AuditFault>> find_extra(const Reader& reader, const ChainWalk& walk)
{
    const auto places = count_of(reader, Family::audit_own, {});
    if (!places) return fail(places.error());
    if (*places != walk.places()) {
        return AuditFault{walk.head().seq, "a chain of an organisation leads to no entry"};
    }
    const auto heads = count_of(reader, Family::meta, own_head_prefix());
    if (!heads) return fail(heads.error());
    if (*heads != walk.own().size()) {
        return AuditFault{walk.head().seq, "there is a head of a chain without entries"};
    }
    return std::optional<AuditFault>{};
}

// The one member of any stored record that the change feed is compared with.
struct Revised {
    std::uint64_t revision = 0;
    boost::json::object unknown{};
};
BOOST_DESCRIBE_STRUCT(Revised, (), (revision))

using Revisions = std::map<std::string, std::uint64_t>;  // by the key of the record

Result<Revisions> stored_revisions(const Reader& reader)
{
    Revisions revisions;
    Result<void> good;
    const auto scanned =
        reader.scan(Family::records, {}, {}, [&](std::string_view key, std::string_view value) {
            const auto json = decode_record(value);
            Revised record;
            if (!json) good = fail(json.error());
            if (json && !from_json(*json, record)) {
                good = fail(Errc::corrupt, "the catalog: a record is unreadable");
            }
            revisions.emplace(key, record.revision);
            return good.has_value();
        });
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return revisions;
}

// What the change feed says of the records, from its first revision to its last.
struct Told {
    std::uint64_t first = 0;
    std::uint64_t next = 0;
    Revisions last;  // that names the record
};

Result<Told> told_revisions(const Reader& reader)
{
    Told told;
    Result<void> good;
    const auto scanned =
        reader.scan(Family::changes, {}, {}, [&](std::string_view key, std::string_view value) {
            const auto change = decode_change(key, value);
            if (!change) good = fail(change.error());
            if (!change) return false;
            if (told.first == 0) told.first = told.next = change->revision;
            if (change->revision != told.next) return false;
            ++told.next;
            for (const auto& record : change->records) told.last[record] = change->revision;
            for (const auto& record : change->erased) told.last.erase(record);
            return true;
        });
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return told;
}

std::string described(const Entry& entry)
{
    std::string key;
    boost::algorithm::hex_lower(entry.key, std::back_inserter(key));
    return std::string{family_names.at(static_cast<std::size_t>(entry.family))} + " " + key;
}

}  // namespace

Result<std::optional<AuditFault>> find_audit_fault(const Reader& reader)
{
    ChainWalk walk{reader};
    std::optional<AuditFault> fault;
    const auto scanned =
        reader.scan(Family::audit, {}, {}, [&](std::string_view key, std::string_view value) {
            const auto text = walk.take(key, value);
            if (!text.empty()) fault = AuditFault{walk.head().seq + 1, text};
            return !fault;
        });
    if (!scanned) return fail(scanned.error());
    if (fault) return fault;
    const auto whole = ends_at(reader, head_key(), walk.head());
    if (!whole) return fail(whole.error());
    if (!*whole) return AuditFault{walk.head().seq + 1, "the end of the chain is missing"};
    for (const auto& [organisation, own] : walk.own()) {
        const auto own_whole = ends_at(reader, own_head_key(organisation), own);
        if (!own_whole) return fail(own_whole.error());
        if (*own_whole) continue;
        return AuditFault{walk.head().seq,
                          to_string(organisation) + ": the end of its chain is another"};
    }
    return find_extra(reader, walk);
}

Result<std::optional<std::string>> find_index_fault(const Reader& reader)
{
    std::vector<Entry> due;
    Result<void> good;
    const auto scanned =
        reader.scan(Family::records, {}, {}, [&](std::string_view key, std::string_view value) {
            auto entries = entries_of_stored(key, value);
            if (!entries) good = fail(entries.error());
            if (entries) std::ranges::move(*entries, std::back_inserter(due));
            return good.has_value();
        });
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    std::ranges::sort(due);

    std::vector<Entry> found;
    for (const auto family : index_families) {
        const auto read =
            reader.scan(family, {}, {}, [&](std::string_view key, std::string_view value) {
                found.push_back({family, std::string{key}, std::string{value}});
                return true;
            });
        if (!read) return fail(read.error());
    }
    std::ranges::sort(found);
    std::vector<Entry> missing;
    std::ranges::set_difference(due, found, std::back_inserter(missing));
    if (!missing.empty()) return "missing: " + described(missing.front());
    std::vector<Entry> extra;
    std::ranges::set_difference(found, due, std::back_inserter(extra));
    if (!extra.empty()) return "of no record: " + described(extra.front());
    return std::optional<std::string>{};
}

Result<std::optional<std::string>> find_change_fault(const Reader& reader)
{
    const auto told = told_revisions(reader);
    if (!told) return fail(told.error());
    const auto next = std::max<std::uint64_t>(told->next, 1);
    const auto ended = reader.get(Family::meta, head_key());
    if (!ended) return fail(ended.error());
    const auto& bytes = *ended;
    const auto head = bytes ? decode_chain_head(*bytes) : ChainHead{};
    if (!head) return fail(head.error());
    if (next != head->seq + 1) return "missing: revision " + std::to_string(next);

    auto stored = stored_revisions(reader);
    if (!stored) return fail(stored.error());
    // Of what changed last before the first that is kept the feed says nothing.
    std::erase_if(*stored, [&](const auto& each) { return each.second < told->first; });
    if (told->last == *stored) return std::optional<std::string>{};
    const auto at = std::ranges::mismatch(told->last, *stored);
    const auto& [key, revision] = at.in1 == told->last.end() ? *at.in2 : *at.in1;
    return "told otherwise than stored: " +
           described({.family = Family::records, .key = key, .value = {}}) + " of revision " +
           std::to_string(revision);
}

Result<std::optional<std::string>> find_answer_fault(const Reader& reader)
{
    std::size_t answers = 0;
    std::size_t places = 0;
    std::optional<std::string> fault;
    Result<void> good;
    const auto count = [&](std::string_view key, std::string_view) {
        const auto place = read_answer_order_key(key);
        if (!place) {
            ++answers;
            return true;
        }
        ++places;
        const auto kept = find_kept(reader, place->principal, place->key);
        if (!kept) good = fail(kept.error());
        const bool fits = kept && *kept && (*kept)->at == place->at;
        if (!fits) fault = "of no answer: place of " + place->key;
        return fits;
    };
    const auto scanned = reader.scan(Family::idempotency, {}, {}, count);
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    if (!fault && answers != places) fault = "missing: the place of an answer";
    return fault;
}

}  // namespace strait::catalog
