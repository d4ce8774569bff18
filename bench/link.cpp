#include "bench/latency.hpp"
#include "bench/link_options.hpp"
#include "bench/measurement.hpp"
#include "bench/relay.hpp"
#include "bench/replicator.hpp"
#include "bench/source_load.hpp"
#include "bench/throughput.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// What replication costs: Strait, MirrorMaker 2 and a bare copy, in turn, over the same topics of
// the same brokers.
namespace strait::bench {
namespace {

constexpr std::array rates{10, 200};  // records a second

struct Figures {
    Throughput throughput;
    std::map<int, std::vector<double>> added_ms;  // by rate
    double peak_megabytes = 0;
};

struct Clusters {
    testing::KafkaCluster& source;
    testing::KafkaCluster& target;
};

testing::KafkaClusterOptions for_throughput()
{
    testing::KafkaClusterOptions options;
    options.java_options = {"-Xms768m", "-Xmx768m", "-XX:TieredStopAtLevel=4"};
    options.properties = {{"num.network.threads", "3"}, {"num.io.threads", "8"}};
    return options;
}

Replicator start(const std::string& peer, const Job& job)
{
    if (peer == "strait") return start_strait(job);
    if (peer == "mm2") return start_mirror_maker(job);
    return start_bare_copy(job);
}

// So that what one peer copied does not stay in memory and on the disk of the next, whatever
// becomes of it.
class TopicRemover {
  public:
    TopicRemover(testing::KafkaAdmin& cluster, TopicName topic)
        : cluster_{cluster}, topic_{std::move(topic)}
    {
    }
    ~TopicRemover()
    {
        if (cluster_.find_topic_id(topic_)) cluster_.delete_topic(topic_);
    }

    TopicRemover(const TopicRemover&) = delete;
    TopicRemover& operator=(const TopicRemover&) = delete;

