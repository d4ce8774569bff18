#include "tests/support/link_process.hpp"

#include "links/shard/source_stamp.hpp"
#include "tests/support/checker.hpp"
#include "tests/support/evidence.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

links::GapCause cause_named(std::string_view name)
{
    for (const auto cause : links::gap_causes) {
        if (to_string(cause) == name) return cause;
    }
    throw std::runtime_error{"unknown cause: " + std::string{name}};
}

links::Gap gap_of(const api::GapDocument& entry)
{
    links::Gap gap;
    gap.id = entry.id;
    gap.topic = TopicName{entry.topic};
    gap.partition = Partition{entry.partition};
    gap.cause = cause_named(entry.cause);
    gap.from = Offset{entry.from};
    gap.to = Offset{entry.to};
    gap.open = entry.open;
    return gap;
}

// A copy of a link without transactions says what it is of; the rest of it is the source's.
void take_stamp_off(SeenRecord& record, const std::string& link)
{
    if (record.headers.empty()) return;
    const auto& [name, value] = record.headers.back();
    const bool ours = name == links::stamp_header && value.value_or("").starts_with(link + "/");
    if (ours) record.headers.pop_back();
}

}  // namespace

std::string topic_keys(std::string_view include,
                       std::string_view more,
                       std::string_view after,
                       std::string_view limits)
{
    return fmt::format("    topics: {{include: [\"{}\"], discovery_interval: 1s{}{}}}\n"
                       "    timeouts: {{id_check: 1s}}\n"
                       "    limits: {{memory: 64MiB{}{}}}\n"
                       "    commit: {{bytes: 8MiB}}\n"
                       "    shards: 2\n{}",
                       include,
                       more.empty() ? "" : ", ",
                       more,
                       limits.empty() ? "" : ", ",
                       limits,
                       after);
}

LinkProcess::LinkProcess(const KafkaCluster& source,
                         const KafkaCluster& target,
                         std::string_view keys)
    : source_{source},
      target_{target},
      link_{unique_topic("link").value()},
      strait_{configuration(keys)},
      door_{strait_.data_dir(), link_}
{
}

std::string LinkProcess::configuration(std::string_view keys) const
{
    return fmt::format("ops: {{listen: \"\"}}\n"
                       "clusters:\n"
                       "  left: {{bootstrap: [{}]}}\n"
                       "  right: {{bootstrap: [{}]}}\n"
                       "links:\n"
                       "  - name: {}\n"
                       "    source: left\n"
                       "    target: right\n"
                       "{}",
                       source_.bootstrap(),
                       target_.bootstrap(),
                       link_,
                       keys);
}

void LinkProcess::configure(std::string_view keys)
{
    strait_.write_configuration(configuration(keys));
}

void LinkProcess::stop()
{
    const auto code = strait_.terminate();
    if (code != 0) throw std::runtime_error{"strait did not end well:\n" + strait_.log()};
}

LinkProcess::Status LinkProcess::wait_for(const std::function<bool(const Status&)>& is_wanted,
                                          std::chrono::seconds deadline)
{
    std::optional<Status> last;
    bool wanted = false;
    const auto ended = [&] {
        last = status();
        wanted = last && is_wanted(*last);
        return wanted || !strait_.running();
    };
    if (testing::wait_for(ended, deadline) && wanted) return *std::move(last);
    throw std::runtime_error{"the link does not get there: " + to_text(last) + "\n" +
                             strait_.log()};
}

api::PartitionDocument LinkProcess::wait_for_state(const TopicPartition& at, std::string_view state)
{
    const auto status = wait_for([&](const Status& link) {
        const auto* const partition = find_partition(link, at);
        return partition != nullptr && partition->state == state;
    });
    return *find_partition(status, at);
}

void LinkProcess::wait_until_passed(const TopicPartition& at, Offset next)
{
    wait_for([&](const Status& link) {
        const auto* const partition = find_partition(link, at);
        // The position that a partition starts from may be of what the topic was before.
        return partition != nullptr && partition->state != "starting" &&
               partition->next_source_offset >= next.value();
    });
}

void LinkProcess::wait_until_copied(const TopicName& topic)
{
    std::map<Partition, Offset> ends;
    for (const auto& record : read_all(source_.admin_properties(), topic)) {
        ends[record.at.partition] = Offset{record.offset.value() + 1};
    }
    for (const auto& [partition, end] : ends) wait_until_passed({topic, partition}, end);
}

std::map<Partition, Offset> LinkProcess::positions(const TopicName& topic)
{
    const auto link = status();
    if (!link) throw std::runtime_error{"no answer:\n" + strait_.log()};
    std::map<Partition, Offset> positions;
    for (const auto& each : link->topics) {
        if (each.source != topic.value()) continue;
        for (const auto& partition : each.partitions) {
            positions.emplace(partition.id, partition.next_source_offset.value_or(0));
        }
    }
    return positions;
}

// What is asked about the end depends on the position, which may pass a marker meanwhile.
Verdict LinkProcess::verdict(const Expectation& expected)
{
    for (;;) {
        const auto before = positions(expected.topic);
        auto verdict = verdict_at(expected, before);
        if (verdict.passed() || before == positions(expected.topic)) return verdict;
    }
}

Verdict LinkProcess::verdict_at(const Expectation& expected,
                                const std::map<Partition, Offset>& positions)
{
    const auto& target = expected.target == TopicName{} ? expected.topic : expected.target;
    const MirrorSides sides{
        source_.admin_properties(), target_.admin_properties(), expected.topic, target};

    LinkDoor door{strait_.data_dir(), link_};
    const Translate ask = [&](links::Direction direction, const TopicPartition& at, Offset offset) {
        return door.remembered(direction, at, offset);
    };
    Verdict verdict;
    for (auto& evidence : gather_evidence(sides, expected.produced)) {
        for (auto& record : evidence.target_records) take_stamp_off(record, link_);
        evidence.until = positions.at(evidence.source.partition);
        evidence.compacted = expected.compacted;
        for (const auto& gap : gaps(evidence.source)) evidence.gaps.push_back(gap_of(gap));
        const auto start = expected.starts.find(evidence.source.partition);
        if (start != expected.starts.end()) evidence.start = start->second;
        check_partition(evidence, ask, verdict);
    }
    return verdict;
}

}  // namespace strait::testing
