#include "catalog/store/catalog_store.hpp"

#include "catalog/store/database.hpp"
#include "core/codec.hpp"

#include <boost/json/serialize.hpp>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::uint32_t format = 1;

Result<ChainHead> head_in(const Reader& reader, std::string_view key)
{
    const auto bytes = reader.get(Family::meta, key);
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    if (!found) return ChainHead{};
    return decode_chain_head(*found);
}

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
    add_result(common, draft.shown_to(act.organisation, draft.object()));
    entry.common = boost::json::serialize(to_json(common, Purpose::audited));
    for (const auto& [organisation, changes] : parts_of(act, draft.touched())) {
        const auto own = head_in(reader, own_head_key(organisation));
        if (!own) return fail(own.error());
        entry.sides.push_back({.organisation = organisation,
                               .seq = own->seq + 1,
                               .previous = own->hash,
                               .part = boost::json::serialize(changes)});
    }
    seal(entry);
    return entry;
}

}  // namespace

class CatalogStore::Database {
  public:
    explicit Database(Families families) : families_{std::move(families)} {}

    Outcome<void> execute(const AuditedAct& act, Timestamp now, const Decide& decide)
    {
        if (stopped_) return refuse(refusal_of(*stopped_));
        const MomentReader reader{families_};
        const auto head = head_in(reader, head_key());
        if (!head) return refuse(refusal_of(head.error()));
        Draft draft{reader, head->seq + 1, now};
        auto decided = decide(draft);
        if (const auto& failure = draft.failure()) return refuse(refusal_of(*failure));
        if (!decided || draft.touched().empty()) return decided;
        const auto entry = entry_of(reader, *head, act, draft);
        if (!entry) return refuse(refusal_of(entry.error()));
        return write(draft, *entry);
    }

    [[nodiscard]] const Families& families() const noexcept { return families_; }

  private:
    Outcome<void> write(const Draft& draft, const AuditEntry& entry)
    {
        rocksdb::WriteBatch batch;
        rocksdb::Status status;
        const auto put = [&](Family family, std::string_view key, std::string_view value) {
            if (status.ok()) status = batch.Put(families_.in(family), key, value);
        };
        for (const auto& [place, value] : draft.changes()) {
            const auto& [family, key] = place;
            if (value) {
                put(family, key, *value);
            } else if (status.ok()) {
                status = batch.Delete(families_.in(family), key);
            }
        }
        put(Family::audit, audit_key(entry.seq), encode(entry));
        for (const auto& side : entry.sides) {
            put(Family::audit_own,
                audit_own_key(side.organisation, side.seq),
                audit_key(entry.seq));
            put(Family::meta,
                own_head_key(side.organisation),
                encode(ChainHead{side.seq, side.hash}));
        }
        const ChainHead head{entry.seq, entry.hash};
        put(Family::meta, head_key(), encode(head));
        if (status.ok()) status = families_.db().Write(synced(), &batch);
        if (!status.ok()) {
            stopped_ = translated(status);
            return refuse(refusal_of(*stopped_));
        }
        return {};
    }

    Families families_;
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
    return database_->execute(act, now, decide);
}

std::unique_ptr<const Reader> CatalogStore::read() const
{
    return std::make_unique<MomentReader>(database_->families());
}

Result<ChainHead> CatalogStore::head() const
{
    return head_in(MomentReader{database_->families()}, head_key());
}

Result<ChainHead> CatalogStore::head(OrganisationId organisation) const
{
    return head_in(MomentReader{database_->families()}, own_head_key(organisation));
}

}  // namespace strait::catalog
