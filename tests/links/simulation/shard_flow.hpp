#pragma once

#include "tests/links/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace strait::links::simulation {

using namespace std::chrono_literals;

// A shard in good weather, with a source that only the test writes to.
struct ShardFlowTest : ::testing::Test {
    MemoryView disk;
    World world;
    LinkView view = disk.view.link(world.link).value();
    Process process;
    Clock::Time told_at{};

    explicit ShardFlowTest(const LossPolicies& policies = Weather{}.policies,
                           RecordPolicy on_bad_record = RecordPolicy::skip,
                           std::uint64_t bandwidth = 0)
        : world{7,
                {.crash = 0,
                 .fault = 0,
                 .cancel = 0,
                 .append = 0,
                 .policies = policies,
                 .on_bad_record = on_bad_record}},
          process{start(bandwidth)}
    {
        world.mirrors.resize(1);
        process.shard().put(world.mirrors.front());
    }

    Process start(std::uint64_t bandwidth)
    {
        world.bandwidth = bandwidth;
        return Process{world, view, 1};
    }

    [[nodiscard]] SourceLog& log(std::size_t mirror = 0)
    {
        return world.log(world.mirrors[mirror].source);
    }

    void write(int count, std::size_t mirror = 0)
    {
        for (int i = 0; i < count; ++i) log(mirror).append(++world.contents);
    }

    // A transaction with these records in `_strait.links`; returns the end.
    Offset write_log(const std::vector<LinkRecord>& records)
    {
        for (const auto& record : records) {
            world.target.append(
                ShardNumber{0}, world.links, {encode_key(key_of(record)), encode_value(record), 0});
        }
        world.target.end_transaction(ShardNumber{0}, Target::Outcome::committed);
        return Offset{std::ssize(world.target.log(world.links))};
    }

    // A second partition of the same topic.
    void put_neighbour()
    {
        world.topics.front().now().partitions.resize(2);
        world.mirrors.resize(1);
        world.mirrors.push_back(world.mirrors.front());
        world.mirrors.back().source.partition = Partition{1};
        process.shard().put(world.mirrors.back());
    }

    // As the link does it when it has looked at the source.
    void tell_topics()
    {
        world.discover();
        for (const auto& mirror : world.mirrors) process.shard().put(mirror);
    }

    void recreate_with(std::size_t partitions)
    {
        auto& topic = world.topics.front();
        topic.incarnations.push_back({TopicId{{1, 2}}, std::vector<SourceLog>(partitions)});
        for (const auto& mirror : world.mirrors) process.shard().recheck(mirror.source);
        tell_topics();
    }

    // The newest entry of the ledger about one partition.
    [[nodiscard]] std::optional<Gap> gap_of(std::size_t mirror)
    {
        std::optional<Gap> newest;
        for (const auto& gap : view.gaps().value()) {
            if (gap.partition == world.mirrors[mirror].source.partition) newest = gap;
        }
        return newest;
    }

    [[nodiscard]] PartitionStatus partition(std::size_t mirror = 0)
    {
        const auto partitions = process.shard().status().partitions;
        const auto found = partitions.find(world.mirrors[mirror].source);
        return found == partitions.end() ? PartitionStatus{} : found->second;
    }

    // As the link does it; the log's last `open` offsets belong to open transactions.
    void tell_ends(std::int64_t open)
    {
        if (world.now < told_at + 2s) return;
        told_at = world.now;
        std::map<TopicPartition, SourceEnds> ends;
        for (const auto& mirror : world.mirrors) {
            const auto end = world.log(mirror.source).end;
            ends[mirror.source] = {Offset{end}, Offset{end + open}};
        }
        process.shard().tell_ends(std::move(ends));
    }

    // False if it does not come to that.
    template <class Condition>
    bool run_until(Condition condition, std::int64_t open = 0)
    {
        constexpr int steps_max = 100'000;
        for (int i = 0; i < steps_max; ++i) {
            if (condition()) return true;
            tell_ends(open);
            if (!process.step()) return false;
        }
        return false;
    }

    bool run_until_copied(std::size_t mirror = 0)
    {
        return run_until(
            [=, this] { return partition(mirror).next_source == Offset{log(mirror).end}; });
    }
};

}  // namespace strait::links::simulation
