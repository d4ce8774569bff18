#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace strait::bench {

struct ScaleOptions {
    std::size_t topics = 1000;
    std::int32_t partitions = 10;         // of each
    std::chrono::seconds quiet_time{30};  // before and after what is added
    int records_per_second = 50;          // of the trace
    std::filesystem::path trace;          // the trace goes there, second by second; empty: nowhere
    std::chrono::seconds active_time{300};  // until then all partitions have to be active
};

constexpr std::string_view scale_usage = R"(usage: scale [OPTION]...
  --quick           20 topics of 3 partitions, 5 s of rest: about a minute
  --topics N        that one link mirrors (default 1000)
  --partitions N    of each (default 10)
  --rest S          seconds at rest before and after a topic, and a link, is added (default 30)
  --rate N          records a second whose latency is traced (default 50)
  --trace FILE      write the trace there, as CSV, a line for each second
)";

// Errc::invalid_argument with the reason.
Result<ScaleOptions> read_scale_options(std::span<const std::string> words);

}  // namespace strait::bench
