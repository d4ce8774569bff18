#include "links/shard/transaction.hpp"

#include <algorithm>

namespace strait::links {

std::size_t Transaction::add(const PartitionMirror& mirror,
                             const kafka::RecordBatch& batch,
                             Clock::Time now)
{
    if (empty()) {
        begun_ = now;
        oldest_ms_ = batch.records.front().timestamp_ms;
    }
    oldest_ms_ = std::min(oldest_ms_, batch.records.front().timestamp_ms);
    auto& part = parts_[&mirror];
    part.appended.emplace_back(records_, batch.records.size());
    part.newest_ms = batch.records.back().timestamp_ms;
    part.copied.reserve(part.copied.size() + batch.records.size());
    std::size_t bytes = 0;
    for (const auto& record : batch.records) {
        part.copied.push_back({record.offset, digest_of(record)});
        bytes += record.bytes();
    }
    records_ += batch.records.size();
    bytes_ += bytes;
    return bytes;
}

std::size_t Transaction::add_dead_letter(const PartitionMirror& mirror,
                                         const kafka::RecordBatch& batch,
                                         Clock::Time now)
{
    if (empty()) begun_ = now;
    parts_[&mirror].dead_letter = records_++;
    const auto bytes = batch.records.front().bytes();
    bytes_ += bytes;
    return bytes;
}

void Transaction::add_found(const PartitionMirror& mirror,
                            std::span<const FoundCopy> copies,
                            std::int64_t newest_ms,
                            Clock::Time now)
{
    if (empty()) begun_ = now;
    auto& part = parts_[&mirror];
    part.appended.emplace_back(records_, copies.size());
    part.newest_ms = newest_ms;
    part.copied.reserve(part.copied.size() + copies.size());
    for (const auto& copy : copies) part.copied.push_back({copy.source, copy.digest});
    records_ += copies.size();
}

Clock::Time Transaction::due() const noexcept
{
    return empty() ? Clock::Time::max() : std::max(begun_, not_before_);
}

Clock::Time Transaction::due_at_last() const noexcept
{
    return empty() ? Clock::Time::max() : begun_ + config_.max_interval;
}

bool Transaction::full() const noexcept
{
    return refusal_ || bytes_ >= config_.bytes.value || records_ >= config_.records ||
           parts_.size() >= partitions_max;
}

std::vector<Offset> Transaction::targets_of(const Part& part, std::span<const Offset> all)
{
    std::vector<Offset> targets;
    targets.reserve(part.copied.size());
    for (const auto& [first, count] : part.appended) {
        const auto some = all.subspan(first, count);
        targets.insert(targets.end(), some.begin(), some.end());
    }
    return targets;
}

Transaction::Place Transaction::find(std::size_t index) const
{
    for (const auto& [mirror, part] : parts_) {
        if (part.dead_letter == index) return {mirror, {}, true};
        std::size_t before = 0;
        for (const auto& [first, count] : part.appended) {
            if (index >= first && index - first < count) {
                return {mirror, part.copied[before + index - first].source};
            }
            before += count;
        }
    }
    return {};
}

}  // namespace strait::links
