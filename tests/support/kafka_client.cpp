#include "tests/support/kafka_client.hpp"

#include <array>
#include <stdexcept>
#include <string>

namespace strait::testing {
namespace {

constexpr int answer_ms = 30'000;

}  // namespace

kafka::ClientHandle make_client(rd_kafka_type_t type, const ClientProperties& properties)
{
    std::array<char, 512> reason{};
    auto* const conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    for (const auto& [name, value] : properties) {
        if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) ==
            RD_KAFKA_CONF_OK)
            continue;
        rd_kafka_conf_destroy(conf);
        throw std::runtime_error{reason.data()};
    }
    kafka::ClientHandle client{rd_kafka_new(type, conf, reason.data(), reason.size())};
    if (client) return client;
    rd_kafka_conf_destroy(conf);
    throw std::runtime_error{reason.data()};
}

void require(rd_kafka_resp_err_t code, std::string_view doing)
{
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    throw std::runtime_error{std::string{doing} + ": " + rd_kafka_err2str(code)};
}

void require(rd_kafka_error_t* error, std::string_view doing)
{
    const kafka::ErrorHandle owned{error};
    if (owned) throw std::runtime_error{std::string{doing} + ": " + rd_kafka_error_string(error)};
}

kafka::EventHandle await(rd_kafka_queue_t* queue, std::string_view doing)
{
    kafka::EventHandle event{rd_kafka_queue_poll(queue, answer_ms)};
    if (!event) throw std::runtime_error{std::string{doing} + ": no answer"};
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error{std::string{doing} + ": " +
                                 rd_kafka_event_error_string(event.get())};
    }
    return event;
}

}  // namespace strait::testing
