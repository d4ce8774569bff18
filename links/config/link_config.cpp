#include "links/config/link_config.hpp"

#include "links/config/client_options.hpp"
#include "links/config/link_topics.hpp"

#include <utility>

namespace strait::links {

namespace {

using std::chrono::milliseconds;
using Duration = Range<milliseconds>;
using Size = Range<Bytes>;
using Count = Range<std::uint32_t>;

constexpr milliseconds second{1'000};
constexpr milliseconds minute{60'000};
constexpr milliseconds day{86'400'000};

template <class Name>
Name read_name(ObjectReader& reader, std::string_view key)
{
    auto name = reader.required<std::string>(key);
    if (!name.empty() && !is_config_name(name)) {
        reader.reject(key, "bad_name", in_quotes(name) + " is not 1 to 40 of a-z, 0-9 and -");
    } else if (name.empty() && reader.has_text(key, "")) {
        reader.reject(key, "bad_name", "it is empty");
    }
    return Name{std::move(name)};
}

LinkName read_reverse_of(ObjectReader& reader)
{
    auto name = reader.optional("reverse_of", std::string{});
    if (!name.empty() && !is_config_name(name)) {
        reader.reject(
            "reverse_of", "bad_name", in_quotes(name) + " is not 1 to 40 of a-z, 0-9 and -");
    }
    return LinkName{std::move(name)};
}

kafka::OffsetQuery read_start(ObjectReader& reader)
{
    if (!reader.has("start") || reader.has_text("start", "earliest")) {
        return kafka::EarliestOffset{};
    }
    if (reader.has_text("start", "latest")) return kafka::LatestOffset{};
    return kafka::OffsetAtTime{reader.optional("start", Timestamp{}).unix_ms};
}

Delivery read_delivery(ObjectReader& reader)
{
    using enum Delivery;
    return reader.choice("delivery", exactly_once, {exactly_once, at_least_once});
}

CommitConfig read_commit(ObjectReader& reader)
{
    CommitConfig commit;
    commit.linger = reader.optional("linger", commit.linger, Duration{milliseconds{0}, minute});
    commit.max_interval =
        reader.optional("max_interval", commit.max_interval, Duration{milliseconds{1}, minute});
    commit.bytes = reader.optional("bytes", commit.bytes, Size{1_KiB, 1_GiB});
    commit.records = reader.optional("records", commit.records, Count{1, 10'000'000});
    if (commit.linger > commit.max_interval) {
        reader.reject(
            "linger",
            "out_of_range",
            written(commit.linger) + " is above max_interval, " + written(commit.max_interval));
    }
    return commit;
}

// The highest level that librdkafka takes for a codec.
int level_max(Codec codec)
{
    switch (codec) {
        case Codec::none:
        case Codec::snappy: return 0;
        case Codec::gzip: return 9;
        case Codec::lz4:
        case Codec::zstd: return 12;
    }
    std::unreachable();
}

CompressionConfig read_compression(ObjectReader& reader)
{
    using enum Codec;
    CompressionConfig compression;
    compression.codec = reader.choice("codec", compression.codec, {none, gzip, snappy, lz4, zstd});
    compression.level =
        reader.optional("level", compression.level, Range<int>{-1, level_max(compression.codec)});
    return compression;
}

LimitsConfig read_limits(ObjectReader& reader)
{
    LimitsConfig limits;
    limits.memory = reader.optional("memory", limits.memory, Size{1_MiB, 1024_GiB});
    limits.partition_memory =
        reader.optional("partition_memory", limits.partition_memory, Size{16_KiB, 1_GiB});
    limits.record = reader.optional("record", limits.record, Size{1_KiB, 512_MiB});
    limits.partitions = reader.optional("partitions", limits.partitions, Count{1, 1'000'000});
    limits.bandwidth = reader.optional("bandwidth", limits.bandwidth);
    if (limits.bandwidth && limits.bandwidth->per_second < 1_KiB) {
        reader.reject("bandwidth",
                      "out_of_range",
                      written(*limits.bandwidth) + " is below 1KiB/s: say none for no limit");
    }
    limits.record_rate = reader.optional("record_rate", limits.record_rate);
    if (limits.record_rate && limits.record_rate->per_second == 0) {
        reader.reject("record_rate", "out_of_range", "0/s copies nothing: say none for no limit");
    }
    return limits;
}

TimeoutsConfig read_timeouts(ObjectReader& reader)
{
    constexpr milliseconds transaction_min = 10 * second;
    constexpr milliseconds transaction_max = 15 * minute;  // transaction.max.timeout.ms
    TimeoutsConfig timeouts;
    timeouts.transaction =
        reader.optional("transaction", timeouts.transaction, Duration{transaction_min, day});
    timeouts.delivery = reader.optional("delivery", timeouts.delivery, Duration{second, day});
    timeouts.id_check =
        reader.optional("id_check", timeouts.id_check, Duration{milliseconds{100}, 5 * minute});
    timeouts.stall = reader.optional("stall", timeouts.stall, Duration{second, day});
    if (timeouts.transaction > transaction_max) {
        reader.reject("transaction",
                      "timeouts_disorder",
                      written(timeouts.transaction) + " is above 15m, what brokers allow");
    }
    if (timeouts.delivery >= timeouts.transaction) {
        reader.reject("delivery",
                      "timeouts_disorder",
                      "delivery " + written(timeouts.delivery) + " is not below transaction " +
                          written(timeouts.transaction));
    }
    return timeouts;
}

void check_dead_letter(ObjectReader& reader, const PoliciesConfig& policies)
{
    const bool needed = policies.on_oversize == RecordPolicy::dead_letter ||
                        policies.on_bad_record == RecordPolicy::dead_letter;
    const auto& topic = policies.dead_letter_topic;
    if (topic.value().empty()) {
        if (needed) {
            reader.reject("dead_letter_topic", "dead_letter_missing", "a policy says dead_letter");
        }
        return;
    }
    if (const auto reason = why_illegal(topic)) {
        reader.reject("dead_letter_topic", "illegal_topic_name", *reason);
    } else if (is_never_mirrored(topic)) {
        reader.reject("dead_letter_topic",
                      "illegal_topic_name",
                      in_quotes(topic.value()) + " is a name for internal topics only");
    }
}

PoliciesConfig read_policies(ObjectReader& reader)
{
    using enum GapPolicy;
    using Record = RecordPolicy;
    PoliciesConfig policies;
    policies.on_gap = reader.choice("on_gap", policies.on_gap, {halt, skip, restart});
    policies.on_recreate =
        reader.choice("on_recreate", policies.on_recreate, {halt, skip, restart});
    policies.on_target_lost =
        reader.choice("on_target_lost", policies.on_target_lost, {halt, restart});
    policies.on_oversize =
        reader.choice("on_oversize",
                      policies.on_oversize,
                      {Record::raise, Record::halt, Record::skip, Record::dead_letter});
    policies.on_bad_record = reader.choice(
        "on_bad_record", policies.on_bad_record, {Record::halt, Record::skip, Record::dead_letter});
    policies.dead_letter_topic = TopicName{reader.optional<std::string>("dead_letter_topic", "")};
    check_dead_letter(reader, policies);
    return policies;
}

// A transaction is given up `reserve` before its time is over: by then it must have been filled.
void check_interval(ObjectReader& reader, const LinkConfig& link)
{
    constexpr auto kept = TimeoutsConfig::reserve + TimeoutsConfig::reports_min;
    const auto most = link.timeouts.transaction - kept;
    if (link.commit.max_interval <= most) return;
    reader.reject("commit",
                  "timeouts_disorder",
                  "max_interval " + written(link.commit.max_interval) +
                      " is above timeouts.transaction - " + written(kept) + ", " + written(most) +
                      ": no transaction could end in time");
}

// Every shard has a transaction being filled and one being committed.
void check_memory(ObjectReader& reader, const LinkConfig& link)
{
    const Bytes needed{2 * std::uint64_t{link.shards} * link.commit.bytes.value};
    if (link.limits.memory >= needed) return;
    reader.reject("limits",
                  "memory_too_small",
                  "memory " + written(link.limits.memory) +
                      " is below 2 x shards x commit.bytes, " + written(needed));
}

}  // namespace

std::string_view to_string(LoopCheck check) noexcept
{
    switch (check) {
        case LoopCheck::strict: return "strict";
        case LoopCheck::off: return "off";
    }
    std::unreachable();
}

std::string_view to_string(ExistingTarget target) noexcept
{
    switch (target) {
        case ExistingTarget::refuse: return "refuse";
        case ExistingTarget::append: return "append";
    }
    std::unreachable();
}

std::string_view to_string(Codec codec) noexcept
{
    switch (codec) {
        case Codec::none: return "none";
        case Codec::gzip: return "gzip";
        case Codec::snappy: return "snappy";
        case Codec::lz4: return "lz4";
        case Codec::zstd: return "zstd";
    }
    std::unreachable();
}

std::string_view to_string(RecordPolicy policy) noexcept
{
    switch (policy) {
        case RecordPolicy::raise: return "raise";
        case RecordPolicy::halt: return "halt";
        case RecordPolicy::skip: return "skip";
        case RecordPolicy::dead_letter: return "dead_letter";
    }
    std::unreachable();
}

LinkConfig read_link(ObjectReader& reader)
{
    LinkConfig link;
    link.name = read_name<LinkName>(reader, "name");
    link.source = read_name<ClusterName>(reader, "source");
    link.target = read_name<ClusterName>(reader, "target");
    link.reverse_of = read_reverse_of(reader);
    link.delivery = read_delivery(reader);
    link.start = read_start(reader);
    link.shards = reader.optional("shards", link.shards, Count{1, 64});
    link.paused = reader.optional("paused", link.paused);
    reader.required_object("topics", [&](ObjectReader& in) { link.topics = read_topics(in); });
    reader.object("config_sync",
                  [&](ObjectReader& in) { link.config_sync = read_config_sync(in); });
    reader.object("acl_sync", [&](ObjectReader& in) { link.acl_sync = read_acl_sync(in); });
    reader.object("groups", [&](ObjectReader& in) { link.groups = read_groups(in); });
    reader.object("commit", [&](ObjectReader& in) { link.commit = read_commit(in); });
    reader.object("compression",
                  [&](ObjectReader& in) { link.compression = read_compression(in); });
    reader.object("limits", [&](ObjectReader& in) { link.limits = read_limits(in); });
    reader.object("timeouts", [&](ObjectReader& in) { link.timeouts = read_timeouts(in); });
    reader.object("policies", [&](ObjectReader& in) { link.policies = read_policies(in); });
    reader.object("metrics", [&](ObjectReader& in) {
        link.metrics_per_partition = in.optional("per_partition", link.metrics_per_partition);
        link.metrics_per_group = in.optional("per_group", link.metrics_per_group);
    });
    reader.object("options", [&](ObjectReader& in) {
        link.options.source = read_client_options(in, "source", Side::source);
        link.options.target = read_client_options(in, "target", Side::target);
    });
    check_memory(reader, link);
    check_interval(reader, link);
    return link;
}

}  // namespace strait::links
