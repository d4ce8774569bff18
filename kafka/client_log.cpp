#include "kafka/client_log.hpp"

#include "kafka/error.hpp"

#include <spdlog/common.h>

#include <charconv>
#include <cstdint>
#include <system_error>

namespace strait::kafka {

namespace {

// librdkafka goes on trying, so what it calls an error is for us worth knowing, not yet to act on.
spdlog::level::level_enum to_spdlog(int syslog_level)
{
    if (syslog_level <= 2) return spdlog::level::err;
    if (syslog_level <= 4) return spdlog::level::warn;
    if (syslog_level <= 6) return spdlog::level::info;
    return spdlog::level::debug;
}

bool is_about_connections(rd_kafka_resp_err_t code)
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__SSL:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM: return true;
        default: return false;
    }
}

// A broker that wants TLS or a login closes the connection of a client that comes without, and
// librdkafka writes a line about it, but raises no error.
bool is_turned_away(std::string_view text)
{
    constexpr std::string_view before = " (after ";
    constexpr int soon_ms = 1000;
    const auto at = text.rfind(before);
    if (at == std::string_view::npos || !text.contains("Disconnected")) return false;
    const auto rest = text.substr(at + before.size());
    int ms = 0;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), ms);
    const bool was_connected =
        rest.contains("in state UP") || rest.contains("in state APIVERSION_QUERY");
    return failure == std::errc{} && ms < soon_ms && was_connected;
}

// The line names its code in parentheses.
std::string with_remedy(std::string_view text)
{
    for (const auto code : {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED}) {
        const bool named =
            text.contains(rd_kafka_err2name(code)) || text.contains(rd_kafka_err2str(code));
        if (named) return translated(code, std::string{text}).detail();
    }
    return std::string{text};
}

// Of the line: Failed to add partition "NAME" [NUMBER] to transaction: REASON. Empty for those that
// were only not tried because of another.
std::optional<ClientLog::Unwritable> unwritable_of(std::string_view text)
{
    constexpr std::string_view before = "Failed to add partition \"";
    constexpr auto code = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    const auto start = text.find(before);
    if (start == std::string_view::npos || !text.contains(rd_kafka_err2str(code))) return {};
    text.remove_prefix(start + before.size());
    const auto name_end = text.find("\" [");
    if (name_end == std::string_view::npos) return {};
    const auto number = text.substr(name_end + 3);
    std::int32_t partition = -1;
    std::from_chars(number.data(), number.data() + number.size(), partition);
    TopicPartition at{TopicName{std::string{text.substr(0, name_end)}}, Partition{partition}};
    const auto detail = "may not write to " + to_string(at);
    return ClientLog::Unwritable{.at = std::move(at), .error = translated(code, detail, "WRITE")};
}

}  // namespace

void ClientLog::take(rd_kafka_event_t& event, Time now)
{
    if (rd_kafka_event_type(&event) == RD_KAFKA_EVENT_ERROR) {
        const auto* const text = rd_kafka_event_error_string(&event);
        return error(rd_kafka_event_error(&event), text == nullptr ? "" : text, now);
    }
    const char* facility = "";
    const char* text = "";
    int level = 0;
    if (rd_kafka_event_log(&event, &facility, &text, &level) == 0) {
        line(level, facility, text, now);
    }
}

void ClientLog::line(int level, const std::string& facility, std::string_view text, Time now)
{
    if (facility == "FAIL" || facility == "REQTMOUT") disturbed_ = true;
    if (facility == "FAIL" && is_turned_away(text)) {
        error(RD_KAFKA_RESP_ERR__TRANSPORT, "turned away: " + std::string{text}, now);
    }
    if (facility == "ADDPARTS" && !unwritable_) unwritable_ = unwritable_of(text);
    if (facility == "TXNERR" && transaction_.empty()) transaction_ = with_remedy(text);
    auto& seen = facilities_[facility];
    if (now < seen.quiet_until) {
        ++seen.suppressed;
        return;
    }
    log_->log(to_spdlog(level),
              "librdkafka level={} fac={} suppressed={} text={:?}",
              level,
              facility,
              seen.suppressed,
              text);
    seen = {.quiet_until = now + line_interval, .suppressed = 0};
}

// Not logged: librdkafka writes a log line about it too.
void ClientLog::error(rd_kafka_resp_err_t code, const std::string& text, Time now)
{
    if (!is_about_connections(code)) return;
    disturbed_ = true;
    const auto until = now + trouble_lasts;
    // Without a cause of its own it does not replace one.
    if (trouble_ && now < trouble_->until && text == rd_kafka_err2str(code)) {
        trouble_->until = until;
        return;
    }
    trouble_ = Trouble{.error = translated(code, text), .until = until};
}

std::optional<Error> ClientLog::trouble(Time now) const
{
    if (!trouble_ || now >= trouble_->until) return std::nullopt;
    return trouble_->error;
}

}  // namespace strait::kafka