  private:
    testing::KafkaAdmin& cluster_;
    TopicName topic_;
};

Figures measure(const Clusters& clusters,
                const std::string& name,
                const Case& what,
                const LinkOptions& options,
                const TopicName& topic)
{
    testing::KafkaAdmin source{clusters.source.admin_properties()};
    testing::KafkaAdmin target{clusters.target.admin_properties()};
    Backlog backlog{0, what.record_bytes, what.partitions};
    for (std::int32_t i = 0; i < what.partitions; ++i) {
        backlog.records += source.log_range({topic, Partition{i}}).end.value();
    }
    auto peer = start(name,
                      {.source = clusters.source.bootstrap(),
                       .target = clusters.target.bootstrap(),
                       .topic = topic,
                       .codec = what.codec,
                       .strait_settings = options.strait_settings});
    const TopicRemover remover{target, peer.target()};
    Figures figures;
    figures.throughput = watch_throughput(peer, target, backlog);
    for (const auto rate : rates) {
        if (options.latency_time.count() == 0) continue;
        const LatencyPlan plan{.partitions = what.partitions,
                               .record_bytes = what.record_bytes,
                               .records_per_second = rate,
                               .time = options.latency_time};
        figures.added_ms[rate] =
            measure_latency(peer, clusters.source, clusters.target, topic, plan);
    }
    figures.peak_megabytes = static_cast<double>(peak_memory(peer.pid()).value) / 1e6;
    return figures;
}

void print_heading()
{
    fmt::print("{:22} {:7} {:>7} {:>9} {:>8} {:>7} {:>8}",
               "case",
               "peer",
               "MB/s",
               "records/s",
               "CPU-s/GB",
               "RSS MB",
               "markers");
    for (const auto rate : rates) fmt::print("  p50, p99 ms at {:>3}/s", rate);
    fmt::print("\n");
}

void print_row(const std::string& title, const std::string& peer, const Figures& figures)
{
    const auto& throughput = figures.throughput;
    fmt::print("{:22} {:7} {:7.1f} {:9.0f} {:8.2f} {:7.0f} {:8}",
               title,
               peer,
               throughput.megabytes_per_second(),
               throughput.records_per_second(),
               throughput.cpu_per_gigabyte(),
               figures.peak_megabytes,
               throughput.markers);
    for (const auto& [rate, added] : figures.added_ms) {
        fmt::print("  {:8.1f} {:10.1f}", percentile(added, 50), percentile(added, 99));
    }
    fmt::print("\n");
    std::fflush(stdout);
}

// What a peer has of what another one has.
void print_ratios(const std::string& title, const Figures& ours, const Figures& theirs)
{
    fmt::print("  strait / {:4}: throughput {:.2f}, CPU per GB {:.2f}",
               title,
               ours.throughput.megabytes_per_second() / theirs.throughput.megabytes_per_second(),
               ours.throughput.cpu_per_gigabyte() / theirs.throughput.cpu_per_gigabyte());
    for (const auto& [rate, added] : ours.added_ms) {
        fmt::print(", p99 at {}/s {:.2f}",
                   rate,
                   percentile(added, 99) / percentile(theirs.added_ms.at(rate), 99));
    }
    fmt::print(", RSS {:.2f}\n", ours.peak_megabytes / theirs.peak_megabytes);
}

// A peer that fails ends neither the case nor the others; it has no ratios.
std::map<std::string, Figures> measure_peers(const Clusters& clusters,
                                             const Case& what,
                                             const LinkOptions& options,
                                             const TopicName& topic)
{
    const auto title = fmt::format("{} B {} x{}", what.record_bytes, what.codec, what.partitions);
    std::map<std::string, Figures> all;
    for (const auto& peer : options.peers) {
        try {
            const auto figures = measure(clusters, peer, what, options, topic);
            print_row(title, peer, all.emplace(peer, figures).first->second);
        } catch (const std::runtime_error& failure) {
            fmt::print("{:22} {:7} failed: {}\n", title, peer, failure.what());
            std::fflush(stdout);
        }
    }
    return all;
}

// False if Strait, asked for, could not be measured.
bool run_case(const Clusters& clusters, const Case& what, const LinkOptions& options, int number)
{
    const TopicName topic{fmt::format("load-{}", number)};
    testing::KafkaAdmin source{clusters.source.admin_properties()};
    source.create_topic(topic, what.partitions);
    const auto records =
        std::min<std::int64_t>(static_cast<std::int64_t>(options.backlog.value / what.record_bytes),
                               options.backlog_records);
    write_load(clusters.source.admin_properties(),
               {.topic = topic,
                .partitions = what.partitions,
                .record_bytes = what.record_bytes,
                .records = records,
                .codec = what.codec});
    const auto all = measure_peers(clusters, what, options, topic);
    if (all.contains("strait")) {
        for (const auto* other : {"mm2", "copy"}) {
            if (all.contains(other)) print_ratios(other, all.at("strait"), all.at(other));
        }
    }
    source.delete_topic(topic);
    return all.contains("strait") ||
           std::ranges::find(options.peers, "strait") == options.peers.end();
}

int run(const LinkOptions& options)
{
    testing::KafkaCluster source{for_throughput()};
    testing::KafkaCluster target{for_throughput()};
    const auto relay = measure_relay({4'000'000'000});
    fmt::print("relay limit: {:.0f} MB/s, {:.2f} CPU-s/GB\n\n",
               relay.megabytes_per_second,
               relay.cpu_per_gigabyte);
    print_heading();
    int number = 0;
    bool measured = true;
    for (const auto& what : options.cases) {
        measured = run_case({source, target}, what, options, ++number) && measured;
    }
    return measured ? 0 : 1;
}

}  // namespace
}  // namespace strait::bench

int main(int argc, char** argv)
{
    std::vector<std::string> words(argv + 1, argv + argc);
    try {
        if (!words.empty() && words.front() == "--bare-copy") {
            words.erase(words.begin());
            return strait::bench::run_bare_copy(words);
        }
        const auto options = strait::bench::read_link_options(words);
        if (!options) {
            fmt::print(stderr, "{}\n{}", options.error().detail(), strait::bench::link_usage);
            return 2;
        }
        return strait::bench::run(*options);
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
        return 1;
    }
}
