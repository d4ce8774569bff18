#pragma once

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait {

// A number of bytes, written "512B", "64KiB", "1MiB" or "2GiB".
struct Bytes {
    std::uint64_t value = 0;
    auto operator<=>(const Bytes&) const = default;
};

constexpr Bytes operator""_KiB(unsigned long long count) { return Bytes{count << 10U}; }

constexpr Bytes operator""_MiB(unsigned long long count) { return Bytes{count << 20U}; }

constexpr Bytes operator""_GiB(unsigned long long count) { return Bytes{count << 30U}; }

// Bytes per second, written "50MiB/s".
struct ByteRate {
    Bytes per_second;
    auto operator<=>(const ByteRate&) const = default;
};

// Records per second, written "5000/s".
struct RecordRate {
    std::uint64_t per_second = 0;
    auto operator<=>(const RecordRate&) const = default;
};

// A moment on the wall clock, written as RFC 3339 has it: "2026-02-01T12:00:00Z".
struct Timestamp {
    std::int64_t unix_ms = 0;
    auto operator<=>(const Timestamp&) const = default;
};

// A value as a configuration file would have it, in the largest unit that keeps it whole.
std::string written(Bytes size);
std::string written(ByteRate rate);
std::string written(RecordRate rate);
std::string written(std::chrono::milliseconds duration);
std::string written(Timestamp time);  // UTC, to the millisecond
std::string written(std::integral auto number) { return std::to_string(number); }

// The moment that RFC 3339 writes so, in any zone, cut to the millisecond; empty for anything else.
std::optional<Timestamp> timestamp_from(std::string_view text);

}  // namespace strait
