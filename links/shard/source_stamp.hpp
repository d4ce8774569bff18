#pragma once

#include "core/ids.hpp"
#include "kafka/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a link without transactions writes on each copy, so that it knows it again (links.md 4.6).
namespace strait::links {

// FORMAT of the header, which is the last one of its record:
//
//   strait.src: link "/" topic id "/" partition "/" generation "/" offset "/" from "/" epoch
//
// in text: the id of the source topic as Kafka's tools print it, the others as numbers. The first
// five name the record. `from`: all that the source has from there on up to the record has been
// sent before it. `epoch`: of the leader that the record was read from, or -1. DO NOT CHANGE:
// another layout is another header.
inline constexpr std::string_view stamp_header = "strait.src";

// What all stamps of one generation of a partition begin with.
std::string stamp_prefix(const LinkName& link,
                         const TopicId& topic,
                         Partition partition,
                         Generation generation);

struct SourceStamp {
    Offset offset;
    Offset from;
    LeaderEpoch epoch{-1};

    bool operator==(const SourceStamp&) const = default;
};

// The batch as it is sent: each record with its stamp. All before it that the source has from
// `from` on was sent already.
kafka::RecordBatch stamped(const kafka::RecordBatch& batch, std::string_view prefix, Offset from);

// The stamp of a record if it begins with this. One that was copied along with a record, by another
// link, is a header like any other: it is not the last.
std::optional<SourceStamp> stamp_of(const kafka::Record& record, std::string_view prefix);

// True for a copy that this link has made of whatever.
bool is_stamped_by(const kafka::Record& record, const LinkName& link);

// The record as it was at the source. REQUIRES: it has a stamp.
kafka::Record without_stamp(kafka::Record record);

// A copy that was found again.
struct FoundCopy {
    Offset source;
    Offset target;
    std::uint64_t digest = 0;

    bool operator==(const FoundCopy&) const = default;
};

// Picks, out of the records that the target has behind a checkpoint, the copies that continue it
// without a hole: what does not is sent again. Others' records and second copies are passed.
//
// Pure. It keeps at most so many.
class CopyChain {
  public:
    static constexpr std::size_t copies_max = 100'000;

    // `next`: the next source offset of the checkpoint.
    CopyChain(std::string prefix, Offset next) : prefix_{std::move(prefix)}, next_{next} {}

    void take(const kafka::Record& record);

    [[nodiscard]] const std::vector<FoundCopy>& copies() const noexcept { return copies_; }
    [[nodiscard]] bool full() const noexcept { return copies_.size() >= copies_max; }

    // Where the copies end at the source, and the epoch and the timestamp of the last.
    [[nodiscard]] Offset next() const noexcept { return next_; }
    [[nodiscard]] LeaderEpoch epoch() const noexcept { return epoch_; }
    [[nodiscard]] std::int64_t newest_ms() const noexcept { return newest_ms_; }

  private:
    std::string prefix_;
    Offset next_;
    LeaderEpoch epoch_{-1};
    std::int64_t newest_ms_ = 0;
    std::vector<FoundCopy> copies_;
};

}  // namespace strait::links
