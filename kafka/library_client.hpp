#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "kafka/address_guard.hpp"
#include "kafka/client_log.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/handle.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <memory>

namespace strait::kafka {

// Destroys a client on the pool: that waits for librdkafka's threads, one of which may be looking
// for a host that no server knows.
struct DestroyOnPool {
    boost::asio::any_io_executor pool;
    std::shared_ptr<const AddressGuard> guard;  // those threads look at it until they have ended

    void operator()(rd_kafka_t* client) const;
};

// A client of librdkafka and its main queue, where it puts errors, log lines and whatever else
// `events` asked for: what consumer, producer and admin have in common.
struct LibraryClient {
    std::shared_ptr<rd_kafka_t> handle;  // shared with calls that are still under way on the pool
    QueueHandle main;
    ClientLog log;
    SystemClock clock;

    // The next event of the main queue that is neither an error nor a log line, which go to `log`;
    // null if there is none now.
    EventHandle poll();
};

// Errc::invalid_argument if librdkafka refuses the settings. Connects in the background, where the
// guard of the settings lets it.
Result<LibraryClient> open_client(rd_kafka_type_t type,
                                  const ClientSettings& settings,
                                  int events,
                                  const boost::asio::any_io_executor& pool,
                                  std::shared_ptr<spdlog::logger> log);

// How many bytes a producer with these settings puts into one batch.
std::size_t batch_bytes(const ClientSettings& settings);

// Waits until a broker has answered. Null, or why none has; the caller destroys it.
rd_kafka_error_t* connect(rd_kafka_t* client, int timeout_ms);

// The same, and the client has heard of the partitions that the topic has got since it looked last,
// which it would by itself some minutes later.
rd_kafka_error_t* look_up(rd_kafka_t* client, rd_kafka_topic_t* topic, int timeout_ms);

}  // namespace strait::kafka
