#pragma once

#include "core/error.hpp"
#include "core/units.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::bench {

struct Case {
    std::size_t record_bytes = 1024;
    std::string codec = "none";
    std::int32_t partitions = 4;
};

struct LinkOptions {
    std::vector<Case> cases;
    Bytes backlog{1'500'000'000};              // of values, at most
    std::int64_t backlog_records = 4'000'000;  // at most
    std::chrono::seconds latency_time{20};     // at each rate; 0 s: not measured
    std::vector<std::string> peers{"copy", "mm2", "strait"};
    std::string strait_settings;
};

constexpr std::string_view link_usage = R"(usage: link [OPTION]...
  --quick           1 KB only, none and lz4, a smaller backlog: about 3 minutes
  --case SIZE/CODEC[/PARTITIONS]  this case (bytes, none|gzip|snappy|lz4|zstd); may be repeated
  --backlog MB      of values, for each case (default 1500; never above 4 million records)
  --latency S       seconds at each rate (default 20; 0 leaves it out)
  --peers A,B       of copy, mm2, strait
  --strait YAML     a further line of the link in strait.yaml; may be repeated
)";

// Errc::invalid_argument with the reason.
Result<LinkOptions> read_link_options(std::span<const std::string> words);

}  // namespace strait::bench
