#include "links/store/block_cursor.hpp"

#include "core/codec.hpp"

#include <rocksdb/db.h>

#include <cassert>
#include <utility>

namespace strait::links {

BlockCursor::BlockCursor(const ViewDatabase& database, LinkName link, const MirrorPrefix& mirror)
    : database_{database}, link_{std::move(link)}, mirror_{mirror}, prefix_{prefix_of(mirror)}
{
}

void BlockCursor::open()
{
    if (at_) return;
    at_.reset(database_.db->NewIterator(database_.read_options(), database_.in(ViewFamily::map)));
}

Result<bool> BlockCursor::seek(Direction direction, Generation generation, Offset offset)
{
    if (direction == Direction::inverse) return seek_by_target(generation, offset);

    open();
    at_->SeekForPrev(key_of_block(mirror_, generation, offset));
    while (valid() && first_in(at_->key().ToStringView()) > offset) {
        at_->SeekForPrev(key_of_block(mirror_, this->generation(), offset));
    }
    const bool found = valid();
    if (const auto fine = status(); !fine) return fail(fine.error());
    return found;
}

Result<bool> BlockCursor::seek_by_target(Generation generation, Offset offset)
{
    const std::unique_ptr<rocksdb::Iterator> by_target{database_.db->NewIterator(
        database_.read_options(), database_.in(ViewFamily::map_by_target))};
    const auto in_mirror = [&] {
        return by_target->Valid() && by_target->key().starts_with(prefix_);
    };

    by_target->SeekForPrev(key_of_block(mirror_, generation, offset));
    while (in_mirror() && first_in(by_target->key().ToStringView()) > offset) {
        const auto older = generation_in(by_target->key().ToStringView());
        by_target->SeekForPrev(key_of_block(mirror_, older, offset));
    }
    if (!by_target->status().ok()) return fail(translated(by_target->status()));
    if (!in_mirror()) return false;

    const auto first_source = first_in(by_target->value().ToStringView());
    const auto found = generation_in(by_target->key().ToStringView());
    open();  // after the other iterator, so that it has seen no less; less only by pruning
    at_->SeekForPrev(key_of_block(mirror_, found, first_source));
    if (const auto fine = status(); !fine) return fail(fine.error());
    return valid();
}

void BlockCursor::seek_generation(Generation generation)
{
    open();
    at_->Seek(key_of_block(mirror_, generation, Offset{0}));
}

void BlockCursor::next() { at_->Next(); }

void BlockCursor::previous() { at_->Prev(); }

bool BlockCursor::valid() const { return at_ && at_->Valid() && at_->key().starts_with(prefix_); }

Generation BlockCursor::generation() const
{
    assert(valid());
    return generation_in(at_->key().ToStringView());
}

Offset BlockCursor::first_source() const
{
    assert(valid());
    return first_in(at_->key().ToStringView());
}

Result<Checkpoint> BlockCursor::checkpoint() const
{
    assert(valid());
    const auto key = at_->key().ToStringView();
    return decode_checkpoint(
        {link_, mirror_.topic, mirror_.partition, generation_in(key), first_in(key)},
        at_->value().ToStringView());
}

Result<void> BlockCursor::status() const
{
    if (at_ && !at_->status().ok()) return fail(translated(at_->status()));
    return {};
}

}  // namespace strait::links
