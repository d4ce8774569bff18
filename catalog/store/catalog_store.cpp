#include "catalog/store/catalog_store.hpp"

#include "catalog/store/change_feed.hpp"
#include "catalog/store/database.hpp"
#include "catalog/store/own_chain.hpp"
#include "core/codec.hpp"

#include <boost/json/serialize.hpp>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::uint32_t format = 1;

rocksdb::WriteOptions synced()
{
    rocksdb::WriteOptions options;
    options.sync = true;
    return options;
}

Refusal refusal_of(const Error& error)
{
    const bool full = error.detail().contains("disk is full");
    return {.code = full ? RefusalCode::storage_full : RefusalCode::unavailable,
            .detail = error.detail()};
}

// Who is told of it, and what: the owners of what changed, and who acted.
std::map<OrganisationId, boost::json::array> parts_of(const AuditedAct& act,
                                                      const std::vector<Touched>& touched)
{
    std::map<OrganisationId, boost::json::array> parts;
    if (const auto& actor = act.organisation) parts.try_emplace(*actor);
    for (const auto& each : touched) {
        parts[each.organisation].push_back(difference(each.object, each.before, each.after));
    }
    return parts;
}

// Writes the format into a new database.
Result<void> check_format(const Families& families)
{
    const auto stored = MomentReader{families}.get(Family::meta, format_key());
    if (!stored) return fail(stored.error());
    if (const auto& bytes = *stored) {
        ByteReader in{*bytes};
        if (in.ordered<std::uint32_t>() <= format) return {};
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    std::string bytes;
    append_ordered(bytes, format);
    const auto status = families.db().Put(synced(), families.in(Family::meta), format_key(), bytes);
    if (!status.ok()) return fail(translated(status));
    return {};
}

Result<AuditEntry> entry_of(const Reader& reader,
                            const ChainHead& head,
                            const AuditedAct& act,
                            const Draft& draft)
{
    AuditEntry entry;
    entry.seq = draft.revision();
    entry.previous = head.hash;
    entry.time_ms = draft.now().unix_ms;
    auto common = act;
    common.verb = draft.verb();
    common.object = draft.object();
    common.reason = draft.reason();
    add_result(common, draft.shown_to(act.organisation, draft.object()));
    entry.common = boost::json::serialize(to_json(common, Purpose::audited));
    for (const auto& [organisation, changes] : parts_of(act, draft.touched())) {
        const auto own = chain_head(reader, own_head_key(organisation));
        if (!own) return fail(own.error());
        entry.sides.push_back({.organisation = organisation,
                               .seq = own->seq + 1,
                               .previous = own->hash,
                               .part = boost::json::serialize(changes)});
    }
    seal(entry);
    return entry;
}

Change change_of(const Draft& draft)
{
    Change change{.revision = draft.revision(), .at = draft.now(), .records = {}};
    for (const auto& [place, value] : draft.changes()) {
        if (place.first != Family::records) continue;
        (value ? change.records : change.erased).push_back(place.second);
    }
    return change;
}

// All that is written of a command, but for its answer; nothing if no record changed.
Result<Overlay::Changes> changes_of(const Reader& reader,
                                    const ChainHead& head,
                                    const AuditedAct& act,
                                    const Draft& draft)
{
    if (draft.touched().empty()) return Overlay::Changes{};
    const auto entry = entry_of(reader, head, act, draft);
    if (!entry) return fail(entry.error());
    auto changes = draft.changes();
    const auto put = [&](Family family, std::string key, std::string value) {
        changes.insert_or_assign({family, std::move(key)}, std::move(value));
    };
    put(Family::changes, change_key(draft.revision()), encode(change_of(draft)));
    put(Family::audit, audit_key(entry->seq), encode(*entry));
    for (const auto& side : entry->sides) {
        put(Family::audit_own, audit_own_key(side.organisation, side.seq), audit_key(entry->seq));
        put(Family::meta, own_head_key(side.organisation), encode(ChainHead{side.seq, side.hash}));
    }
    put(Family::meta, head_key(), encode(ChainHead{entry->seq, entry->hash}));
    return changes;
}

}  // namespace

class CatalogStore::Database {
  public:
    explicit Database(Families families)
        : families_{std::move(families)}, newest_{std::make_shared<const MomentReader>(families_)}
    {
    }

