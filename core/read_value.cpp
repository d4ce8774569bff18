#include "core/read_value.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace strait {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array sizes{
    Unit{"B", 1}, Unit{"KiB", 1ULL << 10}, Unit{"MiB", 1ULL << 20}, Unit{"GiB", 1ULL << 30}};
constexpr std::array durations{Unit{"ms", 1},
                               Unit{"s", 1'000},
                               Unit{"m", 60'000},
                               Unit{"h", 3'600'000},
                               Unit{"d", 86'400'000}};
constexpr std::array record_rates{Unit{"/s", 1}};

struct Quantity {
    std::string_view wanted;  // "a size, like 64MiB"
    std::string_view unit_names;
    std::span<const Unit> units;
    std::uint64_t max;
};

// `text` is the value, or its part before "/s"; `from` is what messages speak of.
std::optional<Misfit> read_quantity(const Document& from,
                                    std::string_view text,
                                    const Quantity& quantity,
                                    std::uint64_t& to)
{
    const auto& [wanted, unit_names, units, max] = quantity;
    const bool scalar = from.kind == Document::Kind::number || from.kind == Document::Kind::text;
    if (!scalar) return wrong_type(from, wanted);
    std::uint64_t count = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    Misfit too_large{"out_of_range", in_quotes(from.scalar) + " is too large"};
    if (failure == std::errc::result_out_of_range) return too_large;
    if (failure != std::errc{} || (end != last && *end == '.')) return wrong_type(from, wanted);
    const auto unit = std::ranges::find(units, std::string_view{end, last}, &Unit::name);
    if (unit == units.end()) {
        return Misfit{
            "unit_missing",
            in_quotes(from.scalar) + " needs one of the units " + std::string{unit_names}};
    }
    if (count > max / unit->factor) return too_large;
    to = count * unit->factor;
    return std::nullopt;
}

std::string_view name_of(Document::Kind kind)
{
    switch (kind) {
        case Document::Kind::unreadable: return "unreadable";
        case Document::Kind::null: return "nothing";
        case Document::Kind::boolean: return "true or false";
        case Document::Kind::number: return "a number";
        case Document::Kind::text: return "a text";
        case Document::Kind::list: return "a list";
        case Document::Kind::object: return "a mapping";
    }
    std::unreachable();
}

// A whole number, true or false is a text for its quotes alone.
std::string hint_for(const Document& from)
{
    const std::string_view text = from.scalar;
    const bool plain =
        text == "true" || text == "false" ||
        (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos);
    return from.kind == Document::Kind::text && plain ? ": in quotes it is a text" : "";
}

}  // namespace

Misfit wrong_type(const Document& from, std::string_view wanted)
{
    const bool scalar = !from.scalar.empty() || from.kind == Document::Kind::text;
    const auto what = scalar ? in_quotes(from.scalar) : std::string{name_of(from.kind)};
    return {"wrong_type", what + " is not " + std::string{wanted} + hint_for(from)};
}

std::optional<Misfit> read_value(const Document& from, std::string& to)
{
    to = from.scalar;
    if (from.kind == Document::Kind::text) return std::nullopt;
    const bool mendable =
        from.kind == Document::Kind::number || from.kind == Document::Kind::boolean;
    return wrong_type(from, mendable ? "a text: put it in quotes" : "a text");
}

std::optional<Misfit> read_value(const Document& from, bool& to)
{
    to = from.scalar == "true";
    if (from.kind == Document::Kind::boolean) return std::nullopt;
    return wrong_type(from, "true or false");
}

std::optional<Misfit> read_value(const Document& from, Bytes& to)
{
    constexpr Quantity size{
        "a size, like 64MiB", "B, KiB, MiB, GiB", sizes, std::numeric_limits<std::int64_t>::max()};
    return read_quantity(from, from.scalar, size, to.value);
}

std::optional<Misfit> read_value(const Document& from, std::chrono::milliseconds& to)
{
    constexpr Quantity duration{"a duration, like 30s",
                                "ms, s, m, h, d",
                                durations,
                                std::numeric_limits<std::int64_t>::max() / 1'000'000};
    std::uint64_t ms = 0;
    auto misfit = read_quantity(from, from.scalar, duration, ms);
    to = std::chrono::milliseconds{ms};
    return misfit;
}

std::optional<Misfit> read_value(const Document& from, Timestamp& to)
{
    const auto time =
        from.kind == Document::Kind::text ? timestamp_from(from.scalar) : std::nullopt;
    if (!time) return wrong_type(from, "a time, like 2026-02-01T12:00:00Z");
    to = *time;
    return std::nullopt;
}

std::optional<Misfit> read_value(const Document& from, std::optional<ByteRate>& to)
{
    constexpr Quantity rate{"a rate, like 50MiB/s, or none",
                            "B/s, KiB/s, MiB/s, GiB/s",
                            sizes,
                            std::numeric_limits<std::int64_t>::max()};
    to.reset();
    if (from.kind == Document::Kind::text && from.scalar == "none") return std::nullopt;
    std::string_view size = from.scalar;
    const bool per_second = size.ends_with("/s");
    // Without "/s" no unit is to be found: "12MiB" is a size.
    if (per_second) size.remove_suffix(2);
    const auto text = per_second ? std::string{size} : std::string{size} + "?";
    Bytes bytes;
    auto misfit = read_quantity(from, text, rate, bytes.value);
    if (!misfit) to = ByteRate{bytes};
    return misfit;
}

std::optional<Misfit> read_value(const Document& from, std::optional<RecordRate>& to)
{
    constexpr Quantity rate{"a rate, like 5000/s, or none",
                            "/s",
                            record_rates,
                            std::numeric_limits<std::int64_t>::max()};
    to.reset();
    if (from.kind == Document::Kind::text && from.scalar == "none") return std::nullopt;
    RecordRate found;
    auto misfit = read_quantity(from, from.scalar, rate, found.per_second);
    if (!misfit) to = found;
    return misfit;
}

}  // namespace strait
