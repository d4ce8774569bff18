#include "tests/exchange/exported_metrics.hpp"

#include "core/metrics.hpp"
#include "links/link_metrics.hpp"
#include "links/shard/link_instruments.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/strait_process.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace strait::testing {

namespace {

using namespace std::chrono_literals;

// A link of which every family has a sample.
links::LinkStatus full_status()
{
    links::LinkStatus status;
    status.name = LinkName{"eu"};
    status.shards = {{1, 1}};
    for (const auto cause : links::gap_causes) status.gaps_by_cause[cause] = {1, 1};
    status.groups = {{GroupName{"billing"}, links::GroupSyncState::synced, "", 0, 1, 1}};
    auto& topic = status.topics.emplace_back();
    topic.source = TopicName{"orders"};
    auto& partition = topic.partitions.emplace_back();
    partition.lag_records = 1;
    partition.retention_headroom = 1;
    return status;
}

// Adds the samples of a text like "name{label="value"} 1", one a line. Values of a label here
// hold no quotes.
void add_samples(const std::string& text, ExportedMetrics& to)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("strait_")) continue;
        auto& labels = to[line.substr(0, line.find_first_of("{ "))];
        auto at = line.find('{');
        while (at != std::string::npos && line[at] != '}') {
            const auto equals = line.find("=\"", at);
            const auto end = line.find('"', equals + 2);
            labels[line.substr(at + 1, equals - at - 1)].insert(
                line.substr(equals + 2, end - equals - 2));
            at = end + 1;
        }
    }
}

// The program has samples of its doors alone as long as it has no link that reaches its clusters.
std::string text_of_the_program()
{
    const auto at = "127.0.0.1:" + std::to_string(reserve_port());
    StraitProcess strait{"ops: {listen: \"" + at + R"("}
clusters:
  oslo: {bootstrap: ["127.0.0.1:1"]}
  turin: {bootstrap: ["127.0.0.1:2"]}
links: [{name: eu, source: oslo, target: turin, topics: {include: [orders]}}]
)"};
    strait.start();
    if (!strait.wait_for_log("serving")) {
        throw std::runtime_error{"strait serve does not start: " + strait.log()};
    }
    const auto answer =
        run_command({"curl", "--silent", "--fail", "--noproxy", "*", "http://" + at + "/metrics"});
    if (answer.exit_code != 0) throw std::runtime_error{"no /metrics: " + strait.log()};
    return answer.output;
}

ExportedMetrics all_metrics()
{
    Metrics metrics;
    const links::LinkInstruments instruments{metrics, LinkName{"eu"}};
    const auto status = full_status();
    const auto sampling =
        metrics.sample([&status] { return links::sampled({{status, true, true}}); });
    ExportedMetrics all;
    add_samples(metrics.text(), all);
    add_samples(text_of_the_program(), all);
    return all;
}

}  // namespace

const ExportedMetrics& exported_metrics()
{
    static const auto all = all_metrics();
    return all;
}

}  // namespace strait::testing
