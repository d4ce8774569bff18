#pragma once

#include "core/ids.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/link_door.hpp"
#include "tests/support/live_reader.hpp"
#include "tests/support/load.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/verdict.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

struct LinkLoadOptions {
    std::uint64_t seed = 1;
    std::int32_t partitions = 4;  // of each topic
    std::uint32_t shards = 3;
    std::size_t records_per_second = 300;  // of each topic
    std::string link_keys{};               // more of the link's YAML, each line indented by four
    std::string far_keys{};                // more of the target cluster's, as `, key: value`
};

// A link of two topics, one written in transactions and one without, both all through the test, and
// a live reader of each mirror. It starts nothing but these: the test starts `strait`, and plays.
class LinkUnderLoad {
  public:
    LinkUnderLoad(const KafkaCluster& source, const KafkaCluster& target, LinkLoadOptions options);

    // The program; what verdict() asks.
    [[nodiscard]] StraitProcess& strait() { return *processes_.front(); }

    // One more program of the same configuration, with a data folder of its own.
    StraitProcess& second();

    // What a program says of the link.
    [[nodiscard]] LinkDoor door(const StraitProcess& process) const;
    [[nodiscard]] LinkDoor door() { return door(strait()); }

    [[nodiscard]] const std::string& link() const noexcept { return link_; }
    [[nodiscard]] std::string configuration() const;
    void set_shards(std::uint32_t shards);

    // False if the producers have not written so many more by the deadline, whatever became of
    // them: the time that passes meanwhile, measured in work.
    [[nodiscard]] bool writes_more(std::size_t records,
                                   std::chrono::seconds deadline = std::chrono::seconds{60}) const;

    // False if they have not seen so many more by the deadline: the link does not get on.
    [[nodiscard]] bool sees_more(std::size_t records,
                                 std::chrono::seconds deadline = std::chrono::seconds{60}) const;

    // Ends the program and starts it again so many times, at moments that the seed draws: in the
    // middle of the work, and while it still begins. False if it ever does not get on.
    [[nodiscard]] bool survives_kills(std::size_t kills);

    // Ends the load, and waits until all of it is mirrored; false if that takes too long.
    [[nodiscard]] bool drains(LinkDoor door);

    struct Answer {
        TopicPartition at;
        links::Direction direction;
        Offset asked;
        links::Translation translation;
    };
    // REQUIRES: drains(). The answers for every position of both sides, and some beyond.
    [[nodiscard]] std::vector<Answer> answers(LinkDoor door) const;

    // Ends the load, waits until all of it is mirrored, and holds everything against everything:
    // records, order, positions both ways, `_strait.links`, what the readers saw meanwhile. The
    // program that is asked runs.
    [[nodiscard]] Verdict verdict(StraitProcess& asked);
    [[nodiscard]] Verdict verdict() { return verdict(strait()); }

    // One of the topics, at the source.
    [[nodiscard]] const TopicName& topic() const { return topics_.front().source; }

    // What the program logged, all of its lives together, and how it stands.
    [[nodiscard]] std::string story();

  private:
    struct Mirrored {
        TopicName source;
        TopicName target;
        std::unique_ptr<Load> load;  // none once it was ended
        std::unique_ptr<LiveReader> reader;
        std::vector<ProducedRecord> produced;
    };

    void add(const TopicName& topic, const std::string& transactional_id, std::uint32_t producer);
    void end_load();
    LinkDoor::Awaited drain(LinkDoor& door);
    void check(Mirrored& mirrored, LinkDoor& door, Verdict& verdict) const;
    void check_log(Verdict& verdict) const;
    void remember(const StraitProcess& process);

    LinkLoadOptions options_;
    ClientProperties source_;
    ClientProperties target_;
    std::string near_;  // where the program connects
    std::string far_;
    std::string link_;
    std::mt19937_64 random_;
    std::vector<std::unique_ptr<StraitProcess>> processes_;
    std::vector<Mirrored> topics_;
    std::string logged_;
};

// The seed of this run: 1, or what the environment says in STRAIT_FAULT_SEED.
std::uint64_t fault_seed();

}  // namespace strait::testing
