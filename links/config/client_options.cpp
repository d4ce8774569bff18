#include "links/config/client_options.hpp"

#include "kafka/client_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace strait::links {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 18> both{
    "broker.address.family",
    "broker.address.ttl",
    "client.dns.lookup",
    "connections.max.idle.ms",
    "enable.sparse.connections",
    "metadata.max.age.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "socket.connection.setup.timeout.ms",
    "socket.max.fails",
    "socket.nagle.disable",
    "socket.receive.buffer.bytes",
    "socket.send.buffer.bytes",
    "topic.metadata.propagation.max.ms",
    "topic.metadata.refresh.fast.interval.ms",
    "topic.metadata.refresh.sparse",
};
constexpr std::array<std::string_view, 5> of_source{
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.min.bytes",
    "fetch.wait.max.ms",
    "queued.min.messages",
};
constexpr std::array<std::string_view, 4> of_target{
    "batch.num.messages",
    "max.in.flight.requests.per.connection",
    "queue.buffering.backpressure.threshold",
    "request.timeout.ms",
};

struct Fixed {
    std::string_view name;
    std::string_view reason;
};

// The settings of links.md 4.1, and those that have keys of their own.
constexpr std::array fixed{
    Fixed{"acks", "exactly once needs all"},
    Fixed{"allow.auto.create.topics", "a deleted target would return with the broker's defaults"},
    Fixed{"auto.offset.reset", "anything but error skips records silently"},
    Fixed{"batch.size", "the link sets it"},
    Fixed{"bootstrap.servers", "it is clusters.NAME.bootstrap"},
    Fixed{"check.crcs", "damaged data would be copied"},
    Fixed{"client.id", "it is clusters.NAME.client.id"},
    Fixed{"client.rack", "it is clusters.NAME.client.rack"},
    Fixed{"compression.codec", "it is compression.codec of the link"},
    Fixed{"compression.level", "it is compression.level of the link"},
    Fixed{"compression.type", "it is compression.codec of the link"},
    Fixed{"delivery.timeout.ms", "it is timeouts.delivery"},
    Fixed{"enable.auto.commit", "the position lives at the target"},
    Fixed{"enable.auto.offset.store", "the position lives at the target"},
    Fixed{"enable.idempotence", "exactly once needs it"},
    Fixed{"enable.partition.eof", "lag would never reach 0 behind markers"},
    Fixed{"fetch.message.max.bytes", "it follows from limits.memory and limits.partition_memory"},
    Fixed{"fetch.queue.backoff.ms", "its default stops fetching for a second"},
    Fixed{"group.id", "partitions are assigned by the link"},
    Fixed{"isolation.level", "aborted records would be copied"},
    Fixed{"linger.ms", "the link sets it; see commit.linger"},
    Fixed{"max.partition.fetch.bytes", "it follows from limits.partition_memory"},
    Fixed{"message.max.bytes", "it follows from limits.record"},
    Fixed{"message.timeout.ms", "it is timeouts.delivery"},
    Fixed{"partitioner", "every record names its partition"},
    Fixed{"queue.buffering.max.kbytes", "it follows from limits.memory and shards"},
    Fixed{"queue.buffering.max.messages", "limits.memory is the limit"},
    Fixed{"queue.buffering.max.ms", "the link sets it; see commit.linger"},
    Fixed{"queued.max.messages.kbytes", "it follows from limits.memory"},
    Fixed{"receive.message.max.bytes", "it follows from the largest record of the source"},
    Fixed{"request.required.acks", "exactly once needs all"},
    Fixed{"socket.keepalive.enable", "half-open connections would go unnoticed"},
    Fixed{"socket.timeout.ms", "it is clusters.NAME.client.socket_timeout"},
    Fixed{"topic.metadata.refresh.interval.ms", "leader and topic id changes would be seen late"},
    Fixed{"transaction.timeout.ms", "it is timeouts.transaction"},
    Fixed{"transactional.id", "it fences the predecessor"},
};

// What librdkafka takes by itself, but not with what the link sets besides.
struct Bounds {
    std::string_view name;
    std::int64_t low;
    std::int64_t high;
};
constexpr std::array narrower{
    Bounds{"fetch.max.bytes", 1'000'000, 99'999'488},
    Bounds{"max.in.flight.requests.per.connection", 1, 5},
    Bounds{"queue.buffering.backpressure.threshold", 1, 1},
    Bounds{"reconnect.backoff.max.ms", 100, 3'600'000},  // not below the other's default
    Bounds{"reconnect.backoff.ms", 0, 10'000},           // nor above
};

std::optional<std::string> why_out_of_range(const std::string& name, const std::string& value)
{
    if (auto reason = kafka::why_refused(name, value)) return reason;
    const auto* const found = std::ranges::find(narrower, name, &Bounds::name);
    if (found == narrower.end()) return std::nullopt;
    std::int64_t number = found->low - 1;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (number >= found->low && number <= found->high) return std::nullopt;
    return in_quotes(value) + " is not " + std::to_string(found->low) + " to " +
           std::to_string(found->high);
}

bool contains(Names names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

std::string reason_against(std::string_view name, Side side)
{
    const auto* const found = std::ranges::find(fixed, name, &Fixed::name);
    if (found != fixed.end()) return "not to be set: " + std::string{found->reason};
    constexpr std::array<std::string_view, 3> security{"sasl.", "ssl.", "security."};
    if (std::ranges::any_of(security, [&](auto prefix) { return name.starts_with(prefix); })) {
        return "not to be set: it belongs to clusters.NAME.security";
    }
    const bool other = contains(of_source, name) || contains(of_target, name);
    if (other) return side == Side::source ? "only for the target" : "only for the source";
    return "not on the list of settings that a link may tune";
}

}  // namespace

std::map<std::string, std::string> read_client_options(ObjectReader& reader,
                                                       std::string_view name,
                                                       Side side)
{
    const Names own = side == Side::source ? Names{of_source} : Names{of_target};
    std::map<std::string, std::string> options;
    reader.scalars(name, [&](const std::string& key, const std::string& text, const Spot& spot) {
        if (contains(both, key) || contains(own, key)) {
            if (const auto reason = why_out_of_range(key, text)) {
                reader.problems().add(spot, "out_of_range", *reason);
            }
            options.emplace(key, text);
        } else if (names_a_secret(key)) {
            reader.problems().add(
                spot, "secret_inline", "secrets belong to clusters.NAME.security");
        } else {
            reader.problems().add(spot, "unknown_key", reason_against(key, side));
        }
    });
    return options;
}

std::vector<std::string_view> tunable_options(Side side)
{
    const Names own = side == Side::source ? Names{of_source} : Names{of_target};
    std::vector<std::string_view> names{both.begin(), both.end()};
    names.insert(names.end(), own.begin(), own.end());
    std::ranges::sort(names);
    return names;
}

}  // namespace strait::links
