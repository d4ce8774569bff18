#include "links/link_metrics.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>

namespace strait::links {

namespace {

using Kind = SampledMetric::Kind;

constexpr std::array states{MirrorState::starting,
                            MirrorState::active,
                            MirrorState::paused,
                            MirrorState::halted,
                            MirrorState::source_gone,
                            MirrorState::promoting,
                            MirrorState::promoted,
                            MirrorState::failing_over,
                            MirrorState::failed_over,
                            MirrorState::reversing};

SampledMetric metric(std::string name, std::string help, Kind kind = Kind::gauge)
{
    return {std::move(name), std::move(help), kind, {}};
}

// The families, as members, so that each name stands once.
struct Families {
    SampledMetric lag = metric("strait_link_lag_records", "source LSO - next source offset");
    SampledMetric lag_bytes =
        metric("strait_link_lag_bytes", "records behind x mean size of a record (an estimate)");
    SampledMetric lag_seconds = metric("strait_link_lag_seconds", "time since the lag was 0");
    SampledMetric records = metric("strait_link_records_total", "records committed", Kind::counter);
    SampledMetric bytes =
        metric("strait_link_bytes_total", "keys, values and headers committed", Kind::counter);
    SampledMetric transactions =
        metric("strait_link_transactions_total", "transactions by result", Kind::counter);
    SampledMetric recycles = metric(
        "strait_link_producer_recycles_total", "producers begun anew after trouble", Kind::counter);
    SampledMetric gaps_open =
        metric("strait_link_gaps_open", "ledger entries that halt a partition");
    SampledMetric gaps = metric("strait_link_gaps_total", "ledger entries by cause", Kind::counter);
    SampledMetric gap_offsets = metric(
        "strait_link_gap_offsets_total", "source offsets in the ledger by cause", Kind::counter);
    SampledMetric state = metric("strait_link_state", "1 for the state that the link is in");
    SampledMetric partitions = metric("strait_link_partitions", "partitions by state");
    SampledMetric runs =
        metric("strait_link_map_runs", "runs added to the offset map since the start");
};

void add(Families& to, const LinkSample& link)
{
    const auto& status = link.status;
    const prometheus::Labels name{{"link", status.name.value()}};
    const auto with = [&](std::string label, std::string value) {
        auto labels = name;
        labels.emplace(std::move(label), std::move(value));
        return labels;
    };
    const auto put = [](SampledMetric& family, const prometheus::Labels& labels, auto value) {
        family.samples.push_back({labels, static_cast<double>(value)});
    };
    put(to.lag_seconds, name, status.lag_seconds);
    put(to.lag_bytes, name, status.lag_bytes_estimate);
    put(to.records, name, status.records_committed);
    put(to.bytes, name, status.bytes_committed);
    put(to.transactions, with("result", "committed"), status.transactions_committed);
    put(to.transactions, with("result", "aborted"), status.transactions_aborted);
    put(to.recycles, name, status.producers_recycled);
    put(to.gaps_open, name, status.gaps_open);
    for (const auto& [cause, count] : status.gaps_by_cause) {
        put(to.gaps, with("cause", std::string{to_string(cause)}), count.entries);
        put(to.gap_offsets, with("cause", std::string{to_string(cause)}), count.offsets);
    }

    std::map<MirrorState, std::size_t> counts;
    std::uint64_t runs = 0;
    for (const auto& topic : status.topics) {
        for (const auto& partition : topic.partitions) {
            ++counts[partition.state];
            runs += partition.runs;
            if (!link.per_partition || !partition.lag_records) continue;
            auto labels = with("topic", topic.source.value());
            labels.emplace("partition", std::to_string(partition.id.value()));
            put(to.lag, labels, *partition.lag_records);
        }
    }
    if (!link.per_partition) put(to.lag, name, status.lag_records);
    put(to.runs, name, runs);
    for (const auto state : states) {
        put(to.state, with("state", std::string{to_string(state)}), state == status.state ? 1 : 0);
        put(to.partitions, with("state", std::string{to_string(state)}), counts[state]);
    }
}

}  // namespace

std::vector<SampledMetric> sampled(const std::vector<LinkSample>& links)
{
    Families families;
    for (const auto& link : links) add(families, link);
    auto& all = families;
    return {std::move(all.lag),
            std::move(all.lag_bytes),
            std::move(all.lag_seconds),
            std::move(all.records),
            std::move(all.bytes),
            std::move(all.transactions),
            std::move(all.recycles),
            std::move(all.gaps_open),
            std::move(all.gaps),
            std::move(all.gap_offsets),
            std::move(all.state),
            std::move(all.partitions),
            std::move(all.runs)};
}

}  // namespace strait::links
