#pragma once

#include "core/error.hpp"

#include <boost/icl/interval_set.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// The offsets [first, end) of a partition.
struct OffsetRange {
    std::int64_t first = 0;
    std::int64_t end = 0;

    [[nodiscard]] std::int64_t size() const noexcept { return end > first ? end - first : 0; }

    bool operator==(const OffsetRange&) const = default;
};

// The source offsets of a partition that a subscription has been given: what is given again counts
// no second time (catalog.md 12).
class OffsetCover {
  public:
    // Of more than these the smallest hole is closed uncounted, in the subscriber's favour.
    static constexpr std::size_t ranges_max = 1'024;

    void add(const OffsetRange& range);

    // How many offsets of the range are in it.
    [[nodiscard]] std::int64_t covered(const OffsetRange& range) const;

    // Behind the last one.
    [[nodiscard]] std::optional<std::int64_t> end() const;

    // FORMAT 1: u8 1, varint number of ranges, for each: varint gap since the end of the one
    // before, varint length.
    [[nodiscard]] std::string encode() const;

    // Errc::corrupt for what is none, Errc::conflict for one of a newer program.
    static Result<OffsetCover> decode(std::string_view bytes);

    bool operator==(const OffsetCover& other) const { return ranges_ == other.ranges_; }

  private:
    using Interval = boost::icl::right_open_interval<std::int64_t>;
    using Ranges = boost::icl::interval_set<std::int64_t, std::less, Interval>;

    void close_smallest_hole();

    Ranges ranges_;  // never adjacent: the set joins them
};

}  // namespace strait::catalog
