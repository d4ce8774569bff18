#pragma once

#include "core/error.hpp"
#include "kafka/handle.hpp"

namespace strait::kafka {

// Where librdkafka's codes become ours, and the only place. The detail is librdkafka's text, then
// the name of its code in brackets, and, where we know one, what the operator can do about it.
Error translated(rd_kafka_resp_err_t code, const std::string& text);

// Of a call on a transactional producer, in the order of links.md 4.3: is_fatal, then
// txn_requires_abort, then is_retriable; anything else is fatal.
Error translated(const rd_kafka_error_t& error);

}  // namespace strait::kafka
