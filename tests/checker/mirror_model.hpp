#pragma once

#include "tests/support/checker.hpp"

#include <cstdint>
#include <vector>

namespace strait::testing {

// A partition mirror as it should be, made of values: a source with transactions, some aborted,
// with tombstones and holes left by compaction; its perfect copy, in transactions of its own; and
// the exact map between the two. Tests plant a defect in one of them.
struct MirrorModel {
    explicit MirrorModel(std::uint64_t seed);

    // Records [first, first + count) of the source are lost before they are copied, and the copy
    // is made anew without them.
    void lose(std::size_t first, std::size_t count);

    // What the checker says.
    [[nodiscard]] Verdict verdict() const;

    // As links.md 6 tabulates it, found by looking at the pairs.
    [[nodiscard]] links::Translation translate(links::Direction direction, Offset offset) const;

    struct Pair {
        Offset source;
        Offset target;
    };

    PartitionEvidence evidence;
    std::vector<Pair> map;

  private:
    void copy();
};

}  // namespace strait::testing
