#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/clusters/record_lane.hpp"
#include "links/running_link.hpp"
#include "links/salvage.hpp"
#include "links/verify/log_reader.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <utility>

namespace strait::links {

// Of one partition of the source: records that were never mirrored.
struct Tail {
    OriginLog log;
    Offset from;
    Offset to;
};

// Copies tails, one after the other, in transactions of the salvaging producer: who had it before
// is fenced, and what that left open is aborted.
//
// Not thread-safe: control thread. What it is given outlives it.
class TailCopier {
  public:
    TailCopier(RunningLink& link,
               LogReader source,
               kafka::TopicDescription to,
               const ReadWatch& watch)
        : link_{link},
          source_{std::move(source)},
          to_{std::move(to)},
          watch_{watch},
          sink_{link.node.control,
                link.node.pool,
                salvage_settings(link.setup.target, link.setup.config),
                link.log}
    {
    }

    static Result<LogReader> open_reader(const RunningLink& link,
                                         const kafka::ClusterConfig& cluster);

    // Fences, and reads what the topic has.
    boost::asio::awaitable<Result<void>> open();

    // What of it the topic has not yet. After a failure nothing more may be asked for.
    boost::asio::awaitable<Result<void>> copy(Tail tail);

    // How many it has copied.
    [[nodiscard]] std::int64_t count() const noexcept { return count_; }

  private:
    boost::asio::awaitable<Result<void>> read_salvaged(TopicPartition at, Offset from, Offset to);
    boost::asio::awaitable<Result<bool>> read(LogReader& reader, Clock::Time until);
    boost::asio::awaitable<Result<void>> append(const Tail& tail);
    boost::asio::awaitable<Result<void>> commit();
    boost::asio::awaitable<Error> give_up(Error error);

    RunningLink& link_;
    LogReader source_;
    kafka::TopicDescription to_;
    const ReadWatch& watch_;
    RecordSink sink_;
    Salvaged salvaged_;
    bool begun_ = false;
    Clock::Time begun_at_;
    std::uint64_t records_ = 0;  // of the transaction
    std::uint64_t bytes_ = 0;
    std::int64_t count_ = 0;
};

}  // namespace strait::links
