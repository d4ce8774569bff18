#include "tests/faults/link_under_load.hpp"

#include "links/clusters/target_log.hpp"
#include "links/store/link_record.hpp"
#include "tests/support/checker.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/evidence.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/shared_clusters.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace strait::testing {

using namespace std::chrono_literals;

namespace {

constexpr auto drain_deadline = 180s;
constexpr std::uint64_t burst_max = 1200;    // records between two kills
constexpr std::uint64_t begin_ms_max = 900;  // a kill that does not wait for records
constexpr std::size_t story_bytes_max = 20'000;

// The end of each partition's log, by topic.
using Ends = std::map<std::string, std::map<std::int32_t, std::int64_t>>;

// With no transaction open, a link passes what follows the last record too: markers, aborts.
bool has_reached(const LinkDoor::Status& status, const Ends& ends)
{
    std::size_t reached = 0;
    for (const auto& topic : status.topics) {
        const auto found = ends.find(topic.source);
        if (found == ends.end()) continue;
        for (const auto& partition : topic.partitions) {
            const auto end = found->second.find(partition.id);
            if (end != found->second.end() && partition.next_source_offset < end->second)
                return false;
        }
        ++reached;
    }
    return reached == ends.size();
}

Ends ends_of(const ClientProperties& source, const std::vector<TopicName>& topics, int partitions)
{
    KafkaAdmin admin{source};
    Ends ends;
    for (const auto& topic : topics) {
        for (std::int32_t i = 0; i < partitions; ++i) {
            ends[topic.value()][i] = admin.log_range({topic, Partition{i}}).end.value();
        }
    }
    return ends;
}

// Where the link stands, in the order of the partitions.
std::vector<Offset> positions_of(const LinkDoor::Status& status, const TopicName& topic)
{
    std::vector<Offset> positions;
    for (const auto& each : status.topics) {
        if (each.source != topic.value()) continue;
        for (const auto& partition : each.partitions) {
            positions.emplace_back(partition.next_source_offset.value_or(0));
        }
    }
    return positions;
}

}  // namespace

std::uint64_t fault_seed() { return std::stoull(environment_or("STRAIT_FAULT_SEED", "1")); }

LinkUnderLoad::LinkUnderLoad(const KafkaCluster& source,
                             const KafkaCluster& target,
                             LinkLoadOptions options)
    : options_{std::move(options)},
      source_{source.admin_properties()},
      target_{target.admin_properties()},
      near_{source.proxied() ? source.proxied_bootstrap() : source.bootstrap()},
      far_{target.proxied() ? target.proxied_bootstrap() : target.bootstrap()},
      link_{unique_topic("link").value()},
      random_{options_.seed}
{
    add(unique_topic("orders"), unique_topic("load").value(), 1);
    add(unique_topic("clicks"), "", 2);
    processes_.push_back(std::make_unique<StraitProcess>(configuration()));
}

void LinkUnderLoad::add(const TopicName& topic,
                        const std::string& transactional_id,
                        std::uint32_t producer)
{
    KafkaAdmin{source_}.create_topic(topic, options_.partitions, workload_topic_configs());
    const TopicName mirror{"far." + topic.value()};
    WorkloadOptions workload{.seed = options_.seed,
                             .producer = producer,
                             .topic = topic,
                             .partitions = options_.partitions};
    workload.body_bytes_max = 4096;
    topics_.push_back(
        {topic,
         mirror,
         std::make_unique<Load>(source_, workload, transactional_id, options_.records_per_second),
         std::make_unique<LiveReader>(target_, mirror),
         {}});
}

std::string LinkUnderLoad::configuration() const
{
    constexpr std::string_view form = R"(ops: {{listen: ""}}
clusters:
  near: {{bootstrap: ["{}"]}}
  far: {{bootstrap: ["{}"]{}}}
links:
  - name: {}
    source: near
    target: far
    shards: {}
    topics:
      include: ["{}", "{}"]
      rename: {{prefix: "far."}}
      create: {{replication_factor: broker}}
{})";
    const auto quoted = [](std::string servers) {
        for (std::size_t at = 0; (at = servers.find(',', at)) != std::string::npos; at += 3) {
            servers.replace(at, 1, "\",\"");
        }
        return servers;
    };
    return fmt::format(form,
                       quoted(near_),
                       quoted(far_),
                       options_.far_keys,
                       link_,
                       options_.shards,
                       topics_.at(0).source.value(),
                       topics_.at(1).source.value(),
                       options_.link_keys);
}

void LinkUnderLoad::set_shards(std::uint32_t shards)
{
    options_.shards = shards;
    for (const auto& process : processes_) process->write_configuration(configuration());
}

StraitProcess& LinkUnderLoad::second()
{
    return *processes_.emplace_back(std::make_unique<StraitProcess>(configuration()));
}

LinkDoor LinkUnderLoad::door(const StraitProcess& process) const
{
    return LinkDoor{process.data_dir(), link_};
}

bool LinkUnderLoad::writes_more(std::size_t records, std::chrono::seconds deadline) const
{
    return std::ranges::all_of(topics_, [&](const Mirrored& topic) {
        return topic.load->wait_for(topic.load->count() + records / topics_.size(), deadline);
    });
}

