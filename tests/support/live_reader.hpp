#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"
#include "tests/support/workload.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace strait::testing {

// A read_committed consumer of a topic that runs in a thread of its own all through a test, faults
// included, and checks as it reads: offsets rise, and so do the numbers of each producer's records
// in a partition, so that nothing is shown twice or out of order. It waits for a topic that is not
// there yet; it does not see partitions that are added later.
class LiveReader {
  public:
    static constexpr std::size_t complaints_max = 10;

    LiveReader(ClientProperties properties, TopicName topic);
    ~LiveReader() = default;  // stops and joins
    LiveReader(const LiveReader&) = delete;
    LiveReader& operator=(const LiveReader&) = delete;

    [[nodiscard]] std::size_t seen() const;

    // False if it has not seen so many records by the deadline.
    bool wait_for(std::size_t records, std::chrono::milliseconds deadline) const;

    // Stops, and says what it found wrong: all of the above, and each record that it was shown and
    // that `final_pass`, a read_committed reading of the topic, does not have, or has otherwise.
    std::vector<std::string> finish(const std::vector<SeenRecord>& final_pass);

  private:
    void read(const std::stop_token& stop);
    void take(const SeenRecord& record);
    void complain(std::string what);

    ClientProperties properties_;
    TopicName topic_;
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    std::map<std::tuple<Partition, Offset>, std::uint64_t> shown_;  // -> digest
    std::map<std::tuple<Partition, std::uint64_t, std::uint32_t>, std::uint64_t> last_seq_;
    std::vector<std::string> complaints_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace strait::testing
