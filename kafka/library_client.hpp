#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "kafka/client_log.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/handle.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace strait::kafka {

// A client of librdkafka and its main queue, where it puts errors, log lines and whatever else
// `events` asked for: what consumer, producer and admin have in common.
struct LibraryClient {
    ClientHandle handle;
    QueueHandle main;
    ClientLog log;
    SystemClock clock;

    // The next event of the main queue that is neither an error nor a log line, which go to `log`;
    // null if there is none now.
    EventHandle poll();
};

// Errc::invalid_argument if librdkafka refuses the settings. Connects in the background.
Result<LibraryClient> open_client(rd_kafka_type_t type,
                                  const ClientSettings& settings,
                                  int events,
                                  std::shared_ptr<spdlog::logger> log);

}  // namespace strait::kafka
