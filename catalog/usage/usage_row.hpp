#pragma once

#include "catalog/usage/offset_cover.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// Offsets of a partition that a subscription was given, and what lay at them.
struct Given {
    OffsetRange offsets;
    std::uint64_t records = 0;           // at most as many as there are offsets
    std::optional<std::uint64_t> bytes;  // key, value and headers; absent: nobody counted them
};

// What was given, as it is billed.
struct UsageCount {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;          // of those records whose bytes were counted,
    std::uint64_t unsized = 0;        // and how many of them were not
    std::uint64_t rereads = 0;        // records given again
    std::uint64_t rereads_bytes = 0;  // as far as they were counted

    UsageCount& operator+=(const UsageCount& other);
    bool operator==(const UsageCount&) const = default;
};

// What a subscription was given of one partition within one hour.
struct UsageRow {
    std::string stream;  // the alias of the port
    UsageCount count;
    OffsetRange offsets;  // from the first to behind the last that counted

    bool operator==(const UsageRow&) const = default;
};

// Counts what was given for the first time as such, and the rest as given again. Of a range that is
// covered in part, its records and bytes are taken to lie evenly, rounded down. Pure.
void count_given(const Given& given, OffsetCover& cover, UsageRow& row);

// FORMAT 1: u8 1, text stream, varint records, bytes, unsized, rereads, bytes of rereads, first
// offset, end.
std::string encode(const UsageRow& row);

// Errc::corrupt for what is none, Errc::conflict for one of a newer program.
Result<UsageRow> decode_usage(std::string_view bytes);

}  // namespace strait::catalog
