#include "bench/latency_trace.hpp"
#include "bench/many_topics.hpp"
#include "bench/measurement.hpp"
#include "bench/scale_options.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/link_door.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How many topics one node mirrors, and what those notice that are mirrored already when a topic,
// and a link, is added.
namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto copied_deadline = 300s;
constexpr auto settling_time = 5s;  // counted to what was added, after its first record
constexpr auto warm_up_time = 5s;
constexpr auto look_interval = 1s;

constexpr double memory_max_mb = 2000;
constexpr double dry_run_max_s = 5;
constexpr double failover_max_s = 10;

constexpr auto configuration = R"(ops: {{listen: ""}}
clusters:
  a:
    bootstrap: ["{source}"]
  b:
    bootstrap: ["{target}"]
links:
  - name: many
    source: a
    target: b
    topics:
      include: ["many-*"]
    limits: {{partitions: 100000}}
)";

constexpr auto added_link = R"(name: added
source: a
target: b
topics: {include: ["added-*"]}
)";

// Heap and threads for thousands of partitions; and none of the haste of the tests' clusters, which
// look at each partition twice a second.
testing::KafkaClusterOptions for_many_partitions()
{
    testing::KafkaClusterOptions options;
    options.java_options = {"-Xms512m", "-Xmx1536m", "-XX:TieredStopAtLevel=4"};
    options.properties = {{"num.network.threads", "3"},
                          {"num.io.threads", "8"},
                          {"log.retention.check.interval.ms", "300000"},
                          {"log.cleaner.backoff.ms", "15000"},
                          {"log.index.size.max.bytes", "65536"},
                          {"broker.session.timeout.ms", "18000"},
                          {"broker.heartbeat.interval.ms", "2000"}};
    return options;
}

double seconds_since(Clock::time_point begun)
{
    return std::chrono::duration<double>{Clock::now() - begun}.count();
}

ManyTopics topics_of(const ScaleOptions& options)
{
    ManyTopics topics{.names = {}, .partitions = options.partitions};
    topics.names.reserve(options.topics);
    for (std::size_t i = 0; i < options.topics; ++i) {
        topics.names.emplace_back(fmt::format("many-{:05}", i));
    }
    return topics;
}

// What is held to a limit; says whether it kept it.
class Findings {
  public:
    void add(std::string_view what, double value, std::string_view unit, double max)
    {
        const bool kept = value <= max;
        missed_ = missed_ || !kept;
        fmt::print("{:34} {:8.2f} {:3} of {:6.0f}{}\n", what, value, unit, max, kept ? "" : "  !");
        std::fflush(stdout);
    }

    static void tell(std::string_view what, double seconds)
    {
        fmt::print("{:34} {:8.2f} s\n", what, seconds);
        std::fflush(stdout);
    }

    [[nodiscard]] bool missed() const { return missed_; }

  private:
    bool missed_ = false;
};

// One measurement: the clusters, the node, and what it mirrors.
class Scale {
  public:
    explicit Scale(ScaleOptions options)
        : options_{std::move(options)},
          topics_{topics_of(options_)},
          source_{for_many_partitions()},
          target_{for_many_partitions()},
          node_{fmt::format(configuration,
                            fmt::arg("source", source_.bootstrap()),
                            fmt::arg("target", target_.bootstrap()))}
    {
    }

    int run();

  private:
    void activate();
    void wait_until_active(Clock::time_point begun);
    void trace();
    Window add(std::string name, const ManyTopics& topic, bool with_link);
    Window rest(std::string name) const;
    void fail_over();
    double timed(std::vector<std::string> words) const;

    ScaleOptions options_;
    ManyTopics topics_;
    testing::KafkaCluster source_;
    testing::KafkaCluster target_;
    testing::StraitProcess node_;
    Findings findings_;
};

int Scale::run()
{
    activate();
    trace();
    fail_over();
    const auto peak_mb = static_cast<double>(peak_memory(node_.pid()).value) / 1e6;
    findings_.add("peak memory of the node", peak_mb, "MB", memory_max_mb);
    return findings_.missed() ? 1 : 0;
}

void Scale::activate()
{
    fmt::print("{} topics x {} partitions\n", topics_.names.size(), topics_.partitions);
    std::fflush(stdout);
    auto begun = Clock::now();
    create(source_, topics_);
    write_round(source_, topics_);
    Findings::tell("made at the source", seconds_since(begun));

    begun = Clock::now();
    node_.start();
    wait_until_active(begun);
    Findings::tell("all active", seconds_since(begun));
    const auto count = topics_.all_partitions();
    await_records(target_, topics_, count, copied_deadline);
    Findings::tell("a record of each copied", seconds_since(begun));

    begun = Clock::now();
    write_round(source_, topics_);
    Findings::tell("one more of each written", seconds_since(begun));
    await_records(target_, topics_, 2 * count, copied_deadline);
    Findings::tell("and copied, from its beginning", seconds_since(begun));
}

