#include "links/store/link_view.hpp"

#include "core/codec.hpp"
#include "links/store/view_changes.hpp"

#include <rocksdb/db.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <memory>
#include <utility>

namespace strait::links {

namespace {

using enum ViewFamily;

// Calls `each` with every key and value that begin so, until it fails.
template <class Each>
Result<void> for_each(const ViewDatabase& database,
                      ViewFamily family,
                      const std::string& prefix,
                      Each each)
{
    const std::unique_ptr<rocksdb::Iterator> at{
        database.db->NewIterator(database.read_options(), database.in(family))};
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
        const auto key = at->key().ToStringView();
        Result<void> done = each(key.substr(prefix.size()), at->value().ToStringView());
        if (!done) return done;
    }
    if (!at->status().ok()) return fail(translated(at->status()));
    return {};
}

// The link's records of one kind, as they are in `gap` and `meta`.
template <class Record>
Result<std::vector<Record>> records_of(const ViewDatabase& database,
                                       ViewFamily family,
                                       std::uint32_t link)
{
    std::vector<Record> found;
    const auto prefix = link_prefix(link);
    auto done = for_each(database, family, prefix, [&](auto key, auto value) -> Result<void> {
        if (key.starts_with("a") || key.starts_with("g")) return {};
        auto record = decode_record(key, value);
        if (!record) return fail(record.error().within("local view"));
        if (auto* of = std::get_if<Record>(&*record)) found.push_back(std::move(*of));
        return {};
    });
    if (!done) return fail(done.error());
    return found;
}

}  // namespace

LinkView::LinkView(const ViewDatabase& database, std::uint32_t number, LinkName name)
    : database_{database}, number_{number}, name_{std::move(name)}
{
}

MirrorPrefix LinkView::mirror(const TopicId& topic, Partition partition) const
{
    return {number_, topic, partition};
}

Result<void> LinkView::apply(ShardNumber shard, std::span<const LinkRecord> records, Offset applied)
{
    ViewChanges changes{database_, number_, name_};
    for (const auto& record : records) {
        if (auto done = changes.take(record); !done) return done;
    }
    return changes.write(shard, applied);
}

Result<void> LinkView::apply_committed(ShardNumber shard,
                                       std::span<const LinkRecord> records,
                                       Offset first)
{
    ViewChanges changes{database_, number_, name_};
    for (const auto& record : records) {
        if (auto done = changes.take(record); !done) return done;
    }
    const auto* const checkpoint = std::get_if<Checkpoint>(&records.front());
    const auto* const alone = std::get_if<ShardSession>(&records.front());
    assert(checkpoint != nullptr || alone != nullptr);
    const auto session = checkpoint != nullptr ? checkpoint->session : alone->session;
    const auto txn_no = checkpoint != nullptr ? checkpoint->txn_no : alone->txn_no;
    return changes.write(Acknowledged{shard, session, txn_no, first});
}

bool Acknowledged::shown_by(const LinkRecord& record) const
{
    const auto same = [this](const auto& of) {
        return of.shard == shard && of.session == session && of.txn_no == txn_no;
    };
    if (const auto* const of = std::get_if<Checkpoint>(&record)) return same(*of);
    if (const auto* const of = std::get_if<ShardSession>(&record)) return same(*of);
    return false;
}

bool Acknowledged::is_replaced_by(const LinkRecord& record) const
{
    const auto later = [this](const auto& of) {
        return of.shard == shard && of.session != session && of.txn_no >= txn_no;
    };
    if (const auto* const of = std::get_if<Checkpoint>(&record)) return later(*of);
    if (const auto* const of = std::get_if<ShardSession>(&record)) return later(*of);
    return false;
}

Result<std::optional<Offset>> LinkView::applied(ShardNumber shard) const
{
    const auto stored = database_.get(meta, key_of_applied(number_, shard));
    if (!stored) return fail(stored.error());
    if (stored->empty()) return std::nullopt;
    const auto applied = decode_applied(*stored);
    if (!applied) return fail(applied.error());
    return applied->offset;
}

Result<std::vector<Acknowledged>> LinkView::acknowledged() const
{
    std::vector<Acknowledged> all;
    const auto prefix = key_of_applied(number_);
    auto done = for_each(database_, meta, prefix, [&](auto key, auto value) -> Result<void> {
        const auto applied = decode_applied(value);
        if (!applied) return fail(applied.error());
        ByteReader in{key};
        const ShardNumber shard{in.template ordered<std::uint32_t>()};
        const auto& [offset, session, txn_no] = *applied;
        if (txn_no != TxnNo{}) all.push_back({shard, session, txn_no, offset});
        return {};
    });
    if (!done) return fail(done.error());
    return all;
}

