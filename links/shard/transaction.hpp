#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "kafka/record.hpp"
#include "links/config/link_config.hpp"
#include "links/shard/partition_mirror.hpp"
#include "links/shard/source_stamp.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace strait::links {

// What the current transaction of a shard holds, and when it is due. Plain state, no I/O.
class Transaction {
  public:
    // The records of one partition, and where they stand among all that were appended.
    struct Part {
        std::vector<Copied> copied;
        std::optional<std::int64_t> newest_ms;                      // timestamp of the last record
        std::vector<std::pair<std::size_t, std::size_t>> appended;  // first index, count
        std::optional<std::size_t> dead_letter;                     // index
    };

    // What comes before `not_before` is gathered into it, even at rest.
    explicit Transaction(const CommitConfig& config, Clock::Time not_before = {}) noexcept
        : config_{config}, not_before_{not_before}
    {
    }

    // Returns the bytes of the batch.
    std::size_t add(const PartitionMirror& mirror,
                    const kafka::RecordBatch& batch,
                    Clock::Time now);

    // The same for the only record of a batch that went to the dead letter topic.
    std::size_t add_dead_letter(const PartitionMirror& mirror,
                                const kafka::RecordBatch& batch,
                                Clock::Time now);

    // The same for what the target has already.
    void add_found(const PartitionMirror& mirror,
                   std::span<const FoundCopy> copies,
                   std::int64_t newest_ms,
                   Clock::Time now);

    // When it has to be committed, given that nothing more is at hand: at once, unless the last
    // commit was too short a while ago. So at rest no record waits for a timer, and commits are
    // `commit.linger` from each other all the same. What is at hand may join it until
    // due_at_last().
    [[nodiscard]] Clock::Time due() const noexcept;
    [[nodiscard]] Clock::Time due_at_last() const noexcept;
    [[nodiscard]] bool full() const noexcept;

    // How many partitions one transaction takes positions of. The coordinator writes down each
    // partition that joins, and a marker to each when it ends: with thousands of them a commit
    // takes longer than its producer is trusted for, and so does the question for the ids of their
    // topics.
    static constexpr std::size_t partitions_max = 500;

    // The target does not take some of it, so nothing more joins: it is full.
    void refuse(Error cause) { refusal_ = std::move(cause); }
    [[nodiscard]] const std::optional<Error>& refusal() const noexcept { return refusal_; }

    [[nodiscard]] bool empty() const noexcept { return records_ == 0; }
    [[nodiscard]] std::size_t records() const noexcept { return records_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] Clock::Time begun() const noexcept { return begun_; }
    [[nodiscard]] std::int64_t oldest_ms() const noexcept { return oldest_ms_; }  // timestamp
    [[nodiscard]] const std::map<const PartitionMirror*, Part>& parts() const noexcept
    {
        return parts_;
    }

    // The target offsets of `part`, out of those of all that was appended.
    static std::vector<Offset> targets_of(const Part& part, std::span<const Offset> all);

    // The mirror whose record was appended as the `index`th, and that record's source offset.
    struct Place {
        const PartitionMirror* mirror = nullptr;  // null: none of the records
        Offset source;
        bool dead_letter = false;  // instead; then without the offset
    };
    [[nodiscard]] Place find(std::size_t index) const;

  private:
    CommitConfig config_;
    Clock::Time not_before_;
    std::map<const PartitionMirror*, Part> parts_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
    Clock::Time begun_;
    std::int64_t oldest_ms_ = 0;
    std::optional<Error> refusal_;
};

}  // namespace strait::links