bool LinkUnderLoad::sees_more(std::size_t records, std::chrono::seconds deadline) const
{
    return std::ranges::all_of(topics_, [&](const Mirrored& topic) {
        return topic.reader->wait_for(topic.reader->seen() + records / topics_.size(), deadline);
    });
}

bool LinkUnderLoad::survives_kills(std::size_t kills)
{
    for (std::size_t i = 0; i < kills; ++i) {
        if (random_() % 4 == 0) {
            const std::chrono::milliseconds moment{random_() % begin_ms_max};
            const auto& reader = *topics_[random_() % topics_.size()].reader;
            static_cast<void>(reader.wait_for(reader.seen() + burst_max, moment));
        } else if (!sees_more(1 + random_() % burst_max)) {
            return false;
        }
        if (!strait().running()) return false;
        strait().kill();
        remember(strait());
        strait().start();
    }
    return true;
}

void LinkUnderLoad::end_load()
{
    for (auto& topic : topics_) {
        if (!topic.load) continue;
        topic.produced = topic.load->finish();
        topic.load.reset();
    }
}

bool LinkUnderLoad::drains(LinkDoor door) { return drain(door).found; }

LinkDoor::Awaited LinkUnderLoad::drain(LinkDoor& door)
{
    end_load();
    const auto ends =
        ends_of(source_, {topics_.at(0).source, topics_.at(1).source}, options_.partitions);
    return door.wait_for([&](const auto& status) { return has_reached(status, ends); },
                         drain_deadline);
}

std::vector<LinkUnderLoad::Answer> LinkUnderLoad::answers(LinkDoor door) const
{
    std::vector<Answer> answers;
    for (const auto& topic : topics_) {
        for (const auto direction : {links::Direction::forward, links::Direction::inverse}) {
            const bool forward = direction == links::Direction::forward;
            KafkaAdmin admin{forward ? source_ : target_};
            for (std::int32_t i = 0; i < options_.partitions; ++i) {
                const TopicPartition at{forward ? topic.source : topic.target, Partition{i}};
                const auto end = admin.log_range(at).end.value() + 3;
                for (std::int64_t offset = 0; offset < end; ++offset) {
                    const auto found = door.remembered(direction, at, Offset{offset});
                    answers.push_back({at, direction, Offset{offset}, found});
                }
            }
        }
    }
    return answers;
}

void LinkUnderLoad::check(Mirrored& mirrored, LinkDoor& door, Verdict& verdict) const
{
    const auto final_pass = read_all(target_, mirrored.target);
    if (!mirrored.reader->wait_for(final_pass.size(), 60s))
        verdict.fail(Invariant::no_loss,
                     fmt::format("{}: the live reader saw {} of {} records",
                                 mirrored.target.value(),
                                 mirrored.reader->seen(),
                                 final_pass.size()));
    for (auto& complaint : mirrored.reader->finish(final_pass)) {
        verdict.fail(Invariant::order, "live reader: " + complaint);
    }
    const auto status = door.status();
    const auto positions = status ? positions_of(*status, mirrored.source) : std::vector<Offset>{};
    const auto translate = [&](links::Direction direction, const TopicPartition& at, Offset asked) {
        return door.remembered(direction, at, asked);
    };
    for (auto& evidence :
         gather_evidence({source_, target_, mirrored.source, mirrored.target}, mirrored.produced)) {
        const auto number = static_cast<std::size_t>(evidence.source.partition.value());
        if (number < positions.size()) evidence.until = positions[number];
        check_partition(evidence, translate, verdict);
    }
}

void LinkUnderLoad::check_log(Verdict& verdict) const
{
    std::vector<links::LinkRecord> records;
    for (const auto& record : read_all(target_, TopicName{links::links_topic_name})) {
        auto decoded = links::decode_record(record.key.value_or(""), record.value);
        if (!decoded) {
            verdict.fail(
                Invariant::checkpoint,
                fmt::format(
                    "_strait.links@{}: {}", record.offset.value(), decoded.error().detail()));
            continue;
        }
        if (links::link_of(*decoded).value() == link_) records.push_back(*std::move(decoded));
    }
    check_links_records(records, verdict);
}

Verdict LinkUnderLoad::verdict(StraitProcess& asked)
{
    Verdict verdict{fmt::format("STRAIT_FAULT_SEED={} ./dev test faults", options_.seed)};
    auto door = this->door(asked);
    const auto drained = drain(door);
    if (!drained.found) {
        verdict.fail(Invariant::no_loss, "not drained in time: " + to_text(drained.last));
        return verdict;
    }
    if (drained.last->gaps.total > 0)
        verdict.fail(Invariant::loud_failure, "gaps without cause: " + to_text(drained.last));
    for (auto& topic : topics_) check(topic, door, verdict);
    check_log(verdict);
    return verdict;
}

void LinkUnderLoad::remember(const StraitProcess& process)
{
    std::istringstream log{process.log()};
    for (std::string line; std::getline(log, line);) {
        if (!line.contains("configuration place=")) logged_ += line + "\n";
    }
}

std::string LinkUnderLoad::story()
{
    for (const auto& process : processes_) remember(*process);
    const auto from = logged_.size() > story_bytes_max ? logged_.size() - story_bytes_max : 0;
    return fmt::format("seed {}\n{}{}",
                       options_.seed,
                       logged_.substr(from),
                       strait().running() ? to_text(door().status()) : "strait does not run");
}

}  // namespace strait::testing