Result<std::optional<Offset>> LinkView::applied_min(std::uint32_t shards) const
{
    std::optional<Offset> lowest;
    for (std::uint32_t shard = 0; shard < shards; ++shard) {
        const auto found = applied(ShardNumber{shard});
        if (!found) return fail(found.error());
        const auto offset = *found;
        if (!offset) return std::nullopt;
        lowest = std::min(lowest.value_or(*offset), *offset);
    }
    return lowest;
}

Result<std::optional<PartitionHead>> LinkView::head(const TopicId& topic, Partition partition) const
{
    const auto stored = database_.get(checkpoint, prefix_of(mirror(topic, partition)));
    if (!stored) return fail(stored.error());
    if (stored->empty()) return std::nullopt;
    const auto head = decode_head(*stored);
    if (!head) return fail(head.error());
    return *head;
}

BlockCursor LinkView::blocks(const TopicId& topic, Partition partition) const
{
    return {database_, name_, mirror(topic, partition)};
}

Result<std::optional<Checkpoint>> LinkView::position(const TopicId& topic,
                                                     Partition partition) const
{
    const auto present = this->head(topic, partition);
    if (!present) return fail(present.error());
    const auto head = *present;
    if (!head) return std::nullopt;
    const auto stored = database_.get(
        map, key_of_block(mirror(topic, partition), head->generation, head->first_source));
    if (!stored) return fail(stored.error());
    if (stored->empty()) return fail(Errc::corrupt, "local view: a position without its block");
    auto found =
        decode_checkpoint({name_, topic, partition, head->generation, head->first_source}, *stored);
    if (!found) return fail(found.error().within("local view"));
    return *std::move(found);
}

Result<std::vector<Checkpoint>> LinkView::positions() const
{
    std::vector<Checkpoint> found;
    const auto prefix = link_prefix(number_);
    auto done = for_each(database_, checkpoint, prefix, [&](auto key, auto) -> Result<void> {
        ByteReader in{key};
        TopicId topic;
        for (auto& byte : topic.bytes) byte = in.ordered<std::uint8_t>();
        const auto partition = Partition{static_cast<std::int32_t>(in.ordered<std::uint32_t>())};
        const auto newest = position(topic, partition);
        if (!newest) return fail(newest.error());
        const auto& present = *newest;
        if (present) found.push_back(*present);
        return {};
    });
    if (!done) return fail(done.error());
    return found;
}

Result<std::optional<LinkOwner>> LinkView::owner() const
{
    const auto key = encode_key(OwnerKey{name_});
    const auto stored = database_.get(meta, link_prefix(number_) + key);
    if (!stored) return fail(stored.error());
    if (stored->empty()) return std::nullopt;
    auto record = decode_record(key, *stored);
    if (!record) return fail(record.error().within("local view"));
    return std::get<LinkOwner>(*std::move(record));
}

Result<std::vector<TopicOwner>> LinkView::topics() const
{
    return records_of<TopicOwner>(database_, meta, number_);
}

Result<std::vector<AclOwner>> LinkView::acls() const
{
    return records_of<AclOwner>(database_, meta, number_);
}

Result<std::vector<Gap>> LinkView::gaps() const
{
    auto found = records_of<Gap>(database_, gap, number_);
    const auto age = [](const Gap& of) { return std::pair{of.wall_time_ms, of.id}; };
    if (found) std::ranges::sort(*found, {}, age);
    return found;
}

Result<std::optional<ShardSession>> LinkView::session_of(ShardNumber shard) const
{
    const auto key = encode_key(SessionKey{name_, shard});
    const auto stored = database_.get(meta, link_prefix(number_) + key);
    if (!stored) return fail(stored.error());
    if (stored->empty()) return std::nullopt;
    auto record = decode_record(key, *stored);
    if (!record) return fail(record.error().within("local view"));
    return std::get<ShardSession>(*std::move(record));
}

Result<std::optional<ShardState>> LinkView::state_of(ShardNumber shard) const
{
    rocksdb::ManagedSnapshot moment{database_.db};
    auto database = database_;
    database.moment = moment.snapshot();
    return LinkView{database, number_, name_}.count_newest(shard);
}

