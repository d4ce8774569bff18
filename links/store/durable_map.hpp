#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rocksdb {
class DB;
}

namespace strait::links {

// Few keys and small values that are nobody's copy, in a RocksDB of their own: what was put
// survives a crash of the machine, and what was removed does not come back after one.
//
// Thread-safe.
class DurableMap {
  public:
    struct Entry {
        std::string key;
        std::string value;
    };

    // `what`: what errors call it. Errc::conflict if another process has it, Errc::corrupt if it is
    // damaged.
    static Result<DurableMap> open(const std::filesystem::path& folder, std::string what);

    DurableMap(DurableMap&& other) noexcept;
    DurableMap& operator=(DurableMap&& other) noexcept;
    DurableMap(const DurableMap&) = delete;
    DurableMap& operator=(const DurableMap&) = delete;
    ~DurableMap();

    // In the order of their keys' bytes.
    [[nodiscard]] Result<std::vector<Entry>> all() const;

    // Both block until it is on the disk. After a full disk only a new start writes again.
    Result<void> put(std::string_view key, std::string_view value);
    Result<void> remove(std::string_view key);

  private:
    DurableMap(std::unique_ptr<rocksdb::DB> db, std::string what);

    std::unique_ptr<rocksdb::DB> db_;
    std::string what_;
};

}  // namespace strait::links
