#include "links/link_metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
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

constexpr std::array group_states{GroupSyncState::synced,
                                  GroupSyncState::active_on_target,
                                  GroupSyncState::diverged,
                                  GroupSyncState::before_first,
                                  GroupSyncState::failed};

// The families, as members, so that each name stands once.
struct Families {
    SampledMetric lag = metric("strait_link_lag_records", "source LSO - next source offset");
    SampledMetric lag_bytes =
        metric("strait_link_lag_bytes", "records behind x mean size of a record (an estimate)");
    SampledMetric lag_seconds =
        metric("strait_link_lag_seconds", "since the newest record here was written, or lag was 0");
    SampledMetric lso_age = metric("strait_link_source_lso_age_seconds",
                                   "time that the source's last stable offset hides what follows");
    SampledMetric headroom =
        metric("strait_link_retention_headroom_ratio", "1 - lag in time / retention of the source");
    SampledMetric foreign = metric("strait_link_foreign_writes_total",
                                   "offsets of the target that others wrote",
                                   Kind::counter);
    SampledMetric buffer = metric("strait_link_buffer_bytes", "on their way to the target");
    SampledMetric records = metric("strait_link_records_total", "records committed", Kind::counter);
    SampledMetric bytes =
        metric("strait_link_bytes_total", "keys, values and headers committed", Kind::counter);
    SampledMetric transactions =
        metric("strait_link_transactions_total", "transactions by shard and result", Kind::counter);
    SampledMetric recycles = metric(
        "strait_link_producer_recycles_total", "producers begun anew after trouble", Kind::counter);
    SampledMetric gaps_open =
        metric("strait_link_gaps_open", "ledger entries that halt a partition");
    SampledMetric gaps = metric("strait_link_gaps_total", "ledger entries by cause", Kind::counter);
    SampledMetric gap_offsets = metric(
        "strait_link_gap_offsets_total", "source offsets in the ledger by cause", Kind::counter);
    SampledMetric state = metric("strait_link_state", "1 for the state that the link is in");
    SampledMetric at_least_once = metric(
        "strait_link_at_least_once", "1 for a link whose records may come twice, without a fence");
    SampledMetric partitions = metric("strait_link_partitions", "partitions by state");
    SampledMetric staleness = metric("strait_link_translation_staleness_seconds",
                                     "age of the position of a group that the target has");
    SampledMetric rereads = metric("strait_link_failover_rereads_records",
                                   "records that a group would read again after a failover now");
    SampledMetric groups = metric("strait_link_groups", "consumer groups by state");
    SampledMetric group_commits = metric("strait_link_group_commits_total",
                                         "positions of groups by what became of them at the target",
                                         Kind::counter);
    SampledMetric lost = metric("strait_link_failover_lost_records",
                                "offsets of the source that a failover now would leave there");
    SampledMetric lost_seconds =
        metric("strait_link_failover_lost_seconds", "time that a failover now would go back to");
    SampledMetric configs =
        metric("strait_link_config_trouble_topics", "topics whose configs could not be kept");
    SampledMetric acls =
        metric("strait_link_acl_trouble", "1 while the ACLs of the mirrors cannot be kept");
    SampledMetric runs =
        metric("strait_link_map_runs", "runs added to the offset map since the start");
};

// What there is of each partition, or, without `metrics.per_partition`, once for the link.
struct PartitionValues {
    std::optional<std::int64_t> lag_records;  // absent until the source has been asked
    std::int64_t lag_bytes = 0;
    double lag_seconds = 0;
    double lso_age = 0;
    std::optional<double> headroom;
    std::uint64_t foreign = 0;

    // Sums of what can be summed, and the worst of the rest.
    void add(const PartitionValues& other)
    {
        if (other.lag_records) lag_records = lag_records.value_or(0) + *other.lag_records;
        lag_bytes += other.lag_bytes;
        lag_seconds = std::max(lag_seconds, other.lag_seconds);
        lso_age = std::max(lso_age, other.lso_age);
        if (other.headroom)
            headroom = std::min(headroom.value_or(*other.headroom), *other.headroom);
        foreign += other.foreign;
    }
};

PartitionValues values_of(const PartitionStatus& partition, std::uint64_t record_bytes)
{
    return {
        .lag_records = partition.lag_records,
        .lag_bytes = partition.lag_records.value_or(0) * static_cast<std::int64_t>(record_bytes),
        .lag_seconds = partition.lag_seconds,
        .lso_age = partition.lso_age_seconds,
        .headroom = partition.retention_headroom,
        .foreign = partition.foreign_writes};
}

template <class Value>
void put(SampledMetric& family, const prometheus::Labels& labels, Value value)
{
    family.samples.push_back({labels, static_cast<double>(value)});
}

