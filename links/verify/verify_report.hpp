#pragma once

#include "core/ids.hpp"
#include "links/store/operation.hpp"
#include "links/verify/difference.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {

// What was found out about one partition.
struct VerifiedUpTo {
    Offset through;              // the next source offset: all before it is verified; 0: none is
    std::int64_t compared = 0;   // records
    std::int64_t stretches = 0;  // of the map, in the scope
    std::int64_t sampled = 0;    // of those
    std::optional<Difference> difference{};
};

// What a verification found out about a link.
struct VerifyReport {
    struct Partition {
        TopicPartition at;  // as the source calls it
        VerifiedUpTo result;
    };

    std::vector<Partition> partitions;
    std::vector<std::string> troubles;  // of shards and of whole topics

    [[nodiscard]] bool clean() const;
};

// For people: what differs first, then through where the others are fine. Of each at most so many
// by name.
inline constexpr std::size_t named_max = 20;
std::string text_of(const VerifyReport& report, VerifyMode mode, const VerifyScope& scope = {});

}  // namespace strait::links
