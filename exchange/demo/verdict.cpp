#include "exchange/demo/verdict.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace {

constexpr std::size_t look_ahead_max = 1000;  // records that may be missing, or too many, in a row

std::uint64_t joined(std::uint64_t sum, std::uint64_t part)
{
    constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15;
    return (sum ^ part) * spread + part;
}

std::uint64_t hash_of(std::optional<std::string_view> bytes)
{
    return bytes ? joined(1, std::hash<std::string_view>{}(*bytes)) : 0;
}

bool same(const RecordPrint& a, const RecordPrint& b)
{
    return a.timestamp_ms == b.timestamp_ms && a.key == b.key && a.value == b.value &&
           a.headers == b.headers;
}

std::string differences(const RecordPrint& a, const RecordPrint& b)
{
    std::vector<std::string_view> names;
    if (a.key != b.key) names.emplace_back("key");
    if (a.value != b.value) names.emplace_back("value");
    if (a.headers != b.headers) names.emplace_back("headers");
    if (a.timestamp_ms != b.timestamp_ms) names.emplace_back("timestamp");
    return fmt::format("{}", fmt::join(names, ", "));
}

// How far ahead of `from` the same record is; nothing if it is not near.
std::optional<std::size_t> ahead(const std::vector<RecordPrint>& records,
                                 std::size_t from,
                                 const RecordPrint& wanted)
{
    const auto end = std::min(records.size(), from + look_ahead_max);
    for (auto i = from; i < end; ++i) {
        if (same(records[i], wanted)) return i - from;
    }
    return std::nullopt;
}

// 12345 -> "12,345"
std::string grouped(std::uint64_t number)
{
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

}  // namespace

RecordPrint print_of(const kafka::Record& record)
{
    std::uint64_t headers = 0;
    for (const auto& [name, value] : record.headers) {
        headers = joined(joined(headers, hash_of(name)), hash_of(value));
    }
    return {
        record.offset, record.timestamp_ms, hash_of(record.key), hash_of(record.value), headers};
}

void DemoVerdict::find(std::string finding)
{
    if (findings_.size() < findings_max) findings_.push_back(std::move(finding));
}

void DemoVerdict::check(const MirroredPartition& partition)
{
    const auto& [at, source, target, forward, inverse] = partition;
    ++partitions_;
    records_ += source.size();
    at_target_ += target.size();
    std::size_t i = 0;
    std::size_t j = 0;
    const auto skip_source = [&](std::size_t end) {
        for (; i < end; ++i, ++missing_) {
            find(fmt::format("{}: source offset {} is missing at the target",
                             to_string(at),
                             source[i].offset.value()));
        }
    };
    const auto skip_target = [&](std::size_t end) {
        for (; j < end; ++j, ++extra_) {
            find(fmt::format("{}: target offset {} holds a record too many, or out of order",
                             to_string(at),
                             target[j].offset.value()));
        }
    };
    while (i < source.size() && j < target.size()) {
        if (!same(source[i], target[j])) {
            const auto lost = ahead(source, i, target[j]);
            const auto added = ahead(target, j, source[i]);
            if (lost && (!added || *lost <= *added)) {
                skip_source(i + *lost);
            } else if (added) {
                skip_target(j + *added);
            } else {
                ++altered_;
                find(fmt::format("{}: source offset {} arrived altered: {}",
                                 to_string(at),
                                 source[i].offset.value(),
                                 differences(source[i], target[j])));
            }
        }
        pair(partition, i++, j++);
    }
    skip_source(source.size());
    skip_target(target.size());
}

void DemoVerdict::pair(const MirroredPartition& partition, std::size_t source, std::size_t target)
{
    const auto there = partition.source[source].offset;
    const auto here = partition.target[target].offset;
    apart_ = std::max(apart_, static_cast<std::uint64_t>(std::abs(there.value() - here.value())));
    using enum links::Direction;
    const auto answer = [](const std::vector<links::Translation>& all, std::size_t i) {
        return i < all.size() ? all[i] : links::Translation{};
    };
    translated(partition.at, forward, there, here, answer(partition.forward, source));
    translated(partition.at, inverse, here, there, answer(partition.inverse, target));
}

void DemoVerdict::translated(const TopicPartition& at,
                             links::Direction direction,
                             Offset asked,
                             Offset expected,
                             const links::Translation& answer)
{
    ++translations_;
    if (answer.status == links::Translation::Status::exact && answer.offset == expected) return;
    ++mistranslated_;
    find(fmt::format("{}: {} translation of {} is {} ({}), not {}",
                     to_string(at),
                     to_string(direction),
                     asked.value(),
                     answer.offset ? std::to_string(answer.offset->value()) : "unknown",
                     to_string(answer.status),
                     expected.value()));
}

void DemoVerdict::compare_with(const FeedCounts& written)
{
    written_ = written;
    as_written_ = written.records == records_ && records_ == at_target_;
    if (as_written_) return;
    find(fmt::format("{} records were written, {} are readable at the source and {} at the target",
                     written.records,
                     records_,
                     at_target_));
}

bool DemoVerdict::perfect() const noexcept
{
    return records_ > 0 && as_written_ && missing_ + extra_ + altered_ + mistranslated_ == 0;
}

std::string DemoVerdict::text() const
{
    auto out = fmt::format(
        "VERDICT: {}\n"
        "  {} records in {} partitions, read back from both clusters and compared one by one:\n"
        "      {} missing, {} too many or out of order, {} altered (key, value, headers, "
        "timestamp)\n"
        "  {} offsets translated, each record's there and back: {} wrong\n"
        "      a record's two offsets are up to {} apart: markers and aborted records take some too\n"
        "  {} transactions committed at the source, {} aborted: {} aborted records in its log\n",
        perfect() ? "exactly once, every offset exact" : "NOT PERFECT",
        grouped(records_),
        partitions_,
        missing_,
        extra_,
        altered_,
        grouped(translations_),
        mistranslated_,
        grouped(apart_),
        grouped(written_.transactions),
        grouped(written_.transactions_aborted),
        grouped(written_.records_aborted));
    for (const auto& finding : findings_) out += "  - " + finding + "\n";
    return out;
}

}  // namespace strait::exchange
