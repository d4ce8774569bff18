#include "tests/links/simulation/simulated_source.hpp"

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace strait::links::simulation {

asio::awaitable<Result<kafka::Fetched>> Source::next(Clock::Time deadline)
{
    auto& world = turns_.world;
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault({Errc::unavailable, Errc::fatal})) co_return fail(*fault);
    world.now += 1ms * world.dice.below(8);
    if (!assigned_.empty()) {
        const auto count = static_cast<int>(assigned_.size());
        auto at = std::next(assigned_.begin(), world.dice.below(count));
        for (int i = 0; i < count; ++i) {
            if (auto found = fetch(at->first, at->second)) {
                const auto* const failed = std::get_if<kafka::PartitionFailure>(&*found);
                const auto code = failed != nullptr ? failed->error.code() : Errc::unavailable;
                if (code != Errc::unavailable && code != Errc::refused) {
                    assigned_.erase(at);
                }
                co_return *std::move(found);
            }
            if (++at == assigned_.end()) at = assigned_.begin();
        }
    }
    turns_.pass(deadline);
    co_return fail(Errc::timed_out);
}

std::optional<kafka::Fetched> Source::fetch(const TopicPartition& at, Reading& reading)
{
    auto& world = turns_.world;
    if (!world.has(at)) {
        return kafka::PartitionFailure{at, std::nullopt, Error{Errc::not_found, "gone"}};
    }
    const auto& log = world.log(at);
    if (world.stuck.contains(at)) return std::nullopt;
    if (auto failing = world.failing.extract(at)) {
        return kafka::PartitionFailure{at, std::nullopt, std::move(failing.mapped())};
    }
    if (auto fault = world.fault({Errc::unavailable, Errc::forbidden, Errc::not_found})) {
        return kafka::PartitionFailure{at, std::nullopt, *fault};
    }
    const bool out = reading.next < log.low || reading.next > log.end;
    const bool fetched_first = out && !world.calm && world.dice.chance(200);
    if (!fetched_first && reading.epoch >= 0 && log.end_of_epoch(reading.epoch) < reading.next) {
        return truncated(at, reading, log);
    }
    if (out) {
        return kafka::PartitionFailure{at, Offset{reading.next}, Error{Errc::out_of_range, "out"}};
    }
    const auto record = log.records.lower_bound(reading.next);
    if (record != log.records.end() && unreadable(record->second)) {
        reading.next = record->first + 1;
        return kafka::PartitionFailure{at, Offset{record->first}, Error{Errc::refused, "unread"}};
    }
    if (record != log.records.end()) {
        return read(at, reading, log);
    }
    if (reading.told_end == log.end) return std::nullopt;
    reading.next = reading.told_end = log.end;
    return kafka::EndOfPartition{at, Offset{log.end}};
}

// As librdkafka tells it: never with an offset of its own, and seldom without the broker's answer,
// which is that of one who does not know this epoch.
kafka::PartitionFailure Source::truncated(const TopicPartition& at,
                                          const Reading& reading,
                                          const SourceLog& log)
{
    kafka::PartitionFailure failure{at, std::nullopt, Error{Errc::truncated, "cut"}};
    const bool known = std::ranges::any_of(
        log.epochs, [&](const auto& epoch) { return epoch.first == reading.epoch; });
    if (known || !turns_.world.dice.chance(200)) {
        failure.epoch_end = {LeaderEpoch{reading.epoch}, Offset{log.end_of_epoch(reading.epoch)}};
    }
    return failure;
}

kafka::RecordBatch Source::read(const TopicPartition& at, Reading& reading, const SourceLog& log)
{
    auto contents = std::make_shared<std::vector<Content>>();
    kafka::RecordBatch batch;
    batch.at = at;
    batch.high_watermark = Offset{log.end};
    auto from = log.records.lower_bound(reading.next);
    const auto count = turns_.world.dice.between(1, 5);
    contents->reserve(5);
    for (int i = 0; i < count && from != log.records.end(); ++i, ++from) {
        if (unreadable(from->second)) break;
        contents->push_back(content_of(from->second.content));
        kafka::Record record;
        record.offset = Offset{from->first};
        record.timestamp_ms = contents->back().timestamp_ms;
        record.key = contents->back().key;
        record.value = contents->back().value;
        batch.records.push_back(std::move(record));
        batch.epoch = LeaderEpoch{from->second.epoch};
    }
    batch.memory = contents;
    reading.next = batch.next().value();
    reading.epoch = batch.epoch.value();
    return batch;
}

}  // namespace strait::links::simulation
