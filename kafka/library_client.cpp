#include "kafka/library_client.hpp"

#include "kafka/error.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <string>

namespace strait::kafka {

namespace {

Result<ConfHandle> make_conf(const ClientSettings& settings, int events)
{
    ConfHandle conf{rd_kafka_conf_new()};
    std::array<char, 512> reason{};
    const auto set = [&](const std::string& name, const std::string& value) {
        return rd_kafka_conf_set(
            conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
    };
    set("log.queue", "true");
    for (const auto& [name, value] : settings) {
        if (set(name, value) != RD_KAFKA_CONF_OK) {
            return fail(Errc::invalid_argument, reason.data());
        }
    }
    rd_kafka_conf_set_events(conf.get(), events | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
    return conf;
}

}  // namespace

void DestroyOnPool::operator()(rd_kafka_t* client) const
{
    boost::asio::post(pool, [handle = ClientHandle{client}]() mutable { handle.reset(); });
}

EventHandle LibraryClient::poll()
{
    while (EventHandle event{rd_kafka_queue_poll(main.get(), 0)}) {
        const auto type = rd_kafka_event_type(event.get());
        if (type != RD_KAFKA_EVENT_ERROR && type != RD_KAFKA_EVENT_LOG) return event;
        log.take(*event, clock.now());
    }
    return nullptr;
}

Result<LibraryClient> open_client(rd_kafka_type_t type,
                                  const ClientSettings& settings,
                                  int events,
                                  const boost::asio::any_io_executor& pool,
                                  std::shared_ptr<spdlog::logger> log)
{
    auto conf = make_conf(settings, events);
    if (!conf) return fail(conf.error());

    std::array<char, 512> reason{};
    ClientHandle handle{rd_kafka_new(type, conf->get(), reason.data(), reason.size())};
    if (!handle) return fail(Errc::invalid_argument, reason.data());
    static_cast<void>(conf->release());  // rd_kafka_new() has taken it, but only if it succeeded

    if (const auto code = rd_kafka_set_log_queue(handle.get(), nullptr)) {
        return fail(translated(code, "log queue"));
    }
    // OAUTHBEARER tokens are fetched by librdkafka's own thread; with other mechanisms there is
    // nothing to fetch.
    if (settings.contains("sasl.oauthbearer.method")) {
        if (ErrorHandle error{rd_kafka_sasl_background_callbacks_enable(handle.get())}) {
            return fail(Errc::invalid_argument, rd_kafka_error_string(error.get()));
        }
    }
    QueueHandle main{rd_kafka_queue_get_main(handle.get())};
    return LibraryClient{
        .handle = std::shared_ptr<rd_kafka_t>{handle.release(), DestroyOnPool{pool}},
        .main = std::move(main),
        .log = ClientLog{std::move(log)},
        .clock = {}};
}

std::size_t batch_bytes(const ClientSettings& settings)
{
    constexpr std::size_t by_default = 1'000'000;  // CONFIGURATION.md
    const auto found = settings.find("batch.size");
    return found == settings.end() ? by_default : std::stoul(found->second);
}

rd_kafka_error_t* connect(rd_kafka_t* client, int timeout_ms)
{
    return look_up(client, nullptr, timeout_ms);
}

rd_kafka_error_t* look_up(rd_kafka_t* client, rd_kafka_topic_t* topic, int timeout_ms)
{
    const rd_kafka_metadata_t* found = nullptr;
    const auto code = rd_kafka_metadata(client, 0, topic, &found, timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rd_kafka_error_new(code, "%s", rd_kafka_err2str(code));
    rd_kafka_metadata_destroy(found);
    return nullptr;
}

}  // namespace strait::kafka
