#include "links/clusters/lane_settings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace strait::links {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t fetch_bytes_min = 16 * kib;
constexpr std::uint64_t receive_bytes_min = 100'000'000;
constexpr std::uint64_t receive_bytes_max = 1'000'000'000;    // librdkafka's own bound is 2^31 - 1
constexpr std::uint64_t record_overhead_bytes = 64 * kib;     // batch and request framing
constexpr std::uint64_t compressed_batch_bytes = 1024 * kib;  // of one partition

std::string text(std::uint64_t number) { return std::to_string(number); }

std::string text(std::chrono::milliseconds time) { return std::to_string(time.count()); }

// Half of the link's memory is for what was fetched, half for what waits to be written. Only a part
// of it is handed out as bytes of records: librdkafka takes about as much again for its
// bookkeeping, fetched batches exist compressed and inflated for a while, and malloc keeps what was
// freed.
std::uint64_t side_bytes(const LinkConfig& link)
{
    return link.limits.memory.value / 2 / link.shards;
}

void merge(kafka::ClientSettings& into, const std::map<std::string, std::string>& from)
{
    for (const auto& [name, value] : from) into.insert_or_assign(name, value);
}

// What every reader shares: committed and undamaged records, and never a silent jump.
kafka::ClientSettings reader_settings(const kafka::ClusterConfig& cluster)
{
    auto settings = client_settings(cluster);
    merge(settings,
          {
              {"isolation.level", "read_committed"},
              {"check.crcs", "true"},
              {"auto.offset.reset", "error"},
              {"enable.auto.commit", "false"},
              {"enable.auto.offset.store", "false"},
              {"enable.partition.eof", "true"},  // so that lag reaches 0 behind trailing markers
              {"fetch.queue.backoff.ms", "10"},  // a full queue would pause for a second
          });
    return settings;
}

// None for a target that is not asked for transactions.
kafka::ClientSettings transactions_of(const LinkConfig& link,
                                      std::string id,
                                      std::chrono::milliseconds timeout)
{
    if (link.delivery == Delivery::at_least_once) return {};
    return {{"transactional.id", std::move(id)}, {"transaction.timeout.ms", text(timeout)}};
}

kafka::ClientSettings writer_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link)
{
    auto settings = client_settings(cluster);
    merge(settings,
          {
              {"enable.idempotence", "true"},
              {"message.timeout.ms", text(link.timeouts.delivery)},
              {"message.max.bytes", text(link.limits.record.value + record_overhead_bytes)},
          });
    return settings;
}

}  // namespace

std::string transactional_id(const LinkName& link, ShardNumber shard)
{
    return "strait." + link.value() + "." + std::to_string(shard.value());
}

kafka::ClientSettings claim_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link)
{
    auto settings = log_writer_settings(cluster, link);
    const auto id = "strait." + link.name.value() + ".claim";
    merge(settings, transactions_of(link, id, link.timeouts.transaction));
    return settings;
}

// Of a process that died nobody ends the transaction before its time, and the log is hidden behind
// it so long: it takes milliseconds, and is given little.
kafka::ClientSettings acl_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link)
{
    constexpr auto transaction = 15'000ms;
    constexpr auto delivery = 10'000ms;
    auto settings = log_writer_settings(cluster, link);
    merge(settings, transactions_of(link, "strait." + link.name.value() + ".acl", transaction));
    merge(settings,
          {
              {"message.timeout.ms", text(delivery)},
              {"socket.timeout.ms", text(std::min(cluster.socket_timeout, delivery))},
          });
    return settings;
}

kafka::ClientSettings source_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link)
{
    const auto side = side_bytes(link);
    const auto of_fetch = std::max(side / 16, fetch_bytes_min);
    const auto of_partition = std::min(of_fetch, link.limits.partition_memory.value);
    const auto received = std::max({receive_bytes_min, 4 * link.limits.record.value, 2 * of_fetch});

    auto settings = reader_settings(cluster);
    merge(settings,
          {
              // Never joined: librdkafka wants a name before it lets anyone assign.
              {"group.id", "strait." + link.name.value()},
              {"queued.max.messages.kbytes", text(std::max<std::uint64_t>(side / 8 / kib, 1))},
              {"queued.min.messages", "1000000"},  // the bytes decide, not the count
              {"fetch.message.max.bytes", text(of_partition)},
              {"fetch.max.bytes", text(of_fetch)},
              {"receive.message.max.bytes", text(std::min(received, receive_bytes_max))},
          });
    merge(settings, link.options.source);
    return settings;
}

kafka::ClientSettings sink_settings(const kafka::ClusterConfig& cluster,
                                    const LinkConfig& link,
                                    ShardNumber shard)
{
    const auto of_record = link.limits.record.value + record_overhead_bytes;
    const auto of_queue = std::max(side_bytes(link) / 4, of_record);
    // For full batches; the end of a transaction flushes the rest. Above message.timeout.ms it is
    // refused.
    const auto linger = std::min<std::chrono::milliseconds>(1s, link.timeouts.delivery / 2);

    auto settings = writer_settings(cluster, link);
    const auto id = transactional_id(link.name, shard);
    merge(settings, transactions_of(link, id, link.timeouts.transaction));
    merge(settings,
          {
              {"linger.ms", text(linger)},
              {"batch.size", text(compressed_batch_bytes)},
              {"batch.num.messages", "100000"},
              {"compression.codec", std::string{to_string(link.compression.codec)}},
              {"compression.level", std::to_string(link.compression.level)},
              {"queue.buffering.max.kbytes", text(of_queue / kib)},
              {"queue.buffering.max.messages", "0"},
          });
    merge(settings, link.options.target);
    return settings;
}

kafka::ClientSettings salvage_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link)
{
    auto settings = sink_settings(cluster, link, ShardNumber{0});
    merge(settings, {{"transactional.id", "strait." + link.name.value() + ".salvage"}});
    return settings;
}

kafka::ClientSettings log_reader_settings(const kafka::ClusterConfig& cluster)
{
    auto settings = reader_settings(cluster);
    merge(settings,
          {
              {"group.id", "strait"},
              {"queued.max.messages.kbytes", "4096"},
              {"fetch.wait.max.ms", "20"},  // its end is told by a fetch that found nothing more
          });
    return settings;
}

kafka::ClientSettings log_writer_settings(const kafka::ClusterConfig& cluster,
                                          const LinkConfig& link)
{
    auto settings = writer_settings(cluster, link);
    merge(settings, {{"linger.ms", "0"}});
    return settings;
}

}  // namespace strait::links
