#pragma once

#include "api/link_documents.hpp"
#include "core/ids.hpp"
#include "links/store/translation.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/link_door.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/verdict.hpp"
#include "tests/support/workload.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

// A `strait` of its own with one link between two clusters, and its answers. Not thread-safe.
// Whatever must not happen throws std::runtime_error with the program's log.
class LinkProcess {
  public:
    using Status = LinkDoor::Status;

    // `keys`: the YAML of the link below its name, source and target; see topic_keys().
    LinkProcess(const KafkaCluster& source, const KafkaCluster& target, std::string_view keys);

    [[nodiscard]] StraitProcess& strait() noexcept { return strait_; }
    [[nodiscard]] const std::string& name() const noexcept { return link_; }

    // For the next start.
    void configure(std::string_view keys);

    // What that writes down, for one more program with the same link.
    [[nodiscard]] std::string configuration(std::string_view keys) const;

    void start() { strait_.start(); }
    void stop();  // SIGTERM, and waits

    // Nothing while nobody answers.
    std::optional<Status> status() { return door_.status(); }

    // The first status that `is_wanted`; throws with the last one if there is none by the deadline.
    Status wait_for(const std::function<bool(const Status&)>& is_wanted,
                    std::chrono::seconds deadline = std::chrono::seconds{100});

    // Waits until a partition, named as at the source, is `active`, `halted` or `source_gone`.
    api::PartitionDocument wait_for_state(const TopicPartition& at, std::string_view state);

    // Waits until all before that offset of the source is copied.
    void wait_until_passed(const TopicPartition& at, Offset next);

    // Waits until every partition's last visible record is copied.
    void wait_until_copied(const TopicName& topic);

    // The ledger of one partition, oldest entry first.
    std::vector<api::GapDocument> gaps(const TopicPartition& at) { return door_.gaps(at); }

    // The answers for all offsets in [from, to), in order.
    std::vector<links::Translation> translate(links::Direction direction,
                                              const TopicPartition& at,
                                              Offset from,
                                              Offset to)
    {
        return door_.translate(direction, at, from, to);
    }

    // Holds the mirror of a whole topic against its source, its ledger and every translation.
    struct Expectation {
        TopicName topic;
        TopicName target{};  // empty: of the same name
        std::vector<ProducedRecord> produced{};
        std::map<Partition, Offset> starts{};  // where a partition does not start at its first
        bool compacted = false;
    };
    Verdict verdict(const Expectation& expected);

  private:
    // Where the link stands at the source.
    std::map<Partition, Offset> positions(const TopicName& topic);
    Verdict verdict_at(const Expectation& expected, const std::map<Partition, Offset>& positions);

    const KafkaCluster& source_;
    const KafkaCluster& target_;
    std::string link_;
    StraitProcess strait_;
    LinkDoor door_;
};

// The keys of a link of these topics, with looks at both clusters in quick succession. `more`
// goes into `topics` and `limits` into those, `after` follows.
std::string topic_keys(std::string_view include,
                       std::string_view more = {},
                       std::string_view after = {},
                       std::string_view limits = {});

}  // namespace strait::testing
