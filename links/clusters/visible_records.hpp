#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/client_settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstdint>
#include <map>
#include <memory>

namespace strait::links {

// What a reader of the target is opened with; `clock` outlives its use.
struct ReaderPorts {
    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor pool;
    kafka::ClientSettings settings;  // read_committed, with ends of partitions
    Clock& clock;
    std::shared_ptr<spdlog::logger> log;
};

// Whether readers of committed records see each of these, one in each partition; those that were
// deleted or cut off count as seen, because no abort took them. Left out: those of
// partitions that do not answer within 10 s, which one before which a transaction is open never
// does. Errc::forbidden without the right to READ one of the topics.
boost::asio::awaitable<Result<std::map<TopicPartition, bool>>> find_visible(
    std::map<TopicPartition, Offset> records, ReaderPorts ports);

struct Stretch {
    Offset from;
    Offset to;  // exclusive
};

struct VisibleCounts {
    std::map<TopicPartition, std::int64_t> records;
    bool complete = true;  // false: at least so many; not all was read within 15 s
};

// How many records readers of committed records see in each of these stretches, which end before
// the stable offset of their partitions.
boost::asio::awaitable<Result<VisibleCounts>> count_visible(
    std::map<TopicPartition, Stretch> stretches, ReaderPorts ports);

}  // namespace strait::links
