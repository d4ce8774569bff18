#pragma once

#include "core/error.hpp"
#include "kafka/consumer.hpp"
#include "kafka/handle.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strait::kafka {

// Where librdkafka's codes become ours, and the only place. The detail is librdkafka's text, then
// the name of its code in brackets, and, where we know one, what the operator can do about it. A
// code that is not listed is Errc::fatal: never ignored.
//
// auto.offset.reset=error hides its cause in the text (RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET), so
// there the text decides between Errc::out_of_range and Errc::truncated.
//
// `right`: what the request needs on its topic or on the cluster, if it is known, for the remedy.
Error translated(rd_kafka_resp_err_t code, const std::string& text, std::string_view right = {});

// Where a log was truncated: only the text says it. Absent if it does not.
std::optional<EpochEnd> epoch_end_in(std::string_view text);

// Of a call on a transactional producer, in the order of links.md 4.3: is_fatal, then
// txn_requires_abort, then is_retriable; anything else is fatal.
Error translated(const rd_kafka_error_t& error);

// Of a record that was not appended. Whatever does not concern the record, its topic or the whole
// client is Errc::abort_required.
Error translated_report(rd_kafka_resp_err_t code, const std::string& text);

}  // namespace strait::kafka
