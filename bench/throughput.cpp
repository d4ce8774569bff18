#include "bench/throughput.hpp"

#include "bench/measurement.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr double begin_share = 0.40;
constexpr double end_share = 0.95;
constexpr auto look_interval = 20ms;
constexpr auto still_max = 60s;
constexpr auto quiet_time = 1s;

struct Sample {
    Clock::time_point at;
    std::int64_t copied = 0;  // markers included
    double cpu = 0;
};

class Progress {
  public:
    Progress(Replicator& peer, testing::KafkaAdmin& target, std::int32_t partitions)
        : peer_{peer}, target_{target}, partitions_{partitions}
    {
    }

    // Waits until so many are visible at the target.
    Sample wait_for(std::int64_t records)
    {
        auto moved_at = Clock::now();
        for (std::int64_t before = -1;;) {
            const auto now = look();
            if (now.copied >= records) return now;
            if (now.copied != before) moved_at = now.at;
            if (now.at - moved_at > still_max) {
                throw std::runtime_error{peer_.name() + " stands still at " +
                                         std::to_string(now.copied) + " of " +
                                         std::to_string(records) + " records:\n" + peer_.log_end()};
            }
            before = now.copied;
            pause(look_interval);
        }
    }

    // Waits until nothing moves any more.
    Sample wait_for_rest()
    {
        auto last = look();
        for (;;) {
            pause(look_interval);
            const auto now = look();
            if (now.copied != last.copied) last = now;
            if (now.at - last.at > quiet_time) return last;
        }
    }

  private:
    Sample look()
    {
        peer_.require_running();
        Sample sample{.at = Clock::now()};
        known_ = known_ || target_.find_topic_id(peer_.target()).has_value();
        for (std::int32_t i = 0; known_ && i < partitions_; ++i) {
            const auto range = target_.log_range({peer_.target(), Partition{i}},
                                                 testing::Isolation::read_committed);
            sample.copied += range.end.value() - range.start.value();
        }
        sample.cpu = cpu_seconds(peer_.pid());
        return sample;
    }

    Replicator& peer_;
    testing::KafkaAdmin& target_;
    std::int32_t partitions_;
    bool known_ = false;
};

std::int64_t share_of(std::int64_t records, double share)
{
    return static_cast<std::int64_t>(static_cast<double>(records) * share);
}

}  // namespace

Throughput watch_throughput(Replicator& peer, testing::KafkaAdmin& target, const Backlog& backlog)
{
    Progress progress{peer, target, backlog.partitions};
    const auto begin = progress.wait_for(share_of(backlog.records, begin_share));
    const auto end = progress.wait_for(share_of(backlog.records, end_share));
    progress.wait_for(backlog.records);
    const auto rest = progress.wait_for_rest();

    // Markers are spread evenly over the records.
    const auto visible = static_cast<double>(end.copied - begin.copied) *
                         static_cast<double>(backlog.records) / static_cast<double>(rest.copied);
    Throughput found;
    found.seconds = std::chrono::duration<double>{end.at - begin.at}.count();
    found.records = visible;
    found.megabytes = visible * static_cast<double>(backlog.record_bytes) / 1e6;
    found.cpu_seconds = end.cpu - begin.cpu;
    found.markers = rest.copied - backlog.records;
    return found;
}

}  // namespace strait::bench
