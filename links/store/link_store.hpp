#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/durable_map.hpp"
#include "links/store/managed_by.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::links {

// A link that came at run time, as it is kept.
struct StoredLink {
    LinkName name;
    ManagedBy managed_by = ManagedBy::api;  // never config
    std::int64_t created_ms = 0;            // since 1970
    std::int64_t changed_ms = 0;
    std::uint64_t revision = 1;  // one more with each change
    std::string text;            // write_link(), as JSON

    bool operator==(const StoredLink&) const = default;
};

// FORMAT 1 of the store. DO NOT CHANGE: another layout is another number, this one is read for
// ever, and a newer one is refused. Big-endian fixed widths.
//
//   name of the link -> u8 this format, u8 managed_by (1 api, 2 catalog), u64 created ms,
//                       u64 changed ms, u64 revision, varint size of the text, text
std::string encode(const StoredLink& link);

// Errc::conflict for a newer format, Errc::corrupt for what encode() has not written.
Result<StoredLink> decode_link(std::string_view name, std::string_view value);

// The links that came at run time, in a RocksDB of their own: unlike the view they are nobody's
// copy. What was put or removed stays so after a crash of the machine. Their texts are not read
// here.
//
// Thread-safe.
class LinkStore {
  public:
    // Errc::conflict if another process has it, or if it is of a newer format; Errc::corrupt if its
    // bytes do not read back; with the remedy.
    static Result<LinkStore> open(const std::filesystem::path& folder);

    // By their names.
    [[nodiscard]] Result<std::vector<StoredLink>> all() const;

    // Adds it, or replaces the one of its name. Blocks until it is on the disk, as remove() does.
    Result<void> put(const StoredLink& link);
    Result<void> remove(const LinkName& name);

  private:
    explicit LinkStore(DurableMap map) : map_{std::move(map)} {}

    DurableMap map_;
};

}  // namespace strait::links
