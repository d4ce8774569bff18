#include "core/units.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace strait {

namespace {

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

}  // namespace

std::optional<Timestamp> timestamp_from(std::string_view text)
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

}  // namespace strait
