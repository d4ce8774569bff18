#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_record.hpp"

#include <rocksdb/db.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace strait::links {

// FORMAT 3 of the local view. It can always be made again from `_strait.links`, so a database of
// another format is set aside instead of read.
//
// Links are numbered from 1, in `meta`. Everything of a link begins with its u32 number, so that
// it can be dropped as one range; topics are told apart by their ids. Big-endian fixed widths.
//
//   map            link u32, topic id 16 bytes, partition u32, generation u32, first source u64
//                  -> value of the C record
//   map_by_target  link, topic id, partition, generation, first target u64 -> first source u64
//   checkpoint     link, topic id, partition -> u32 generation, u64 first source, u64 seq,
//                  u64 txn_no, u64 target log start (0: not known)
//   gap            link, key of the G record -> its value
//   meta           link, key of an L, S, T or A record -> its value
//                  link, 'g', name of a group -> u64 wall time when it was read at the source, and
//                  for each partition of its: text source topic, u32 partition, u64 offset, text
//                  metadata, u8 1 if we wrote at the target, and then u64 offset and text metadata
//                  there, u64 source offset that they stand for, u64 wall time
//                  link, 'a', shard u32 -> u64 applied offset, and, of a transaction that begins
//                  there and was not read since it was committed, u64 session, u64 txn_no
//                  0, 'n', name of a link -> u32 its number
//                  0, 'f' -> u32 this format
//   held           link, name of a source topic -> u8 1, u32 number of its configs that are held at
//                  the target, for each text name, text value: not from `_strait.links`, but what
//                  the source said last. Programs that do not know this family set the database
//                  aside.
enum class ViewFamily { map, map_by_target, checkpoint, gap, meta, held };

inline constexpr std::array<const char*, 6> view_family_names{
    "map", "map_by_target", "checkpoint", "gap", "meta", "held"};
inline constexpr std::uint32_t view_format = 3;

// The database as the parts of the view use it. Borrowed from LocalView.
struct ViewDatabase {
    rocksdb::DB* db = nullptr;
    std::array<rocksdb::ColumnFamilyHandle*, view_family_names.size()> families{};
    const rocksdb::Snapshot* moment = nullptr;  // all is read as it was then; null: as it is

    [[nodiscard]] rocksdb::ColumnFamilyHandle* in(ViewFamily family) const
    {
        return families.at(static_cast<std::size_t>(family));
    }

    [[nodiscard]] rocksdb::ReadOptions read_options() const
    {
        rocksdb::ReadOptions options;
        options.snapshot = moment;
        return options;
    }

    // Empty if there is none: no value is.
    [[nodiscard]] Result<std::string> get(ViewFamily family, const std::string& key) const;
};

// A partition's place in the view.
struct MirrorPrefix {
    std::uint32_t link = 0;
    TopicId topic;
    Partition partition;
};

std::string link_prefix(std::uint32_t link);
std::string key_of_applied(std::uint32_t link);  // what those of its shards begin with
std::string key_of_applied(std::uint32_t link, ShardNumber shard);
std::string key_of_group(std::uint32_t link, const GroupName& group);  // of all: without a name
std::string prefix_of(const MirrorPrefix& mirror);

// `first` is that of the source in `map`, that of the target in `map_by_target`.
std::string key_of_block(const MirrorPrefix& mirror, Generation generation, Offset first);

// What these wrote, without the check that they did: keys are read from a checked database.
Generation generation_in(std::string_view block_key);
Offset first_in(std::string_view block_key);

// Up to where a shard has read, or the transaction that begins there and is to be read again.
struct Applied {
    Offset offset;
    Session session;
    TxnNo txn_no;  // 0: none is

    bool operator==(const Applied&) const = default;
};

std::string encode(const Applied& applied);
Result<Applied> decode_applied(std::string_view bytes);

// The newest checkpoint of a partition, as far as lookups need it.
struct PartitionHead {
    Generation generation;
    Offset first_source;
    PartitionSeq seq;
    TxnNo txn_no;
    Offset target_log_start;  // as of the last prune(); 0 if there was none

    bool operator==(const PartitionHead&) const = default;
};

std::string encode(const PartitionHead& head);
Result<PartitionHead> decode_head(std::string_view bytes);

// The values of a source topic's configs that are held at the target, by name.
using HeldValues = std::map<std::string, std::string>;

std::string key_of_held(std::uint32_t link, const TopicName& source);
std::string encode(const HeldValues& held);
Result<HeldValues> decode_held(std::string_view bytes);

// Errc::corrupt for damage, otherwise Errc::unavailable, with the remedy for a full disk.
Error translated(const rocksdb::Status& status);

}  // namespace strait::links
