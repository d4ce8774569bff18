#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/record.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Models of the two clusters of a link, as far as a shard can tell: logs with holes, retention,
// truncation and recreation at the source; transactions, markers and fencing at the target.
namespace strait::links::simulation {

// Where all chance of a run comes from.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_{seed} {}

    [[nodiscard]] bool chance(int per_mille) { return below(1000) < per_mille; }
    [[nodiscard]] int below(int bound)
    {
        return static_cast<int>(random_() % std::uint64_t(bound));
    }
    [[nodiscard]] int between(int low, int high) { return low + below(high - low + 1); }

  private:
    std::mt19937_64 random_;
};

// One partition of one incarnation of a topic. Records are told apart by a number.
struct SourceLog {
    struct Record {
        std::int32_t epoch = 0;
        std::uint64_t content = 0;
    };
    struct Cut {
        std::int64_t at = 0;
        std::int64_t end = 0;  // before
    };

    std::map<std::int64_t, Record> records;  // that can be read
    std::map<std::int64_t, Record> written;  // the newest of each offset, retention or not
    std::int64_t low = 0;
    std::int64_t end = 0;
    std::vector<std::pair<std::int32_t, std::int64_t>> epochs{{0, 0}};  // and where they begin
    std::int32_t elections = 0;
    std::vector<Cut> cuts;

    void append(std::uint64_t content);
    void append_hole() { ++end; }
    void retain_from(std::int64_t offset);
    void truncate(std::int64_t offset);
    void elect() { epochs.emplace_back(++elections, end); }

    // Where this log, asked by KIP-320, ends for readers of that epoch.
    [[nodiscard]] std::int64_t end_of_epoch(std::int32_t epoch) const;
};

struct SourceTopic {
    struct Incarnation {
        TopicId id;
        std::vector<SourceLog> partitions;
    };

    TopicName name;
    std::vector<Incarnation> incarnations;  // the present one last

    [[nodiscard]] Incarnation& now() { return incarnations.back(); }
    [[nodiscard]] const Incarnation& now() const { return incarnations.back(); }
};

// The bytes of a record, made from its number: null and empty keys and values among them.
struct Content {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::int64_t timestamp_ms = 0;
    std::optional<std::string> stamp{};  // of a copy; no part of what is copied

    bool operator==(const Content& other) const
    {
        return key == other.key && value == other.value && timestamp_ms == other.timestamp_ms;
    }
};
Content content_of(std::uint64_t number);

struct TargetEntry {
    Content content;
    std::size_t transaction = 0;
    bool marker = false;
    std::optional<bool> committed{};  // with a later one, whose marker was written
};

// The target cluster, with a transactional id for each shard.
class Target {
  public:
    enum class Outcome { open, committed, aborted };

    // Fences the predecessor and aborts what it left open.
    int init_producer(ShardNumber of);
    [[nodiscard]] int epoch(ShardNumber of) { return producers_[of].epoch; }

    // The coordinator ends all that is open.
    void time_out();

    // What was acknowledged last gets its markers a moment later; the next transaction of the
    // producer waits for that.
    void write_markers();

    // All brokers die: the markers that are not written yet never will be, but for those partitions
    // that `is_spared` names. What they would have ended hangs, until another marker of its
    // producer, or an operator's, ends it.
    void lose_markers(const std::function<bool()>& is_spared = [] { return false; });
    void abort_hanging();  // unless some were spared: nobody could tell the rest from aborted ones

    // The newest transaction of the producer lost its marker in this partition alone.
    void lose_marker(ShardNumber of, const TopicPartition& at);
    [[nodiscard]] int deaths() const { return deaths_; }

    // Where the first open transaction begins, or the end.
    [[nodiscard]] Offset stable(const TopicPartition& of);

    // Appends within the open transaction, which begins with its first record.
    Offset append(ShardNumber of, const TopicPartition& to, Content content);

    // Appends a record of an idempotent producer, which all readers see at once.
    Offset append_plain(const TopicPartition& to, Content content);
    void end_transaction(ShardNumber of, Outcome outcome);
    void acknowledge_commit(ShardNumber of);
    [[nodiscard]] bool in_transaction() const
    {
        return std::ranges::any_of(producers_, [](const auto& each) {
            const auto& producer = each.second;
            return producer.open || producer.prepared || !producer.hanging.empty();
        });
    }

    // What an unclean election leaves of a log.
    void truncate(const TopicPartition& of, Offset end)
    {
        logs_[of].resize(static_cast<std::size_t>(end.value()));
    }

    // Retention: what is before is gone, although log() still shows it.
    void retain_from(const TopicPartition& of, std::int64_t offset)
    {
        auto& low = lows_[of];
        low = std::max(low, offset);
    }
    [[nodiscard]] std::int64_t low(const TopicPartition& of) const
    {
        const auto found = lows_.find(of);
        return found == lows_.end() ? 0 : found->second;
    }

    [[nodiscard]] const std::vector<TargetEntry>& log(const TopicPartition& of)
    {
        return logs_[of];
    }
    [[nodiscard]] bool visible(const TargetEntry& entry) const;
    [[nodiscard]] bool undecided(const TargetEntry& entry) const;
    [[nodiscard]] const std::map<TopicPartition, std::vector<TargetEntry>>& logs() const
    {
        return logs_;
    }

  private:
    struct Producer {
        int epoch = 0;
        std::optional<std::size_t> open;
        std::set<TopicPartition> touched;
        std::optional<std::size_t> prepared;  // that was acknowledged
        std::map<TopicPartition, std::set<std::size_t>> hanging;
    };

    void mark(Producer& producer, const TopicPartition& at, std::size_t transaction);
    void end_hanging(Producer& producer, const TopicPartition& at, bool committed);

    std::map<TopicPartition, std::vector<TargetEntry>> logs_;
    std::map<TopicPartition, std::int64_t> lows_;
    std::vector<Outcome> transactions_;
    std::map<ShardNumber, Producer> producers_;
    int deaths_ = 0;
    bool spared_ = false;
};

}  // namespace strait::links::simulation
