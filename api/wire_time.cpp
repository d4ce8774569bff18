#include "api/wire_time.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>

namespace strait::api {

std::string rfc3339(std::int64_t wall_ms)
{
    using std::chrono::milliseconds;
    const std::chrono::sys_time<milliseconds> at{milliseconds{wall_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()),
                       time.hours().count(),
                       time.minutes().count(),
                       time.seconds().count(),
                       time.subseconds().count());
}

}  // namespace strait::api
