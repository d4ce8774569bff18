#include "core/units.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <chrono>
#include <string_view>

namespace strait {

std::string written(Bytes size)
{
    constexpr std::array<std::string_view, 4> units{"B", "KiB", "MiB", "GiB"};
    std::size_t unit = 0;
    auto count = size.value;
    while (count != 0 && count % 1024 == 0 && unit + 1 < units.size()) {
        count /= 1024;
        ++unit;
    }
    return std::to_string(count).append(units[unit]);
}

std::string written(ByteRate rate) { return written(rate.per_second) + "/s"; }

std::string written(RecordRate rate) { return std::to_string(rate.per_second) + "/s"; }

std::string written(std::chrono::milliseconds duration)
{
    struct Unit {
        std::string_view name;
        std::int64_t ms;
    };
    constexpr std::array units{
        Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}};
    const auto count = duration.count();
    for (const auto& [name, ms] : units) {
        if (count != 0 && count % ms == 0) return std::to_string(count / ms).append(name);
    }
    return std::to_string(count) + "ms";
}

std::string written(Timestamp time)
{
    using std::chrono::milliseconds;
    const std::chrono::sys_time<milliseconds> at{milliseconds{time.unix_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()),
                       clock.hours().count(),
                       clock.minutes().count(),
                       clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace strait
