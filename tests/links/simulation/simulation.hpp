#pragma once

#include "links/shard/ports.hpp"
#include "links/shard/shard.hpp"
#include "tests/links/simulation/simulated_clusters.hpp"
#include "tests/links/store/memory_view.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::links::simulation {

// What may happen in a run; chances are per mille of a step.
struct Weather {
    int steps = 400;  // before all is well again
    int crash = 10;
    int fault = 30;  // of a call
    int cancel = 2;
    int recheck = 10;  // of the topics, as after they changed
    int append = 120;
    int retention = 0;
    int truncation = 0;
    int election = 0;  // of a leader that has the whole log
    int recreation = 0;
    int shrinking = 0;         // of a topic that is created again; it may grow later
    int refusal = 0;           // of a record, by the target
    int death = 0;             // of the target's brokers, before they wrote the last markers
    int spared = 0;            // of the markers that such a death takes
    int zombie = 0;            // a second process with the same shard
    int target_retention = 0;  // with logs that fill several blocks from the beginning
    Delivery delivery = Delivery::exactly_once;
    LossPolicies policies{GapPolicy::skip, GapPolicy::restart, GapPolicy::restart};
    RecordPolicy on_bad_record = RecordPolicy::skip;
};

// What all processes of a run share.
struct World {
    World(std::uint64_t seed, const Weather& weather);

    LinkName link;
    Dice dice;
    Weather weather;
    bool calm = false;  // healed: no faults, and the source rests
    Clock::Time now{std::chrono::hours{1}};
    std::vector<SourceTopic> topics;
    std::uint64_t contents = 0;
    std::uint32_t terms = 0;  // one for each process
    Target target;
    TopicPartition links{TopicName{"_strait.links"}, Partition{0}};
    TopicId target_id{{200}};
    std::vector<Mirror> mirrors;              // as the link wants them
    std::set<std::uint64_t> refused;          // records that the target never takes
    bool target_down = false;                 // it takes nothing
    Clock::Time ids_known_at{};               // until then the source does not tell topic ids
    std::set<TopicPartition> stuck;           // that the consumer reads nothing of
    std::map<TopicPartition, Error> failing;  // once, instead of what comes next
    std::map<TopicPartition, int> assigned;   // how often
    std::uint64_t bandwidth = 0;              // of the link, in bytes per second; 0: no limit
    Clock::Time::duration commit_takes{};
    bool aborts_fail = false;
    std::set<const void*> at_work;  // producers without transactions, which hide nothing halfway

    [[nodiscard]] bool in_transactions() const
    {
        return weather.delivery == Delivery::exactly_once;
    }
    [[nodiscard]] SourceLog& log(const TopicPartition& at);
    [[nodiscard]] SourceTopic& topic(const TopicName& name);
    [[nodiscard]] bool has(const TopicPartition& at);

    [[nodiscard]] PartitionFacts facts_of(const Mirror& mirror);

    // A failure for a call, or none.
    std::optional<Error> fault(std::initializer_list<Errc> codes);

    void change();    // something happens at the source, or to the target's logs
    void discover();  // the link takes note of new incarnations
};

LinkConfig config_of(const World& world);

// One shard of an instance of the link.
struct Role {
    ShardNumber number;
    Term term;
    std::uint32_t shards = 1;  // of the instance
    std::uint32_t seed = 0;
};

// One process with one shard. Its view outlives it, as a disk would.
class Process {
  public:
    Process(World& world, LinkView& view, Role role);
    Process(World& world, LinkView& view, std::uint32_t seed);  // the only shard, in the next term
    ~Process();

    // One step of its coroutine. False when run() has ended.
    bool step();
    void cancel();

    [[nodiscard]] Shard& shard();
    [[nodiscard]] const std::optional<Error>& ended() const;
    [[nodiscard]] LinkView& view();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// What an instance does before it starts with another number of shards: closes so many old ones.
class Closing {
  public:
    Closing(World& world, LinkView& view, std::uint32_t count, Term term);
    ~Closing();

    // As Process::step().
    bool step();

    [[nodiscard]] const std::optional<Result<void>>& ended() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// What a run found: violations, one line each.
struct Outcome {
    std::vector<std::string> violations;
    std::uint64_t steps = 0;
    std::uint64_t committed = 0;
    std::uint64_t crashes = 0;
    std::uint64_t rebuilt = 0;      // views that were ahead of the target
    std::uint64_t regenerated = 0;  // partitions that were copied again from somewhere on
    std::uint64_t forgotten = 0;    // blocks of the offset map
};
class Simulation {
  public:
    Outcome run(std::uint64_t seed, const Weather& weather);

  private:
    std::array<MemoryView, 2> disks_;
};

// Compares what the target holds with what the source had, with the map and with the ledger.
struct Examined {
    std::vector<std::string> violations;
    std::uint64_t forgotten = 0;  // blocks of the offset map
};
Examined examine(const World& world, const LinkView& view);

}  // namespace strait::links::simulation
