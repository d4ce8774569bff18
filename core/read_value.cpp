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

// The number in `text` at [at, at + digits), -1 if there is none.
int digits_at(std::string_view text, std::size_t at, std::size_t digits)
{
    if (text.size() < at + digits) return -1;
    const auto part = text.substr(at, digits);
    int number = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), number);
    return failure == std::errc{} && end == part.data() + digits && part.front() != '-' ? number
                                                                                        : -1;
}

bool is_between(int number, int min, int max) { return number >= min && number <= max; }

// Milliseconds since midnight of "12:30:00.250", which it takes off `text`; -1 if there is none.
std::int64_t take_time(std::string_view& text)
{
    const auto hour = digits_at(text, 0, 2);
    const auto minute = digits_at(text, 3, 2);
    const auto second = digits_at(text, 6, 2);
    const bool fine = is_between(hour, 0, 23) && is_between(minute, 0, 59) &&
                      is_between(second, 0, 59) && text[2] == ':' && text[5] == ':';
    if (!fine) return -1;
    text.remove_prefix(8);
    std::int64_t fraction_ms = 0;
    if (text.starts_with('.')) {
        const auto size = std::min(text.find_first_not_of("0123456789", 1), text.size());
        if (size == 1) return -1;
        for (std::size_t i = 1; i < 4; ++i) {
            fraction_ms = fraction_ms * 10 + (i < size ? text[i] - '0' : 0);
        }
        text.remove_prefix(size);
    }
    return (std::int64_t{hour} * 3'600 + std::int64_t{minute} * 60 + second) * 1'000 + fraction_ms;
}

// Milliseconds east of UTC of "Z" or "+02:00", the whole of `text`.
std::optional<std::int64_t> zone_of(std::string_view text)
{
    if (text == "Z" || text == "z") return 0;
    const auto hour = digits_at(text, 1, 2);
    const auto minute = digits_at(text, 4, 2);
    const bool fine = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
                      is_between(hour, 0, 23) && is_between(minute, 0, 59);
    if (!fine) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (std::int64_t{hour} * 60 + minute) * 60'000;
}

std::optional<Timestamp> timestamp_of(std::string_view text)
{
    using std::chrono::year_month_day;
    const auto y = digits_at(text, 0, 4);
    const auto m = digits_at(text, 5, 2);
    const auto d = digits_at(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || text.size() < 11 || text[4] != '-' || text[7] != '-') return {};
    const year_month_day date{std::chrono::year{y},
                              std::chrono::month{static_cast<unsigned>(m)},
                              std::chrono::day{static_cast<unsigned>(d)}};
    if (!date.ok() || (text[10] != 'T' && text[10] != 't')) return {};
    text.remove_prefix(11);
    const auto time = take_time(text);
    const auto zone = zone_of(text);
    if (time < 0 || !zone) return {};
    const std::chrono::milliseconds midnight{std::chrono::sys_days{date}.time_since_epoch()};
    return Timestamp{midnight.count() + time - *zone};
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
    const auto time = from.kind == Document::Kind::text ? timestamp_of(from.scalar) : std::nullopt;
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

}  // namespace strait
