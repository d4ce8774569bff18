#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/client_settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <map>
#include <memory>
#include <set>

namespace strait::links {

// What a reader of the target is opened with; `clock` outlives its use.
struct ReaderPorts {
    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor pool;
    kafka::ClientSettings settings;  // read_committed, with ends of partitions
    Clock& clock;
    std::shared_ptr<spdlog::logger> log;
};

// Those of the records, one in each partition, that readers of committed records see.
// REQUIRES: no open transaction begins before them, or the answer is Errc::timed_out.
// Errc::forbidden without the right to READ one of the topics.
boost::asio::awaitable<Result<std::set<TopicPartition>>> find_visible(
    std::map<TopicPartition, Offset> records, ReaderPorts ports);

}  // namespace strait::links
