#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace strait::links {

// The first place of a partition where both sides are not what the offset map says.
struct Difference {
    enum class Kind : std::uint8_t {
        not_mirrored,  // a record of the source is passed over, and no entry of the ledger says so
        source_missing,  // a record of the mirror whose original is gone, but not by retention
        target_missing,  // the same the other way round
        foreign,         // a record of the mirror that the link did not write
        key,
        value,
        headers,
        timestamp,
        digest,  // the records of a block are not those that were mirrored
        map,     // the map contradicts itself
        ends,    // a log ends before what the map says is in it
    };

    Kind kind = Kind::map;
    std::optional<Offset> source{};
    std::optional<Offset> target{};
    std::string text{};  // of `digest`, `map` and `ends`

    bool operator==(const Difference&) const = default;
};

// For people, without the partition.
std::string to_string(const Difference& difference);

}  // namespace strait::links