    Outcome<Answered> execute(const AuditedAct& act,
                              Timestamp now,
                              const NamedCall* call,
                              const DecideAnswer& decide)
    {
        if (stopped_) return refuse(refusal_of(*stopped_));
        const MomentReader reader{families_};
        if (call != nullptr) {
            auto found = find_answer(reader, *call, now);
            if (!found) return refuse(refusal_of(found.error()));
            if (auto& answered = *found) return *std::move(answered);
        }
        const auto head = chain_head(reader, head_key());
        if (!head) return refuse(refusal_of(head.error()));
        Draft draft{reader, head->seq + 1, now};
        auto decided = decide(draft);
        if (const auto& failure = draft.failure()) return refuse(refusal_of(*failure));
        if (!decided) return refuse(std::move(decided.error()));
        auto written = changes_of(reader, *head, act, draft);
        if (!written) return refuse(refusal_of(written.error()));
        if (call != nullptr) {
            auto kept = keep_answer(reader, *call, now, *decided);
            if (!kept) return refuse(refusal_of(kept.error()));
            written->merge(*kept);
        }
        if (const auto done = write(*written); !done) return refuse(refusal_of(done.error()));
        return Answered{Repetition::fresh, *std::move(decided)};
    }

    Result<std::size_t> prune(Timestamp now, std::size_t count_max)
    {
        if (stopped_) return fail(*stopped_);
        const MomentReader reader{families_};
        auto outdated = outdated_changes(reader, now, count_max);
        if (!outdated) return fail(outdated.error());
        auto answers = outdated_answers(reader, now, count_max);
        if (!answers) return fail(answers.error());
        outdated->merge(*answers);
        if (const auto done = write(*outdated); !done) return fail(done.error());
        return outdated->size();
    }

    Result<void> count(std::span<const UsageReport> reports, Timestamp now)
    {
        if (stopped_) return fail(*stopped_);
        const auto changes = counted(MomentReader{families_}, reports, now);
        if (!changes) return fail(changes.error());
        return write(*changes, {});
    }

    [[nodiscard]] std::shared_ptr<const MomentReader> newest() const { return newest_.load(); }

  private:
    Result<void> write(const Overlay::Changes& changes,
                       const rocksdb::WriteOptions& options = synced())
    {
        if (changes.empty()) return {};
        rocksdb::WriteBatch batch;
        rocksdb::Status status;
        for (const auto& [place, value] : changes) {
            if (!status.ok()) break;
            auto* const family = families_.in(place.first);
            status = value ? batch.Put(family, place.second, *value)
                           : batch.Delete(family, place.second);
        }
        if (status.ok()) status = families_.db().Write(options, &batch);
        if (status.ok()) {
            newest_.store(std::make_shared<const MomentReader>(families_));
            return {};
        }
        stopped_ = translated(status);
        return fail(*stopped_);
    }

    Families families_;
    // Of the last write: a snapshot takes RocksDB's lock twice, and nobody needs more than one
    // between two writes.
    std::atomic<std::shared_ptr<const MomentReader>> newest_;
    std::optional<Error> stopped_;
};

CatalogStore::CatalogStore(std::unique_ptr<Database> database) : database_{std::move(database)} {}

CatalogStore::CatalogStore(CatalogStore&& other) noexcept = default;
CatalogStore& CatalogStore::operator=(CatalogStore&& other) noexcept = default;
CatalogStore::~CatalogStore() = default;

Result<CatalogStore> CatalogStore::open(const std::filesystem::path& folder, rocksdb::Env* env)
{
    auto families = Families::open(folder, env);
    if (!families) return fail(families.error());
    if (const auto known = check_format(*families); !known) return fail(known.error());
    return CatalogStore{std::make_unique<Database>(*std::move(families))};
}

Outcome<void> CatalogStore::execute(const AuditedAct& act, Timestamp now, const Decide& decide)
{
    const auto answered =
        database_->execute(act, now, nullptr, [&decide](Draft& draft) -> Outcome<StoredAnswer> {
            auto decided = decide(draft);
            if (!decided) return refuse(std::move(decided.error()));
            return StoredAnswer{};
        });
    if (!answered) return refuse(answered.error());
    return {};
}

Outcome<Answered> CatalogStore::execute(const AuditedAct& act,
                                        Timestamp now,
                                        const NamedCall& call,
                                        const DecideAnswer& decide)
{
    if (!is_call_key(call.key)) {
        return refuse(RefusalCode::invalid_request,
                      "Idempotency-Key: 1 to 255 visible characters of ASCII");
    }
    return database_->execute(act, now, &call, decide);
}

Result<std::size_t> CatalogStore::prune(Timestamp now, std::size_t count_max)
{
    return database_->prune(now, count_max);
}

Result<void> CatalogStore::count(std::span<const UsageReport> reports, Timestamp now)
{
    return database_->count(reports, now);
}

std::shared_ptr<const Reader> CatalogStore::read() const { return database_->newest(); }

std::unique_ptr<const AtHandReader> CatalogStore::read_at_hand() const
{
    return std::make_unique<CachedReader>(database_->newest());
}

Result<ChainHead> CatalogStore::head() const { return chain_head(*read(), head_key()); }

Result<ChainHead> CatalogStore::head(OrganisationId organisation) const
{
    return chain_head(*read(), own_head_key(organisation));
}

}  // namespace strait::catalog
