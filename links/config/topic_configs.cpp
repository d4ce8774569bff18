#include "links/config/topic_configs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strait::links {

namespace {

using Name = std::string_view;

constexpr std::array required{record_limit_config, cleanup_config};
constexpr std::array compaction{
    Name{"delete.retention.ms"}, Name{"min.compaction.lag.ms"}, Name{"max.compaction.lag.ms"}};

// Brokers before 3.6 know the last one only, those since 4.0 do not know it any more.
constexpr Name timestamp_type = "message.timestamp.type";
constexpr std::array held{timestamp_type,
                          Name{"message.timestamp.before.max.ms"},
                          Name{"message.timestamp.after.max.ms"},
                          Name{"message.timestamp.difference.max.ms"}};

// A target that keeps for less time than the source would take old records away as they arrive.
constexpr std::array synced{
    Name{"compression.type"}, Name{"retention.ms"}, Name{"retention.bytes"}};

constexpr std::array never{Name{"min.insync.replicas"}, Name{"unclean.leader.election.enable"}};
constexpr std::array never_prefixes{Name{"remote."},
                                    Name{"segment."},
                                    Name{"flush."},
                                    Name{"confluent."},
                                    Name{"redpanda."},
                                    Name{"aiven."},
                                    Name{"aws."},
                                    Name{"azure."},
                                    Name{"msk."}};
constexpr Name never_suffix = ".replication.throttled.replicas";

bool has(std::span<const Name> names, Name name)
{
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string_view to_string(ConfigClass of) noexcept
{
    switch (of) {
        case ConfigClass::required: return "required";
        case ConfigClass::held: return "held";
        case ConfigClass::synced: return "synced";
        case ConfigClass::never: return "never";
    }
    std::unreachable();
}

std::span<const Name> required_configs() noexcept { return required; }
std::span<const Name> compaction_configs() noexcept { return compaction; }
std::span<const Name> held_configs() noexcept { return held; }
std::span<const Name> synced_by_default() noexcept { return synced; }

ConfigClass class_of_config(std::string_view name) noexcept
{
    if (has(required, name) || has(compaction, name)) return ConfigClass::required;
    if (has(held, name)) return ConfigClass::held;
    const auto begins = [&](Name prefix) { return name.starts_with(prefix); };
    if (has(never, name) || name.ends_with(never_suffix) ||
        std::ranges::any_of(never_prefixes, begins)) {
        return ConfigClass::never;
    }
    return ConfigClass::synced;
}

std::string_view held_at(std::string_view name) noexcept
{
    return name == timestamp_type ? "CreateTime" : "9223372036854775807";
}

std::optional<std::string> why_not_to_choose(std::string_view name)
{
    switch (class_of_config(name)) {
        case ConfigClass::required:
        case ConfigClass::held: return "the link sets it as exact mirroring needs it";
        case ConfigClass::never:
            return "it is the target's own: it speaks of that cluster's brokers";
        case ConfigClass::synced: return std::nullopt;
    }
    std::unreachable();
}

}  // namespace strait::links
