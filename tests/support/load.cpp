#include "tests/support/load.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace strait::testing {

Load::Load(ClientProperties properties,
           WorkloadOptions options,
           std::string transactional_id,
           std::size_t records_per_second)
    : properties_{std::move(properties)},
      options_{std::move(options)},
      transactional_id_{std::move(transactional_id)},
      records_per_second_{records_per_second},
      thread_{[this](const std::stop_token& stop) { write(stop); }}
{
}

std::size_t Load::count() const
{
    const std::scoped_lock lock{mutex_};
    return produced_.size();
}

bool Load::wait_for(std::size_t records, std::chrono::seconds deadline) const
{
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, deadline, [&] { return produced_.size() >= records; });
}

std::vector<ProducedRecord> Load::finish()
{
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    writer_.reset();
    // The next of its id aborts what is open, which would hide all that follows until it times out.
    if (!transactional_id_.empty()) KafkaWriter{properties_, transactional_id_};
    return produced_;
}

void Load::write(const std::stop_token& stop)
{
    using std::chrono::steady_clock;
    Workload workload{options_};
    const auto begin = steady_clock::now();
    while (!stop.stop_requested()) {
        write_some(workload);
        std::unique_lock lock{mutex_};
        changed_.notify_all();
        const std::chrono::duration<double> due{static_cast<double>(produced_.size()) /
                                                static_cast<double>(records_per_second_)};
        const auto when = begin + std::chrono::duration_cast<steady_clock::duration>(due);
        changed_.wait_until(lock, stop, when, [] { return false; });
    }
}

void Load::write_some(Workload& workload)
{
    try {
        if (!writer_) writer_ = std::make_unique<KafkaWriter>(properties_, transactional_id_);
        auto some = produce_some(workload, *writer_);
        const bool unknown = std::ranges::any_of(
            some, [](const ProducedRecord& each) { return each.outcome == Outcome::unknown; });
        if (unknown) writer_.reset();
        const std::scoped_lock lock{mutex_};
        std::ranges::move(some, std::back_inserter(produced_));
    } catch (const std::runtime_error&) {
        writer_.reset();  // the brokers are away, or it was fenced: nothing was written
    }
}

}  // namespace strait::testing