Result<std::optional<ShardState>> LinkView::count_newest(ShardNumber shard) const
{
    const auto session = session_of(shard);
    if (!session) return fail(session.error());
    auto newest = positions();
    if (!newest) return fail(newest.error());
    std::erase_if(*newest, [&](const Checkpoint& of) { return of.shard != shard; });
    if (!*session && newest->empty()) return std::nullopt;

    const auto& [link, number, highest, txn_no, node] = session->value_or(ShardSession{});
    ShardState state{shard, highest, node, txn_no};
    for (const auto& of : *newest) {
        state.session = std::max(state.session, of.session);
        if (of.txn_no < state.txn_no || (of.txn_no == state.txn_no && state.touched > 0)) continue;
        state.txn_no = of.txn_no;
        state.touched = of.touched;
    }
    for (const auto& of : *newest) {
        if (of.txn_no != state.txn_no) continue;
        const auto blocks = of_one_transaction(of);
        if (!blocks) return fail(blocks.error());
        state.seen += static_cast<std::uint32_t>(blocks->size());
    }
    return state;
}

// Those blocks of a partition that were written with its newest one, which is the last.
Result<std::vector<Checkpoint>> LinkView::of_one_transaction(const Checkpoint& newest) const
{
    std::vector<Checkpoint> found;
    auto cursor = blocks(newest.source_id, newest.partition);
    auto sought = cursor.seek(Direction::forward, newest.generation, newest.block.first_source);
    for (; sought && cursor.valid(); cursor.previous()) {
        auto block = cursor.checkpoint();
        if (!block) return fail(block.error().within("local view"));
        if (block->shard != newest.shard || block->txn_no != newest.txn_no) break;
        found.push_back(*std::move(block));
    }
    if (!sought) return fail(sought.error());
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    std::ranges::reverse(found);
    return found;
}

Result<std::vector<Checkpoint>> LinkView::checkpoints_of(const Acknowledged& newest) const
{
    const auto positions = this->positions();
    if (!positions) return fail(positions.error());
    std::vector<Checkpoint> all;
    for (const auto& position : *positions) {
        if (!newest.shown_by(LinkRecord{position})) continue;
        auto some = of_one_transaction(position);
        if (!some) return fail(some.error());
        std::ranges::move(*some, std::back_inserter(all));
    }
    return all;
}

Result<std::vector<Removal>> LinkView::prune(const TopicId& topic,
                                             Partition partition,
                                             Offset target_log_start)
{
    const auto present = this->head(topic, partition);
    if (!present) return fail(present.error());
    auto head = *present;
    std::vector<Removal> removals;
    if (!head) return removals;

    head->target_log_start = target_log_start;
    const auto status = database_.db->Put(rocksdb::WriteOptions{},
                                          database_.in(checkpoint),
                                          prefix_of(mirror(topic, partition)),
                                          encode(*head));
    if (!status.ok()) return fail(translated(status));

    auto cursor = blocks(topic, partition);
    std::optional<Generation> generation;
    cursor.seek_generation(Generation{0});
    for (; cursor.valid() && removals.size() < prune_max; cursor.next()) {
        const auto block = cursor.checkpoint();
        if (!block) return fail(block.error().within("local view"));
        if (block->block.next_target > target_log_start || block->seq == head->seq) break;
        const bool first = std::exchange(generation, block->generation) != block->generation;
        if (!first) removals.push_back({key_of(LinkRecord{*block})});
    }
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    return removals;
}

Result<void> LinkView::remember(const GroupName& group, const GroupMarks& marks)
{
    const auto key = key_of_group(number_, group);
    auto* const family = database_.in(meta);
    const rocksdb::WriteOptions options;
    const auto status = marks.marks.empty()
                            ? database_.db->Delete(options, family, key)
                            : database_.db->Put(options, family, key, encode(marks));
    if (!status.ok()) return fail(translated(status));
    return {};
}

Result<std::map<GroupName, GroupMarks>> LinkView::remembered() const
{
    std::map<GroupName, GroupMarks> all;
    const auto prefix = key_of_group(number_, {});
    auto done = for_each(database_, meta, prefix, [&](auto key, auto value) -> Result<void> {
        auto marks = decode_group_marks(value);
        if (!marks) return fail(marks.error());
        all.emplace(GroupName{std::string{key}}, *std::move(marks));
        return {};
    });
    if (!done) return fail(done.error());
    return all;
}

Result<void> LinkView::clear()
{
    rocksdb::WriteBatch batch;
    for (auto* const family : database_.families) {
        const auto status =
            batch.DeleteRange(family, link_prefix(number_), link_prefix(number_ + 1));
        if (!status.ok()) return fail(translated(status));
    }
    const auto status = database_.db->Write(rocksdb::WriteOptions{}, &batch);
    if (!status.ok()) return fail(translated(status));
    return {};
}

}  // namespace strait::links
