#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_record.hpp"
#include "links/store/link_view.hpp"
#include "links/store/view_keys.hpp"

#include <rocksdb/utilities/write_batch_with_index.h>

#include <optional>
#include <string>

namespace strait::links {

// What LinkView::apply() is about to write, in one batch. Each record is weighed against what is
// in the database and in the batch, so that records may come again and in any order.
//
// For one use. Borrows all that it is made of.
class ViewChanges {
  public:
    ViewChanges(const ViewDatabase& database, std::uint32_t link, const LinkName& name);

    Result<void> take(const LinkRecord& record);

    // Everything taken, and the shard's applied offset, if it is another one.
    Result<void> write(ShardNumber shard, Offset applied);

    // The same with the transaction that begins there.
    Result<void> write(const Acknowledged& newest);

  private:
    Result<void> write();
    Result<void> put(ViewFamily family, const std::string& key, const std::string& value);
    Result<void> drop(ViewFamily family, const std::string& key);
    Result<std::string> get(ViewFamily family, const std::string& key);
    Result<std::optional<PartitionHead>> head_of(const MirrorPrefix& mirror);

    Result<void> take_checkpoint(const Checkpoint& record, const std::string& value);
    Result<void> take_session(const ShardSession& record, const std::string& value);
    Result<bool> has_newer(const std::string& key, const Checkpoint& record);
    Result<void> remove(const RecordKey& key);
    Result<void> remove_block(const BlockKey& block);

    const ViewDatabase& database_;
    std::uint32_t link_;
    const LinkName& name_;
    rocksdb::WriteBatchWithIndex batch_;
};

}  // namespace strait::links
