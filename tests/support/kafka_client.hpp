#pragma once

#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <string_view>

namespace strait::testing {

// A bare librdkafka client that logs nothing and reports deliveries and errors as events. Throws
// std::runtime_error with librdkafka's own words, as do the functions below.
kafka::ClientHandle make_client(rd_kafka_type_t type, const ClientProperties& properties);

void require(rd_kafka_resp_err_t code, std::string_view doing);

// Frees the error, if it is one.
void require(rd_kafka_error_t* error, std::string_view doing);

// The next answer to what was asked over that queue; it is no error.
kafka::EventHandle await(rd_kafka_queue_t* queue, std::string_view doing);

}  // namespace strait::testing
