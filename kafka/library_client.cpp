#include "kafka/library_client.hpp"

#include "kafka/error.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace strait::kafka {

namespace {

std::optional<boost::asio::ip::address> address_in(const sockaddr* from, std::size_t size)
{
    boost::asio::ip::tcp::endpoint endpoint;
    const bool is_ip = from->sa_family == AF_INET || from->sa_family == AF_INET6;
    if (!is_ip || size > endpoint.capacity()) return std::nullopt;
    std::memcpy(endpoint.data(), from, size);
    return endpoint.address();
}

// Runs on a thread of librdkafka, of which it is a part: it does what is done without it, for those
// addresses that the guard lets through. The socket does not block.
int connect_guarded(int socket, const sockaddr* to, int size, const char*, void* opaque)
{
    const auto& guard = *static_cast<const AddressGuard*>(opaque);
    const auto address = address_in(to, static_cast<std::size_t>(size));
    if (!address || !lets_through(guard, *address)) return EACCES;
    const bool begun = ::connect(socket, to, static_cast<socklen_t>(size)) == 0;
    return begun || errno == EINPROGRESS ? 0 : errno;
}

Result<ConfHandle> make_conf(const ClientSettings& settings, AddressGuard* guard, int events)
{
    ConfHandle conf{rd_kafka_conf_new()};
    std::array<char, 512> reason{};
    const auto set = [&](const std::string& name, const std::string& value) {
        return rd_kafka_conf_set(
            conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
    };
    set("log.queue", "true");
    if (guard != nullptr) {
        rd_kafka_conf_set_opaque(conf.get(), guard);
        rd_kafka_conf_set_connect_cb(conf.get(), connect_guarded);
    }
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
    boost::asio::post(
        pool, [handle = ClientHandle{client}, looked_at = guard]() mutable { handle.reset(); });
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
    std::shared_ptr<AddressGuard> guard;
    if (settings.guard) guard = std::make_shared<AddressGuard>(*settings.guard);
    auto conf = make_conf(settings, guard.get(), events);
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
        .handle =
            std::shared_ptr<rd_kafka_t>{handle.release(), DestroyOnPool{pool, std::move(guard)}},
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
