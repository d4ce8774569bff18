#pragma once

#include <cstdint>

namespace strait::exchange {

// Opens /dev/null in place of the standard streams that the program was started without, before a
// socket takes their number and is written to as a log. What is written to a standard output that
// was closed still fails.
void open_standard_streams();

// Lets this process open as many files as its hard limit allows; says how many that are.
std::uint64_t raise_file_limit();

// Lets the allocator keep one heap for each processor, and not eight: librdkafka's threads would
// each keep what they freed. Before there are threads.
void limit_heaps();

}  // namespace strait::exchange
