#include "links/config/link_document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace strait::links {

namespace json = boost::json;

namespace {

std::string written_start(const kafka::OffsetQuery& start)
{
    if (std::holds_alternative<kafka::EarliestOffset>(start)) return "earliest";
    if (const auto* const time = std::get_if<kafka::OffsetAtTime>(&start)) {
        return written(Timestamp{time->timestamp_ms});
    }
    return "latest";
}

template <class Pattern>
json::array write_patterns(const std::vector<Pattern>& patterns)
{
    json::array all;
    all.reserve(patterns.size());
    for (const auto& pattern : patterns) all.emplace_back(pattern.text());
    return all;
}

json::object write_texts(const std::map<std::string, std::string>& texts)
{
    json::object all;
    for (const auto& [key, text] : texts) all.emplace(key, text);
    return all;
}

json::value write_others(const Rename& rename)
{
    switch (rename.others) {
        case Rename::Others::keep: return "none";
        case Rename::Others::refuse: return "refuse";
        case Rename::Others::prefix: return json::object{{"prefix", rename.prefix}};
    }
    std::unreachable();
}

json::value write_rename(const Rename& rename)
{
    if (rename == Rename{}) return "none";
    if (rename.map.empty() && rename.others == Rename::Others::prefix) return write_others(rename);
    json::object map;
    for (const auto& [source, target] : rename.map) map.emplace(source.value(), target.value());
    return json::object{{"map", std::move(map)}, {"others", write_others(rename)}};
}

json::value write_replication(const Replication& replication)
{
    switch (replication.like) {
        case Replication::Like::source: return "source";
        case Replication::Like::broker: return "broker";
        case Replication::Like::number: return replication.number;
    }
    std::unreachable();
}

json::object write_create(const CreateConfig& create)
{
    return {{"enabled", create.enabled},
            {"replication_factor", write_replication(create.replication_factor)},
            {"configs", write_texts(create.configs)}};
}

json::object write_topics(const TopicsConfig& topics)
{
    return {{"include", write_patterns(topics.selection.include())},
            {"exclude", write_patterns(topics.selection.exclude())},
            {"rename", write_rename(topics.rename)},
            {"discovery_interval", written(topics.discovery_interval)},
            {"loop_check", to_string(topics.loop_check)},
            {"create", write_create(topics.create)},
            {"existing_target", to_string(topics.existing_target)}};
}

json::array write_names(const auto& names)
{
    json::array all;
    all.reserve(names.size());
    for (const auto& name : names) all.emplace_back(name);
    return all;
}

json::object write_config_sync(const ConfigSyncConfig& sync)
{
    return {{"enabled", sync.enabled},
            {"interval", written(sync.interval)},
            {"also", write_names(sync.also)},
            {"never", write_names(sync.never)}};
}

json::object write_acl_sync(const AclSyncConfig& sync)
{
    return {{"enabled", sync.enabled},
            {"interval", written(sync.interval)},
            {"groups", sync.groups},
            {"principals", write_texts(sync.principals)},
            {"removal_percent", sync.removal_percent}};
}

json::object write_groups(const GroupsConfig& groups)
{
    return {{"enabled", groups.enabled},
            {"include", write_patterns(groups.include)},
            {"exclude", write_patterns(groups.exclude)},
            {"interval", written(groups.interval)},
            {"on_diverged", to_string(groups.on_diverged)},
            {"on_source_delete", to_string(groups.on_source_delete)}};
}

json::object write_commit(const CommitConfig& commit)
{
    return {{"linger", written(commit.linger)},
            {"max_interval", written(commit.max_interval)},
            {"bytes", written(commit.bytes)},
            {"records", commit.records}};
}

json::object write_compression(const CompressionConfig& compression)
{
    return {{"codec", to_string(compression.codec)}, {"level", compression.level}};
}

json::object write_limits(const LimitsConfig& limits)
{
    return {{"memory", written(limits.memory)},
            {"partition_memory", written(limits.partition_memory)},
            {"record", written(limits.record)},
            {"partitions", limits.partitions},
            {"bandwidth", limits.bandwidth ? written(*limits.bandwidth) : "none"},
            {"record_rate", limits.record_rate ? written(*limits.record_rate) : "none"}};
}

json::object write_timeouts(const TimeoutsConfig& timeouts)
{
    return {{"transaction", written(timeouts.transaction)},
            {"delivery", written(timeouts.delivery)},
            {"id_check", written(timeouts.id_check)},
            {"stall", written(timeouts.stall)}};
}

json::object write_policies(const PoliciesConfig& policies)
{
    return {{"on_gap", to_string(policies.on_gap)},
            {"on_recreate", to_string(policies.on_recreate)},
            {"on_target_lost", to_string(policies.on_target_lost)},
            {"on_oversize", to_string(policies.on_oversize)},
            {"on_bad_record", to_string(policies.on_bad_record)},
            {"dead_letter_topic", policies.dead_letter_topic.value()}};
}

json::object write_metrics(const LinkConfig& link)
{
    return {{"per_partition", link.metrics_per_partition}, {"per_group", link.metrics_per_group}};
}

json::object write_options(const OptionsConfig& options)
{
    return {{"source", write_texts(options.source)}, {"target", write_texts(options.target)}};
}

}  // namespace

json::object write_link(const LinkConfig& link)
{
    return {{"name", link.name.value()},
            {"source", link.source.value()},
            {"target", link.target.value()},
            {"reverse_of", link.reverse_of.value()},
            {"delivery", to_string(link.delivery)},
            {"start", written_start(link.start)},
            {"shards", link.shards},
            {"paused", link.paused},
            {"topics", write_topics(link.topics)},
            {"config_sync", write_config_sync(link.config_sync)},
            {"acl_sync", write_acl_sync(link.acl_sync)},
            {"groups", write_groups(link.groups)},
            {"commit", write_commit(link.commit)},
            {"compression", write_compression(link.compression)},
            {"limits", write_limits(link.limits)},
            {"timeouts", write_timeouts(link.timeouts)},
            {"policies", write_policies(link.policies)},
            {"metrics", write_metrics(link)},
            {"options", write_options(link.options)}};
}

Document document_of(const LinkConfig& link, const std::string& place)
{
    Problems none;
    auto document = parse_json(json::serialize(write_link(link)), place, none);
    assert(none.empty());
    return document;
}

}  // namespace strait::links