void Scale::wait_until_active(Clock::time_point begun)
{
    testing::LinkDoor door{node_.data_dir(), "many"};
    std::size_t active = 0;
    while (active < topics_.all_partitions()) {
        const bool late = Clock::now() - begun > options_.active_time;
        if (late || !node_.running()) {
            throw std::runtime_error{
                fmt::format("{} partitions are active:\n{}", active, late ? "" : node_.log())};
        }
        pause(look_interval);
        const auto status = door.status();
        if (!status) continue;
        active = 0;
        for (const auto& topic : status->topics) {
            active += static_cast<std::size_t>(
                std::ranges::count(topic.partitions, "active", &api::PartitionDocument::state));
        }
    }
}

Window Scale::rest(std::string name) const
{
    const auto begun = Clock::now();
    pause(options_.quiet_time);
    return {.name = std::move(name), .begin = begun, .end = Clock::now(), .quiet = true};
}

// Until its record is at the target, and a little longer. The node itself is asked nothing.
Window Scale::add(std::string name, const ManyTopics& topic, bool with_link)
{
    const auto begun = Clock::now();
    create(source_, topic);
    write_round(source_, topic);
    if (with_link) {
        const testing::TempFolder folder{"bench-link"};
        const auto file = folder.path() / "link.yaml";
        testing::write_file(file, added_link);
        timed({"link", "create", "-f", file});
    }
    testing::KafkaAdmin admin{target_.admin_properties()};
    const bool found = testing::wait_for(
        [&] { return admin.find_topic_id(topic.names.front()).has_value(); }, copied_deadline);
    if (!found) throw std::runtime_error{topic.names.front().value() + " is not mirrored"};
    await_records(target_, topic, topic.all_partitions(), copied_deadline);
    Findings::tell(name + ": first record copied", seconds_since(begun));
    pause(settling_time);
    return {.name = std::move(name), .begin = begun, .end = Clock::now()};
}

void Scale::trace()
{
    LatencyTrace trace{source_, target_, topics_.names.front(), options_.records_per_second};
    pause(warm_up_time);
    std::vector<Window> windows;
    windows.push_back(rest("before"));
    windows.push_back(add("a topic added",
                          {.names = {TopicName{"many-added"}}, .partitions = options_.partitions},
                          false));
    windows.push_back(rest("between"));
    windows.push_back(add("a link added",
                          {.names = {TopicName{"added-0"}}, .partitions = options_.partitions},
                          true));
    windows.push_back(rest("after"));
    const auto records = trace.finish();
    if (!options_.trace.empty()) write_trace(options_.trace, windows, records);

    double noise = 0;  // the worst 99th percentile while nothing was added
    for (const auto& window : windows) {
        if (!window.quiet) continue;
        noise = std::max(noise, percentile(latencies_in(window, records), 99));
    }
    fmt::print(
        "\n{:16} {:>7} {:>8} {:>8} {:>8}  p99 / noise\n", "ms", "records", "p50", "p99", "max");
    for (const auto& window : windows) {
        const auto some = latencies_in(window, records);
        fmt::print("{:16} {:7} {:8.1f} {:8.1f} {:8.1f}  {:.2f}\n",
                   window.name,
                   some.size(),
                   percentile(some, 50),
                   percentile(some, 99),
                   percentile(some, 100),
                   percentile(some, 99) / noise);
    }
    fmt::print("\n");
    std::fflush(stdout);
}

// How long such a command takes.
double Scale::timed(std::vector<std::string> words) const
{
    const auto begun = Clock::now();
    const auto [exit_code, output] = node_.run(std::move(words));
    const auto took = seconds_since(begun);
    if (exit_code != 0) throw std::runtime_error{output};
    return took;
}

// As it has to be done: the source is gone.
void Scale::fail_over()
{
    source_.kill();
    const auto dry = timed({"link", "failover", "many", "--dry-run"});
    findings_.add("failover --dry-run", dry, "s", dry_run_max_s);
    const auto done = timed({"link", "failover", "many", "--yes"});
    findings_.add("failover", done, "s", failover_max_s);
}

}  // namespace
}  // namespace strait::bench

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        auto options = strait::bench::read_scale_options(words);
        if (!options) {
            fmt::print(stderr, "{}\n{}", options.error().detail(), strait::bench::scale_usage);
            return 2;
        }
        return strait::bench::Scale{*std::move(options)}.run();
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
        return 1;
    }
}
