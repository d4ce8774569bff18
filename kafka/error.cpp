#include "kafka/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace strait::kafka {

namespace {

// By class, in the order of librdkafka's own list.
Errc class_of_local(rd_kafka_resp_err_t code)
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR__SSL: return Errc::unauthenticated;
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR__NOENT:
        case RD_KAFKA_RESP_ERR__UNKNOWN_GROUP: return Errc::not_found;
        case RD_KAFKA_RESP_ERR__CONFLICT:
        case RD_KAFKA_RESP_ERR__STATE:
        case RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS: return Errc::conflict;
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        case RD_KAFKA_RESP_ERR__WAIT_CACHE:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
        case RD_KAFKA_RESP_ERR__IN_PROGRESS:
        case RD_KAFKA_RESP_ERR__RETRY:
        case RD_KAFKA_RESP_ERR__DESTROY:
        case RD_KAFKA_RESP_ERR__DESTROY_BROKER: return Errc::unavailable;
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT: return Errc::timed_out;
        case RD_KAFKA_RESP_ERR__BAD_MSG:
        case RD_KAFKA_RESP_ERR__BAD_COMPRESSION: return Errc::corrupt;
        case RD_KAFKA_RESP_ERR__LOG_TRUNCATION: return Errc::truncated;
        case RD_KAFKA_RESP_ERR__INVALID_ARG:
        case RD_KAFKA_RESP_ERR__INVALID_TYPE:
        case RD_KAFKA_RESP_ERR__NOT_CONFIGURED:
        case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: return Errc::invalid_argument;
        case RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD:
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return Errc::abort_required;
        default: return Errc::fatal;
    }
}

Errc class_of_broker(rd_kafka_resp_err_t code)
{
    switch (code) {
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
        case RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE: return Errc::unauthenticated;
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_SECURITY_DISABLED: return Errc::forbidden;
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
        case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
        case RD_KAFKA_RESP_ERR_RESOURCE_NOT_FOUND: return Errc::not_found;
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
        case RD_KAFKA_RESP_ERR_REASSIGNMENT_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:  // of offsets from outside: the group has members
        case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC:
        case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP: return Errc::conflict;
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: return Errc::too_large;
        case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE: return Errc::refused;
        case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE: return Errc::out_of_range;
        case RD_KAFKA_RESP_ERR_INVALID_MSG:
        case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE: return Errc::corrupt;
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT: return Errc::timed_out;
        case RD_KAFKA_RESP_ERR_INVALID_TXN_STATE:
        case RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER: return Errc::abort_required;
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
        case RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT:
        case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
        case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
        case RD_KAFKA_RESP_ERR_TOPIC_DELETION_DISABLED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT: return Errc::invalid_argument;
        case RD_KAFKA_RESP_ERR_UNKNOWN:
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
        case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
        case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
        case RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND:
        case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_ELIGIBLE_LEADERS_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
        case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED: return Errc::unavailable;
        default: return Errc::fatal;
    }
}

Errc class_of_reset(std::string_view text)
{
    const auto about = [&](rd_kafka_resp_err_t cause) {
        return text.contains(rd_kafka_err2str(cause));
    };
    if (about(RD_KAFKA_RESP_ERR__LOG_TRUNCATION)) return Errc::truncated;
    if (about(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)) return Errc::forbidden;
    if (about(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)) return Errc::not_found;
    if (about(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)) return Errc::out_of_range;
    return Errc::fatal;
}

Errc class_of(rd_kafka_resp_err_t code, const std::string& text)
{
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return class_of_reset(text);
    return code < RD_KAFKA_RESP_ERR_UNKNOWN ? class_of_local(code) : class_of_broker(code);
}

bool mentions_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(words, [&](auto word) { return text.contains(word); });
}

std::string_view tls_remedy(std::string_view text)
{
    if (mentions_any(text, {"hostname mismatch", "IP address mismatch"})) {
        return "bootstrap and the broker's advertised listeners must use the names in its "
               "certificate (security.tls.verify_hostname)";
    }
    if (mentions_any(text, {"certificate verify failed", "unable to get local issuer"})) {
        return "check security.tls.ca_file: it does not hold the issuer of the broker's "
               "certificate";
    }
    if (mentions_any(text,
                     {"alert certificate required",
                      "alert bad certificate",
                      "alert handshake failure",
                      "alert unknown ca"})) {
        return "check security.tls.cert_file and key_file: the broker does not accept our "
               "certificate";
    }
    return "check security.protocol and security.tls";
}

