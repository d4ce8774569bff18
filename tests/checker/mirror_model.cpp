#include "tests/checker/mirror_model.hpp"

#include <algorithm>
#include <utility>

namespace strait::testing {
namespace {

constexpr std::size_t source_records = 200;
constexpr std::size_t transaction_records_max = 8;
constexpr std::int64_t hole_every = 17;  // what compaction took

const TopicPartition source{TopicName{"orders"}, Partition{0}};
const TopicPartition target{TopicName{"oslo.orders"}, Partition{0}};

ProducedRecord produced(const SeenRecord& record, Outcome outcome)
{
    return {.identity = identity_of(record).value_or(RecordIdentity{}),
            .at = record.at,
            .outcome = outcome,
            .offset = outcome == Outcome::ok ? record.offset : Offset{-1},
            .digest = content_digest(record)};
}

}  // namespace

MirrorModel::MirrorModel(std::uint64_t seed)
{
    Workload workload{{.seed = seed,
                       .topic = source.topic,
                       .null_value = 0.2,
                       .empty_value = 0.2,
                       .body_bytes_max = 64,
                       .now_ms = 1'700'000'000'000}};
    evidence.source = source;
    evidence.target = target;
    std::int64_t next = 0;
    while (evidence.source_records.size() < source_records) {
        const bool aborts = workload.next_aborts();
        const auto size = workload.next_size(transaction_records_max);
        for (std::size_t i = 0; i < size; ++i, ++next) {
            const SeenRecord record{workload.next(), Offset{next}, TimestampType::create_time};
            evidence.produced.push_back(produced(record, aborts ? Outcome::fail : Outcome::ok));
            if (!aborts && (next % hole_every != 0)) evidence.source_records.push_back(record);
            if (!aborts && (next % hole_every == 0)) evidence.produced.pop_back();
        }
        ++next;  // the marker
    }
    evidence.until = Offset{next};
    copy();
}

void MirrorModel::lose(std::size_t first, std::size_t count)
{
    const auto begin = evidence.source_records.begin() + static_cast<std::ptrdiff_t>(first);
    evidence.source_records.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    copy();
}

void MirrorModel::copy()
{
    evidence.target_records.clear();
    map.clear();
    std::int64_t next = 0;
    for (std::size_t i = 0; const auto& record : evidence.source_records) {
        auto copied = record;
        copied.at = target;
        copied.offset = Offset{next++};
        map.push_back({record.offset, copied.offset});
        evidence.target_records.push_back(std::move(copied));
        if (++i % 7 == 0) ++next;  // our marker
    }
}

Verdict MirrorModel::verdict() const
{
    Verdict verdict{"checker_test"};
    check_partition(
        evidence,
        [this](links::Direction direction, const TopicPartition&, Offset offset) {
            return translate(direction, offset);
        },
        verdict);
    return verdict;
}

links::Translation MirrorModel::translate(links::Direction direction, Offset offset) const
{
    using Status = links::Translation::Status;
    const bool forward = direction == links::Direction::forward;
    const auto from = forward ? &Pair::source : &Pair::target;
    const auto to = forward ? &Pair::target : &Pair::source;
    links::Translation answer;
    const auto found = std::ranges::lower_bound(map, offset, {}, from);
    if (found != map.end()) {
        answer.offset = (*found).*to;
        answer.status = (*found).*from == offset ? Status::exact : Status::gap;
        return answer;
    }
    const auto next = forward ? *evidence.until : Offset{map.back().target.value() + 1};
    answer.offset = Offset{(map.back().*to).value() + 1};
    answer.not_replicated = std::max<std::int64_t>(offset.value() - next.value(), 0);
    answer.status = answer.not_replicated > 0 ? Status::clamped : Status::end;
    return answer;
}

}  // namespace strait::testing
