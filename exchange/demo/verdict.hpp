#pragma once

#include "core/ids.hpp"
#include "exchange/demo/feed.hpp"
#include "kafka/record.hpp"
#include "links/store/translation.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::exchange {

// One record as a reader of committed records saw it: where, when, and hashes of what.
struct RecordPrint {
    Offset offset;
    std::int64_t timestamp_ms = 0;
    std::uint64_t key = 0;
    std::uint64_t value = 0;
    std::uint64_t headers = 0;
};

// An absent value is not an empty one; headers count with their order.
RecordPrint print_of(const kafka::Record& record);

struct MirroredPartition {
    TopicPartition at;
    std::vector<RecordPrint> source;
    std::vector<RecordPrint> target;
    std::vector<links::Translation> forward;  // of each record of `source`
    std::vector<links::Translation> inverse;  // of each record of `target`
};

// What the demo found out: whether the target holds exactly what the source holds, in its order,
// and whether each offset translates to that of the same record. Pure.
class DemoVerdict {
  public:
    static constexpr std::size_t findings_max = 8;

    void check(const MirroredPartition& partition);

    // Compares with what the generator wrote; after the last check().
    void compare_with(const FeedCounts& written);

    // True if records were checked, and nothing at all was wrong.
    [[nodiscard]] bool perfect() const noexcept;

    // For people: the figures, and the first findings.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }
    [[nodiscard]] std::uint64_t extra() const noexcept { return extra_; }
    [[nodiscard]] std::uint64_t altered() const noexcept { return altered_; }
    [[nodiscard]] std::uint64_t mistranslated() const noexcept { return mistranslated_; }

  private:
    void pair(const MirroredPartition& partition, std::size_t source, std::size_t target);
    void translated(const TopicPartition& at,
                    links::Direction direction,
                    Offset asked,
                    Offset expected,
                    const links::Translation& answer);
    void find(std::string finding);

    std::uint64_t partitions_ = 0;
    std::uint64_t records_ = 0;  // of the source
    std::uint64_t at_target_ = 0;
    std::uint64_t translations_ = 0;
    std::uint64_t missing_ = 0;
    std::uint64_t extra_ = 0;
    std::uint64_t altered_ = 0;
    std::uint64_t mistranslated_ = 0;
    std::uint64_t apart_ = 0;  // how far at most the offsets of one record are
    bool as_written_ = false;
    FeedCounts written_;
    std::vector<std::string> findings_;
};

}  // namespace strait::exchange