std::string_view login_remedy(std::string_view text)
{
    if (mentions_any(text, {"OAUTHBEARER", "oauthbearer", "token"})) {
        return "check security.oauth: token_url, client_id and client_secret_file";
    }
    if (mentions_any(text, {"nsupported", "mechanism not enabled"})) {
        return "check security.sasl.mechanism";
    }
    return "check security.sasl.username and security.sasl.password_file";
}

std::string_view transport_remedy(std::string_view text)
{
    if (mentions_any(text, {"security.protocol", "turned away", "PLAINTEXT broker listener"})) {
        return "check security.protocol and bootstrap";
    }
    if (mentions_any(text, {"Connection refused", "No route to host", "unreachable"})) {
        return "check bootstrap, and that the broker runs and is reachable";
    }
    if (text.contains("Permission denied")) {  // by the guard: AddressGuard
        return "the address is not public, and catalog.cluster_networks does not list it";
    }
    return "";
}

std::string_view remedy(rd_kafka_resp_err_t code, std::string_view text)
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__SSL: return tls_remedy(text);
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM: return login_remedy(text);
        case RD_KAFKA_RESP_ERR__TRANSPORT: return transport_remedy(text);
        case RD_KAFKA_RESP_ERR__RESOLVE: return "check the host names in bootstrap";
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: return "check bootstrap";
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return "grant our user the missing right on the cluster";
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            return "grant our user WRITE and DESCRIBE on the transactional ids";
        default: return "";
    }
}

// Absent without a number that is not negative behind those words.
template <class Number>
std::optional<Number> number_behind(std::string_view words, std::string_view text)
{
    const auto found = text.find(words);
    if (found == std::string_view::npos) return std::nullopt;
    const auto rest = text.substr(found + words.size());
    Number number = -1;
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    return number < 0 ? std::nullopt : std::optional{number};
}

std::string detail_of(rd_kafka_resp_err_t code,
                      const std::string& text,
                      std::string_view right = {})
{
    auto detail = text.empty() ? std::string{rd_kafka_err2str(code)} : text;
    detail.append(" [").append(rd_kafka_err2name(code)).append("]");
    const bool on_group = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    if (on_group || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        const auto missing = right.empty() ? "the missing right" : right;
        const auto* const where = on_group ? " on the group" : " on the topic";
        return detail.append("; grant our user ").append(missing).append(where);
    }
    if (code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED && !right.empty()) {
        return detail.append("; grant our user ").append(right).append(" on the cluster");
    }
    if (const auto advice = remedy(code, text); !advice.empty()) detail.append("; ").append(advice);
    return detail;
}

}  // namespace

Error translated(rd_kafka_resp_err_t code, const std::string& text, std::string_view right)
{
    return Error{class_of(code, text), detail_of(code, text, right)};
}

std::optional<EpochEnd> epoch_end_in(std::string_view text)
{
    const auto epoch = number_behind<std::int32_t>("(leader epoch ", text);
    const auto end = number_behind<std::int64_t>("broker end offset is ", text);
    if (!epoch || !end) return std::nullopt;
    return EpochEnd{LeaderEpoch{*epoch}, Offset{*end}};
}

Error translated(const rd_kafka_error_t& error)
{
    const auto code = rd_kafka_error_code(&error);
    auto detail = detail_of(code, rd_kafka_error_string(&error));
    if (rd_kafka_error_is_fatal(&error) != 0) return Error{Errc::fatal, std::move(detail)};
    if (rd_kafka_error_txn_requires_abort(&error) != 0) {
        return Error{Errc::abort_required, std::move(detail)};
    }
    if (rd_kafka_error_is_retriable(&error) == 0) return Error{Errc::fatal, std::move(detail)};
    const bool late = class_of(code, detail) == Errc::timed_out;
    return Error{late ? Errc::timed_out : Errc::unavailable, std::move(detail)};
}

Error translated_report(rd_kafka_resp_err_t code, const std::string& text)
{
    constexpr std::array kept{Errc::too_large, Errc::refused, Errc::forbidden, Errc::not_found};
    constexpr std::array finished{RD_KAFKA_RESP_ERR__FATAL,
                                  RD_KAFKA_RESP_ERR__FENCED,
                                  RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                                  RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH};
    const auto found = class_of(code, text);
    if (std::ranges::find(kept, found) != kept.end()) {
        return Error{found, detail_of(code, text, "WRITE")};
    }
    const bool fatal = std::ranges::find(finished, code) != finished.end();
    return Error{fatal ? Errc::fatal : Errc::abort_required, detail_of(code, text)};
}

}  // namespace strait::kafka
