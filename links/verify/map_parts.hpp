#pragma once

#include "core/ids.hpp"
#include "links/store/offset_block.hpp"
#include "links/store/operation.hpp"

#include <cstdint>
#include <vector>

namespace strait::links {

// So many source offsets of a partition, [0, 10000) and so on, are chosen for a sample as one.
inline constexpr std::int64_t stretch_offsets = 10'000;

// A part of a block of the map that is compared as one, or left out.
struct MapPart {
    OffsetBlock block;          // cut to the part
    std::uint64_t stretch = 0;  // its number: the same one whatever blocks there are
    bool chosen = true;
};

// By which rules the blocks of one partition are cut and chosen.
struct PartRules {
    TopicPartition at;
    VerifyScope scope;
    bool by_blocks = false;  // a digest speaks for a block as a whole: each is a stretch
    Offset end;              // what is compared at all ends there; its last part is always chosen
};

// The parts of a block in the order of their offsets: none of what lies outside the scope. They
// join, on both sides. The same seed chooses the same stretches, whatever has come since. A stretch
// without a record belongs to the one before it.
//
// Pure.
std::vector<MapPart> parts_of(const OffsetBlock& block, const PartRules& rules);

// What a block says of source offsets in [from, to). At the target it begins where the record
// before `from` ends, so that parts that join leave nothing out.
OffsetBlock clipped(const OffsetBlock& block, Offset from, Offset to);

}  // namespace strait::links
