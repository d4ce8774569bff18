#pragma once

#include "catalog/store/overlay.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Which records each command changed: what follows the catalog (the search index, events) reads on
// from the revision that it has.
namespace strait::catalog {

inline constexpr std::chrono::days change_age_max{30};

struct Change {
    std::uint64_t revision = 0;
    Timestamp at;
    std::vector<std::string> records;   // their keys in `records`, in order,
    std::vector<std::string> erased{};  // and of those that are no longer there

    bool operator==(const Change&) const = default;
};

// FORMAT 2, of the value in `changes`: u8 2, u64 time in ms, u32 number of keys of records, these
// keys, those that were erased, 17 bytes each. FORMAT 1, which is written where nothing was erased:
// u8 1, u64 time in ms, keys of records.
std::string encode(const Change& change);

// `key`: its own in `changes`. Errc::corrupt for what is none, Errc::conflict for one of a newer
// program.
Result<Change> decode_change(std::string_view key, std::string_view bytes);

// Those after a revision, up to `count_max`, the oldest first. Errc::out_of_range if some of them
// are no longer kept: whoever follows reads all records instead.
Result<std::vector<Change>> changes_after(const Reader& reader,
                                          std::uint64_t revision,
                                          std::size_t count_max);

// Removes those that are older than `change_age_max`, up to `count_max`, but never the last one: it
// says that the feed reaches to the head.
Result<Overlay::Changes> outdated_changes(const Reader& reader,
                                          Timestamp now,
                                          std::size_t count_max);

}  // namespace strait::catalog
