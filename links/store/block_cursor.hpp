#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_record.hpp"
#include "links/store/translation.hpp"
#include "links/store/view_keys.hpp"

#include <rocksdb/iterator.h>

#include <memory>
#include <optional>
#include <string>

namespace strait::links {

// Walks through the blocks of one partition, by generation and then by offset, as they were at its
// first seek. Valid nowhere before that.
//
// Not thread-safe. Borrows the database.
class BlockCursor {
  public:
    BlockCursor(const ViewDatabase& database, LinkName link, const MirrorPrefix& mirror);

    // To the last block that begins at or before `offset` on the side asked from, in `generation`
    // or else the newest before it that has one. False if none has.
    Result<bool> seek(Direction direction, Generation generation, Offset offset);

    // To the first block of a generation, or else of the next one that there is.
    void seek_generation(Generation generation);

    void next();
    void previous();

    // False beyond either end, and after a failure: status() tells which.
    [[nodiscard]] bool valid() const;

    // REQUIRES: valid().
    [[nodiscard]] Generation generation() const;
    [[nodiscard]] Offset first_source() const;
    [[nodiscard]] Result<Checkpoint> checkpoint() const;

    [[nodiscard]] Result<void> status() const;

  private:
    void open();
    Result<bool> seek_by_target(Generation generation, Offset offset);

    ViewDatabase database_;
    LinkName link_;
    MirrorPrefix mirror_;
    std::string prefix_;
    std::unique_ptr<rocksdb::Iterator> at_;
};

}  // namespace strait::links
