#pragma once

#include "core/ids.hpp"
#include "links/store/link_record.hpp"
#include "links/store/link_view.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strait::links {

// Whether the checkpoints of one partition make one map: blocks that join, runs that ascend and are
// disjoint on both sides, numbers that rise.
//
// Pure. Not thread-safe.
class MapCheck {
  public:
    // `target`: the id of the mirror topic; `target_start`: where its log begins, before which
    // blocks may have been pruned.
    MapCheck(const TopicId& target, Offset target_start)
        : target_{target}, target_start_{target_start}
    {
    }

    // The next of all checkpoints, by generation and then by offset. What is wrong with it, and
    // then it may be shown again; empty if nothing is.
    [[nodiscard]] std::string add(const Checkpoint& checkpoint);

    // What retention removed meanwhile may have been pruned since.
    void target_starts_at(Offset offset) { target_start_ = offset; }

  private:
    [[nodiscard]] std::string trouble_between(const Checkpoint& before,
                                              const Checkpoint& next) const;

    TopicId target_;
    Offset target_start_;
    std::optional<Checkpoint> last_;
};

// What is wrong within a block; empty if nothing is.
std::string trouble_in(const OffsetBlock& block);

// The shards whose newest transaction lacks a checkpoint; one text for each.
std::vector<std::string> torn_transactions(const std::vector<ShardState>& shards);

}  // namespace strait::links
