#pragma once

#include "core/error.hpp"
#include "links/store/durable_map.hpp"
#include "links/store/operation.hpp"

#include <filesystem>
#include <utility>
#include <vector>

namespace strait::links {

// The operations of a node, in a RocksDB of their own: unlike the view it is nobody's copy. What
// was put survives a crash of the machine.
//
// Thread-safe.
class OperationStore {
  public:
    // Errc::conflict if another process has it, or if it is of a newer format; Errc::corrupt if its
    // bytes do not read back; with the remedy.
    static Result<OperationStore> open(const std::filesystem::path& folder);

    // By their ids.
    [[nodiscard]] Result<std::vector<Operation>> all() const;

    // Adds it, or replaces the one of its id. Blocks until it is on the disk.
    Result<void> put(const Operation& operation);

    Result<void> remove(OperationId id);

  private:
    explicit OperationStore(DurableMap map) : map_{std::move(map)} {}

    DurableMap map_;
};

}  // namespace strait::links
