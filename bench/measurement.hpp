#pragma once

#include "core/units.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace strait::bench {

using Clock = std::chrono::steady_clock;

// Processor time that a process has used so far, all its threads, to 10 ms; throws
// std::runtime_error if it has ended.
double cpu_seconds(pid_t pid);

// The most memory that was resident at a time.
Bytes peak_memory(pid_t pid);

// The value below which `percent` of the samples lie; 0 if there are none.
double percentile(std::vector<double> samples, double percent);

// Returns after about that time.
void pause(std::chrono::milliseconds time);

}  // namespace strait::bench
