#include "tests/links/simulation/simulated_clusters.hpp"

#include <algorithm>
#include <limits>

namespace strait::links::simulation {

void SourceLog::append(std::uint64_t content)
{
    const Record record{epochs.back().first, content};
    records[end] = record;
    written[end] = record;
    ++end;
}

void SourceLog::retain_from(std::int64_t offset)
{
    low = std::max(low, offset);
    records.erase(records.begin(), records.lower_bound(low));
}

void SourceLog::truncate(std::int64_t offset)
{
    cuts.push_back({offset, end});
    records.erase(records.lower_bound(offset), records.end());
    written.erase(written.lower_bound(offset), written.end());
    end = offset;
    while (epochs.size() > 1 && epochs.back().second >= offset) epochs.pop_back();
    epochs.emplace_back(++elections, offset);
}

std::int64_t SourceLog::end_of_epoch(std::int32_t epoch) const
{
    for (const auto& [later, start] : epochs) {
        if (later > epoch) return start;
    }
    return end;
}

Content content_of(std::uint64_t number)
{
    Content content;
    content.timestamp_ms = static_cast<std::int64_t>(number);
    if (number % 3 != 0) content.key = "key-" + std::to_string(number % 7);
    if (number % 5 != 0) content.value = number % 11 == 0 ? "" : "value-" + std::to_string(number);
    return content;
}

int Target::init_producer(ShardNumber of)
{
    end_transaction(of, Outcome::aborted);
    return ++producers_[of].epoch;
}

void Target::time_out()
{
    for (const auto& [shard, producer] : producers_) {
        if (producer.open) init_producer(shard);
    }
}

Offset Target::append(ShardNumber of, const TopicPartition& to, Content content)
{
    auto& producer = producers_[of];
    if (!producer.open) {
        producer.open = transactions_.size();
        transactions_.push_back(Outcome::open);
    }
    producer.touched.insert(to);
    auto& log = logs_[to];
    log.push_back({std::move(content), *producer.open});
    return Offset{static_cast<std::int64_t>(log.size()) - 1};
}

void Target::end_transaction(ShardNumber of, Outcome outcome)
{
    auto& producer = producers_[of];
    if (!producer.open) return;
    transactions_[*producer.open] = outcome;
    for (const auto& to : std::exchange(producer.touched, {})) {
        logs_[to].push_back({{}, *producer.open, true});
    }
    producer.open.reset();
}

bool Target::visible(const TargetEntry& entry) const
{
    return !entry.marker && transactions_[entry.transaction] == Outcome::committed;
}

bool Target::undecided(const TargetEntry& entry) const
{
    return transactions_[entry.transaction] == Outcome::open;
}

}  // namespace strait::links::simulation
