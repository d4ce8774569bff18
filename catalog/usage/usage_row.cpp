#include "catalog/usage/usage_row.hpp"

#include "core/codec.hpp"

#include <algorithm>

namespace strait::catalog {

namespace {

constexpr std::uint8_t format = 1;

// `whole` x `part` / `of`, rounded down, where the product needs more than 64 bits.
std::uint64_t share_of(std::uint64_t whole, std::int64_t part, std::int64_t of)
{
    using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(whole) * static_cast<Wide>(part) /
                                      static_cast<Wide>(of));
}

}  // namespace

UsageCount& UsageCount::operator+=(const UsageCount& other)
{
    records += other.records;
    bytes += other.bytes;
    unsized += other.unsized;
    rereads += other.rereads;
    rereads_bytes += other.rereads_bytes;
    return *this;
}

void count_given(const Given& given, OffsetCover& cover, UsageRow& row)
{
    const auto size = given.offsets.size();
    if (size == 0) return;
    const auto fresh = size - cover.covered(given.offsets);
    const auto records = share_of(given.records, fresh, size);
    const auto bytes = given.bytes.value_or(0);
    const auto fresh_bytes = share_of(bytes, fresh, size);
    row.count += {.records = records,
                  .bytes = fresh_bytes,
                  .unsized = given.bytes ? 0 : records,
                  .rereads = given.records - records,
                  .rereads_bytes = bytes - fresh_bytes};
    if (fresh == 0) return;
    const bool first = row.offsets.size() == 0;
    row.offsets = {first ? given.offsets.first : std::min(row.offsets.first, given.offsets.first),
                   std::max(row.offsets.end, given.offsets.end)};
    cover.add(given.offsets);
}

std::string encode(const UsageRow& row)
{
    std::string bytes;
    append_ordered(bytes, format);
    append_text(bytes, row.stream);
    const auto& count = row.count;
    for (const auto number :
         {count.records, count.bytes, count.unsized, count.rereads, count.rereads_bytes}) {
        append_varint(bytes, number);
    }
    append_varint(bytes, static_cast<std::uint64_t>(row.offsets.first));
    append_varint(bytes, static_cast<std::uint64_t>(row.offsets.end));
    return bytes;
}

Result<UsageRow> decode_usage(std::string_view bytes)
{
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > format) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    UsageRow row;
    row.stream = in.text();
    auto& count = row.count;
    for (auto* const number :
         {&count.records, &count.bytes, &count.unsized, &count.rereads, &count.rereads_bytes}) {
        *number = in.varint();
    }
    row.offsets.first = static_cast<std::int64_t>(in.varint());
    row.offsets.end = static_cast<std::int64_t>(in.varint());
    const bool good = version == format && in.ok() && in.at_end() && row.offsets.first >= 0 &&
                      row.offsets.end >= row.offsets.first && !row.stream.empty();
    if (!good) return fail(Errc::corrupt, "the catalog: a row of the usage is unreadable");
    return row;
}

}  // namespace strait::catalog
