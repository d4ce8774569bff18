#include "catalog/usage/offset_cover.hpp"

#include "core/codec.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace strait::catalog {

namespace {

constexpr std::uint8_t format = 1;

constexpr std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

void OffsetCover::add(const OffsetRange& range)
{
    if (range.size() == 0) return;
    ranges_.add(Interval{range.first, range.end});
    if (ranges_.iterative_size() > ranges_max) close_smallest_hole();
}

void OffsetCover::close_smallest_hole()
{
    auto smallest = ranges_.begin();
    auto size = std::numeric_limits<std::int64_t>::max();
    for (auto at = ranges_.begin(); std::next(at) != ranges_.end(); ++at) {
        const auto hole = std::next(at)->lower() - at->upper();
        if (hole >= size) continue;
        smallest = at;
        size = hole;
    }
    ranges_.add(Interval{smallest->upper(), std::next(smallest)->lower()});
}

std::int64_t OffsetCover::covered(const OffsetRange& range) const
{
    if (range.size() == 0) return 0;
    std::int64_t count = 0;
    const auto [first, last] = ranges_.equal_range(Interval{range.first, range.end});
    for (auto at = first; at != last; ++at) {
        count += std::min(at->upper(), range.end) - std::max(at->lower(), range.first);
    }
    return count;
}

std::optional<std::int64_t> OffsetCover::end() const
{
    if (ranges_.empty()) return std::nullopt;
    return ranges_.rbegin()->upper();
}

std::string OffsetCover::encode() const
{
    std::string bytes;
    append_ordered(bytes, format);
    append_varint(bytes, ranges_.iterative_size());
    std::int64_t at = 0;
    for (const auto& range : ranges_) {
        append_varint(bytes, bits(range.lower() - at));
        append_varint(bytes, bits(range.upper() - range.lower()));
        at = range.upper();
    }
    return bytes;
}

Result<OffsetCover> OffsetCover::decode(std::string_view bytes)
{
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > format) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    constexpr auto offset_max = bits(std::numeric_limits<std::int64_t>::max());
    OffsetCover cover;
    const auto count = in.varint();
    std::uint64_t at = 0;
    bool good = version == format && count <= ranges_max;
    for (std::uint64_t i = 0; good && i < count; ++i) {
        const auto gap = in.varint();
        const auto length = in.varint();
        good = in.ok() && length > 0 && (i == 0 || gap > 0) && gap <= offset_max - at &&
               length <= offset_max - at - gap;
        if (!good) break;
        const auto first = at + gap;
        at = first + length;
        cover.ranges_.add(
            Interval{static_cast<std::int64_t>(first), static_cast<std::int64_t>(at)});
    }
    if (!good || !in.ok() || !in.at_end()) {
        return fail(Errc::corrupt, "the catalog: what a subscription was given is unreadable");
    }
    return cover;
}

}  // namespace strait::catalog