void put_partition(Families& to, const prometheus::Labels& labels, const PartitionValues& values)
{
    if (values.headroom) put(to.headroom, labels, *values.headroom);
    put(to.foreign, labels, values.foreign);
    if (!values.lag_records) return;
    put(to.lag, labels, *values.lag_records);
    put(to.lag_bytes, labels, values.lag_bytes);
    put(to.lag_seconds, labels, values.lag_seconds);
    put(to.lso_age, labels, values.lso_age);
}

// Without `metrics.per_group` once for the link: the stalest, and the sum.
void add_groups(Families& to, const LinkSample& link, const prometheus::Labels& name)
{
    const auto& status = link.status;
    std::map<GroupSyncState, std::size_t> counts;
    double stalest = 0;
    for (const auto& group : status.groups) {
        ++counts[group.state];
        stalest = std::max(stalest, group.staleness_seconds);
        if (!link.per_group) continue;
        auto labels = name;
        labels.emplace("group", group.id.value());
        put(to.staleness, labels, group.staleness_seconds);
        put(to.rereads, labels, group.rereads);
    }
    if (!link.per_group) put(to.staleness, name, stalest);
    if (!link.per_group) put(to.rereads, name, status.rereads());
    for (const auto state : group_states) {
        auto labels = name;
        labels.emplace("state", to_string(state));
        put(to.groups, labels, counts[state]);
    }
    const auto& [written, refused, failed] = status.group_commits;
    for (const auto& [result, count] : {std::pair{"written", written},
                                        std::pair{"refused", refused},
                                        std::pair{"failed", failed}}) {
        auto labels = name;
        labels.emplace("result", result);
        put(to.group_commits, labels, count);
    }
}

void add(Families& to, const LinkSample& link)
{
    const auto& status = link.status;
    const auto record_bytes =
        status.records_committed == 0 ? 0 : status.bytes_committed / status.records_committed;
    const prometheus::Labels name{{"link", status.name.value()}};
    const auto with = [&](std::string label, std::string value) {
        auto labels = name;
        labels.emplace(std::move(label), std::move(value));
        return labels;
    };
    put(to.records, name, status.records_committed);
    put(to.bytes, name, status.bytes_committed);
    for (std::size_t i = 0; i < status.shards.size(); ++i) {
        auto labels = with("shard", std::to_string(i));
        auto& result = labels["result"];
        result = "committed";
        put(to.transactions, labels, status.shards[i].committed);
        result = "aborted";
        put(to.transactions, labels, status.shards[i].aborted);
    }
    put(to.recycles, name, status.producers_recycled);
    put(to.buffer, name, status.buffer_bytes);
    put(to.gaps_open, name, status.gaps_open);
    for (const auto& [cause, count] : status.gaps_by_cause) {
        put(to.gaps, with("cause", std::string{to_string(cause)}), count.entries);
        put(to.gap_offsets, with("cause", std::string{to_string(cause)}), count.offsets);
    }

    put(to.lost, name, status.lag_records);
    put(to.lost_seconds, name, status.lag_seconds);
    add_groups(to, link, name);

    std::map<MirrorState, std::size_t> counts;
    std::uint64_t runs = 0;
    PartitionValues worst;  // of the link as a whole
    for (const auto& topic : status.topics) {
        for (const auto& partition : topic.partitions) {
            ++counts[partition.state];
            runs += partition.runs;
            auto labels = with("topic", topic.source.value());
            labels.emplace("partition", std::to_string(partition.id.value()));
            const auto values = values_of(partition, record_bytes);
            if (link.per_partition) put_partition(to, labels, values);
            worst.add(values);
        }
    }
    if (!link.per_partition) put_partition(to, name, worst);
    put(to.runs, name, runs);
    put(to.at_least_once, name, status.delivery == Delivery::at_least_once ? 1 : 0);
    put(to.acls, name, status.acls.empty() ? 0 : 1);
    put(to.configs, name, std::ranges::count_if(status.topics, [](const auto& topic) {
            return !topic.configs.empty();
        }));
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
    return {std::move(all.lag),          std::move(all.lag_bytes),     std::move(all.lag_seconds),
            std::move(all.lso_age),      std::move(all.headroom),      std::move(all.foreign),
            std::move(all.buffer),       std::move(all.records),       std::move(all.bytes),
            std::move(all.transactions), std::move(all.recycles),      std::move(all.gaps_open),
            std::move(all.gaps),         std::move(all.gap_offsets),   std::move(all.state),
            std::move(all.partitions),   std::move(all.staleness),     std::move(all.rereads),
            std::move(all.groups),       std::move(all.group_commits), std::move(all.lost),
            std::move(all.lost_seconds), std::move(all.configs),       std::move(all.acls),
            std::move(all.runs),         std::move(all.at_least_once)};
}

}  // namespace strait::links
