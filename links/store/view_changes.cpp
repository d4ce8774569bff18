#include "links/store/view_changes.hpp"

#include "core/codec.hpp"

#include <rocksdb/db.h>

#include <tuple>

namespace strait::links {

namespace {

using enum ViewFamily;

std::string encode_offset(Offset offset)
{
    std::string out;
    append_ordered(out, static_cast<std::uint64_t>(offset.value()));
    return out;
}

Result<void> done(const rocksdb::Status& status)
{
    if (!status.ok()) return fail(translated(status));
    return {};
}

}  // namespace

ViewChanges::ViewChanges(const ViewDatabase& database, std::uint32_t link, const LinkName& name)
    : database_{database}, link_{link}, name_{name}, batch_{rocksdb::BytewiseComparator(), 0, true}
{
}

Result<void> ViewChanges::take(const LinkRecord& record)
{
    if (link_of(record) != name_) return {};
    const auto value = encode_value(record);
    if (!value) return remove(key_of(record));
    if (const auto* of = std::get_if<Checkpoint>(&record)) return take_checkpoint(*of, *value);
    if (const auto* of = std::get_if<ShardSession>(&record)) return take_session(*of, *value);
    const auto family = std::holds_alternative<Gap>(record) ? gap : meta;
    return put(family, link_prefix(link_) + encode_key(key_of(record)), *value);
}

Result<void> ViewChanges::write(ShardNumber shard, Offset applied)
{
    const auto key = key_of_applied(link_, shard);
    const auto stored = get(meta, key);
    if (!stored) return fail(stored.error());
    const auto before =
        stored->empty() ? Result<Applied>{Applied{Offset{-1}, {}, {}}} : decode_applied(*stored);
    if (!before) return fail(before.error());
    if (before->offset == applied) return write();
    auto noted = put(meta, key, encode(Applied{applied, {}, {}}));
    if (!noted) return noted;
    return write();
}

Result<void> ViewChanges::write(const Acknowledged& newest)
{
    auto noted = put(meta,
                     key_of_applied(link_, newest.shard),
                     encode(Applied{newest.from, newest.session, newest.txn_no}));
    if (!noted) return noted;
    return write();
}

Result<void> ViewChanges::write()
{
    return done(database_.db->Write(rocksdb::WriteOptions{}, batch_.GetWriteBatch()));
}

Result<void> ViewChanges::put(ViewFamily family, const std::string& key, const std::string& value)
{
    return done(batch_.Put(database_.in(family), key, value));
}

Result<void> ViewChanges::drop(ViewFamily family, const std::string& key)
{
    return done(batch_.Delete(database_.in(family), key));
}

Result<std::string> ViewChanges::get(ViewFamily family, const std::string& key)
{
    std::string value;
    const auto status = batch_.GetFromBatchAndDB(
        database_.db, rocksdb::ReadOptions{}, database_.in(family), key, &value);
    if (status.IsNotFound()) return std::string{};
    if (!status.ok()) return fail(translated(status));
    return value;
}

Result<std::optional<PartitionHead>> ViewChanges::head_of(const MirrorPrefix& mirror)
{
    auto stored = get(checkpoint, prefix_of(mirror));
    if (!stored) return fail(stored.error());
    if (stored->empty()) return std::nullopt;
    const auto head = decode_head(*stored);
    if (!head) return fail(head.error());
    return *head;
}

Result<void> ViewChanges::take_checkpoint(const Checkpoint& record, const std::string& value)
{
    const MirrorPrefix mirror{link_, record.source_id, record.partition};
    const auto& block = record.block;
    const auto key = key_of_block(mirror, record.generation, block.first_source);
    const auto found = head_of(mirror);
    if (!found) return fail(found.error());
    const auto head = *found;

    // The same number again: what was taken over before, or what was lost and is restored.
    const bool newest = !head || record.seq >= head->seq;
    if (!newest) {
        const auto stale = has_newer(key, record);
        if (!stale) return fail(stale.error());
        if (*stale) return {};
    }
    if (auto done = put(map, key, value); !done) return done;
    auto done = put(map_by_target,
                    key_of_block(mirror, record.generation, block.first_target),
                    encode_offset(block.first_source));
    if (!done || !newest) return done;
    return put(checkpoint,
               prefix_of(mirror),
               encode(PartitionHead{
                   .generation = record.generation,
                   .first_source = block.first_source,
                   .seq = record.seq,
                   .txn_no = record.txn_no,
                   .target_log_start = head ? head->target_log_start : Offset{},
               }));
}

// A block that is older than the position may still be one that is missing here.
Result<bool> ViewChanges::has_newer(const std::string& key, const Checkpoint& record)
{
    const auto stored = get(map, key);
    if (!stored) return fail(stored.error());
    if (stored->empty()) return false;
    const auto present = decode_checkpoint(
        {name_, record.source_id, record.partition, record.generation, record.block.first_source},
        *stored);
    if (!present) return fail(present.error());
    return present->seq > record.seq;
}

Result<void> ViewChanges::take_session(const ShardSession& record, const std::string& value)
{
    const auto record_key = encode_key(SessionKey{record.link, record.shard});
    const auto key = link_prefix(link_) + record_key;
    const auto stored = get(meta, key);
    if (!stored) return fail(stored.error());
    if (!stored->empty()) {
        const auto present = decode_record(record_key, *stored);
        if (!present) return fail(present.error());
        const auto& old = std::get<ShardSession>(*present);
        if (std::tie(old.session, old.txn_no) > std::tie(record.session, record.txn_no)) return {};
    }
    return put(meta, key, value);
}

Result<void> ViewChanges::remove(const RecordKey& key)
{
    if (const auto* block = std::get_if<BlockKey>(&key)) return remove_block(*block);
    const auto family = std::holds_alternative<GapKey>(key) ? gap : meta;
    return drop(family, link_prefix(link_) + encode_key(key));
}

Result<void> ViewChanges::remove_block(const BlockKey& block)
{
    const MirrorPrefix mirror{link_, block.source_id, block.partition};
    const auto key = key_of_block(mirror, block.generation, block.first_source);
    const auto stored = get(map, key);
    if (!stored) return fail(stored.error());
    if (stored->empty()) return {};
    const auto present = decode_checkpoint(block, *stored);
    if (!present) return fail(present.error());

    const auto target_key = key_of_block(mirror, block.generation, present->block.first_target);
    const auto by_target = get(map_by_target, target_key);
    if (!by_target) return fail(by_target.error());
    if (*by_target == encode_offset(block.first_source)) {
        if (auto done = drop(map_by_target, target_key); !done) return done;
    }
    const auto found = head_of(mirror);
    if (!found) return fail(found.error());
    const auto head = *found;
    if (head && head->seq == present->seq) {
        if (auto done = drop(checkpoint, prefix_of(mirror)); !done) return done;
    }
    return drop(map, key);
}

}  // namespace strait::links
