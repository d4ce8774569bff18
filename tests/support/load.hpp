#pragma once

#include "tests/support/kafka_cluster.hpp"
#include "tests/support/workload.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace strait::testing {

// A producer of a workload in a thread of its own, for as long as a test lasts, faults included:
// when its writer is finished, because a broker went away in the middle of a transaction, it makes
// a new one and goes on.
class Load {
  public:
    // In transactions if the id is not empty. At most so many records a second.
    Load(ClientProperties properties,
         WorkloadOptions options,
         std::string transactional_id,
         std::size_t records_per_second);
    ~Load() = default;  // stops and joins
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    // How many records ended, in whatever way.
    [[nodiscard]] std::size_t count() const;

    // False if there are not so many by the deadline.
    bool wait_for(std::size_t records, std::chrono::seconds deadline) const;

    // Stops, ends what a fault left open, and says how each record ended.
    std::vector<ProducedRecord> finish();

  private:
    void write(const std::stop_token& stop);
    void write_some(Workload& workload);

    ClientProperties properties_;
    WorkloadOptions options_;
    std::string transactional_id_;
    std::size_t records_per_second_;
    std::unique_ptr<KafkaWriter> writer_;  // of the thread
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    std::vector<ProducedRecord> produced_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace strait::testing
