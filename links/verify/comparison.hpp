#pragma once

#include "core/ids.hpp"
#include "kafka/record.hpp"
#include "links/clusters/visible_records.hpp"
#include "links/store/offset_block.hpp"
#include "links/verify/difference.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace strait::links {

// What both logs may lack of what was mirrored.
struct LogBounds {
    Offset source_start;  // where the logs begin
    Offset target_start;
    bool source_compacted = false;
    bool target_compacted = false;

    bool operator==(const LogBounds&) const = default;
};

// Holds one generation of a partition against its map, record by record: each record of the source
// has its copy where the map says, with the same content, and nothing else lies at the target. Or
// the target alone: then the digests of the blocks speak for the source, each for as many records
// as its block has, and only while none of them has gone. It says what it has to see next, and
// keeps nothing of what it has seen.
//
// Pure. Not thread-safe.
class Comparison {
  public:
    enum class Need { nothing, block, source, target };
    enum class Original { source, digests };

    // `skipped`: of the ledger, source offsets that were not to arrive; those from `source_to` on
    // belong to a later generation. The first records to come are those from `source_from` and
    // `target_from` on. Copies of that link have a stamp, and there may be second ones.
    struct Range {
        Offset source_from;
        Offset source_to;
        Offset target_from;
        LinkName stamped_by{};  // empty: none has
    };
    Comparison(const LogBounds& bounds,
               std::vector<Stretch> skipped,
               const Range& range,
               Original original = Original::source);

    // Goes on as far as it can; `nothing` at the end, or at a difference.
    Need compare();

    // REQUIRES: that is what compare() needs. Blocks come in their order; what retention has pruned
    // between two of them is passed over.
    void add(const OffsetBlock& block);
    void end();  // there are no more blocks

    // The records that committed readers see before `next`, after those that were added before.
    // REQUIRES: as above; they stay until compare() needs more of that side.
    void add_source(std::span<const kafka::Record> records, Offset next);
    void add_target(std::span<const kafka::Record> records, Offset next);

    [[nodiscard]] const std::optional<Difference>& difference() const noexcept
    {
        return difference_;
    }

    // What the logs lack may have become more since: forgets the difference, for compare() to look
    // again.
    void look_again(const LogBounds& bounds);

    [[nodiscard]] const LogBounds& bounds() const noexcept { return bounds_; }
    [[nodiscard]] std::int64_t compared() const noexcept { return compared_; }

    // The next records of each side, as far as they are known.
    [[nodiscard]] Offset source_next() const { return source_.next; }
    [[nodiscard]] Offset target_next() const { return target_.next; }
    [[nodiscard]] std::optional<Offset> target_record() const;

    // REQUIRES: target_record(). It says of itself that it is a copy of the link's.
    [[nodiscard]] bool is_stamped() const;

  private:
    struct Side {
        std::span<const kafka::Record> records;  // not looked at yet
        Offset next;                             // what lies before it is in them, or was

        [[nodiscard]] Offset at() const { return records.empty() ? next : records.front().offset; }
    };

    // Pairs that the map says come next; none at the end.
    struct Place {
        Offset source;
        Offset target;
        std::int64_t count = 0;
    };

    [[nodiscard]] Place place() const;
    bool take_stray(const Place& place);
    void take_pairs(const Place& place);
    void take_pair(const Place& place, bool at_source, bool at_target);
    void miss_at_source(const Place& from, std::int64_t count);
    void miss_at_target(const Place& from, std::int64_t count);
    void take_for_digest(const Place& place);
    bool digest_differs();
    void pass(std::int64_t count);
    [[nodiscard]] bool is_skipped(Offset source) const;
    [[nodiscard]] kafka::Record copied() const;

    LogBounds bounds_;
    std::vector<Stretch> skipped_;
    Original original_;
    Offset source_to_;
    LinkName stamped_by_;
    Offset pruned_to_;  // of the source: blocks before it are pruned
    std::optional<OffsetBlock> block_;
    std::size_t run_ = 0;       // of the block
    std::int64_t within_ = 0;   // the run
    std::uint64_t digest_ = 0;  // of the block's records so far
    bool whole_ = true;         // all of them were there
    bool ended_ = false;
    Side source_;
    Side target_;
    std::optional<Difference> difference_;
    std::int64_t compared_ = 0;
};

// Absent if both are the same record.
std::optional<Difference::Kind> difference_between(const kafka::Record& original,
                                                   const kafka::Record& copy);

}  // namespace strait::links
