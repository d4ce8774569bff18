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
    write_markers();
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
        write_markers();
        producer.open = transactions_.size();
        transactions_.push_back(Outcome::open);
    }
    producer.touched.insert(to);
    auto& log = logs_[to];
    log.push_back({std::move(content), *producer.open});
    return Offset{static_cast<std::int64_t>(log.size()) - 1};
}

Offset Target::append_plain(const TopicPartition& to, Content content)
{
    auto& log = logs_[to];
    log.push_back({std::move(content), transactions_.size()});
    transactions_.push_back(Outcome::committed);
    return Offset{std::ssize(log) - 1};
}

void Target::end_transaction(ShardNumber of, Outcome outcome)
{
    auto& producer = producers_[of];
    if (!producer.open) return;
    transactions_[*producer.open] = outcome;
    for (const auto& to : std::exchange(producer.touched, {})) {
        mark(producer, to, *producer.open);
    }
    producer.open.reset();
}

void Target::acknowledge_commit(ShardNumber of)
{
    auto& producer = producers_[of];
    producer.prepared = std::exchange(producer.open, std::nullopt);
}

void Target::write_markers()
{
    for (auto& [shard, producer] : producers_) {
        const auto prepared = std::exchange(producer.prepared, std::nullopt);
        if (!prepared) continue;
        transactions_[*prepared] = Outcome::committed;
        for (const auto& to : std::exchange(producer.touched, {})) mark(producer, to, *prepared);
    }
}

void Target::lose_markers(const std::function<bool()>& is_spared)
{
    ++deaths_;
    for (auto& [shard, producer] : producers_) {
        const auto prepared = std::exchange(producer.prepared, std::nullopt);
        if (!prepared) continue;
        for (const auto& to : std::exchange(producer.touched, {})) {
            producer.hanging[to].insert(*prepared);
            if (!is_spared()) continue;
            spared_ = true;
            end_hanging(producer, to, true);
            logs_[to].push_back({{}, *prepared, true, true});
        }
    }
}

void Target::abort_hanging()
{
    if (spared_) return;
    for (auto& [shard, producer] : producers_) {
        while (!producer.hanging.empty()) {
            const auto at = producer.hanging.begin()->first;
            end_hanging(producer, at, false);
            logs_[at].push_back({{}, 0, true, false});
        }
    }
}

void Target::lose_marker(ShardNumber of, const TopicPartition& at)
{
    auto& log = logs_[at];
    log.pop_back();
    const auto lost = log.back().transaction;
    for (auto& entry : log) {
        if (entry.transaction == lost) entry.transaction = transactions_.size();
    }
    producers_[of].hanging[at].insert(transactions_.size());
    transactions_.push_back(Outcome::open);
}

// A marker ends all that the producer has open in the partition.
void Target::mark(Producer& producer, const TopicPartition& at, std::size_t transaction)
{
    end_hanging(producer, at, transactions_[transaction] == Outcome::committed);
    logs_[at].push_back({{}, transaction, true});
}

void Target::end_hanging(Producer& producer, const TopicPartition& at, bool committed)
{
    const auto found = producer.hanging.find(at);
    if (found == producer.hanging.end()) return;
    for (auto& entry : logs_[at]) {
        if (found->second.contains(entry.transaction)) entry.committed = committed;
    }
    producer.hanging.erase(found);
}

Offset Target::stable(const TopicPartition& of)
{
    const auto& log = logs_[of];
    const auto open = std::ranges::find_if(
        log, [this](const auto& entry) { return !entry.marker && undecided(entry); });
    return Offset{open - log.begin()};
}

bool Target::visible(const TargetEntry& entry) const
{
    const bool committed = transactions_[entry.transaction] == Outcome::committed;
    return !entry.marker && entry.committed.value_or(committed);
}

bool Target::undecided(const TargetEntry& entry) const
{
    return !entry.committed && transactions_[entry.transaction] == Outcome::open;
}

}  // namespace strait::links::simulation
