#pragma once

#include "bench/measurement.hpp"
#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace strait::bench {

// A record of the trace: when it was written at the source, and how much later a read_committed
// consumer of the target had it.
struct Traced {
    Clock::time_point written;
    double ms = 0;
};

// Writes records at a fixed rate, round the partitions of a topic that is mirrored under its own
// name, and watches them arrive, until it is told to end. Two threads of its own.
class LatencyTrace {
  public:
    LatencyTrace(const testing::KafkaCluster& source,
                 const testing::KafkaCluster& target,
                 const TopicName& topic,
                 int records_per_second);
    ~LatencyTrace();

    // Ends the writing and waits for what is under way. Throws std::runtime_error if records could
    // not be written, or do not arrive.
    std::vector<Traced> finish();

    LatencyTrace(const LatencyTrace&) = delete;
    LatencyTrace& operator=(const LatencyTrace&) = delete;

  private:
    struct Threads;
    std::unique_ptr<Threads> threads_;
};

// A part of a trace.
struct Window {
    std::string name;
    Clock::time_point begin;
    Clock::time_point end;
    bool quiet = false;  // nothing was added in it
};

// The latencies of what was written in that part.
std::vector<double> latencies_in(const Window& window, const std::vector<Traced>& trace);

// A line for each second: when, the window, how many records, p50, p99 and the most.
void write_trace(const std::filesystem::path& file,
                 const std::vector<Window>& windows,
                 const std::vector<Traced>& trace);

}  // namespace strait::bench
