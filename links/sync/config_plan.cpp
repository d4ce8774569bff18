#include "links/sync/config_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ranges>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

using kafka::ConfigEntry;
using kafka::TopicConfig;

constexpr auto before_max = "message.timestamp.before.max.ms";
constexpr auto after_max = "message.timestamp.after.max.ms";
constexpr auto difference_max = "message.timestamp.difference.max.ms";

std::optional<std::int64_t> number_in(std::string_view text)
{
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

// Null if it is not there, or nobody may see it.
const ConfigEntry* entry_in(const TopicConfig& config, std::string_view name)
{
    const auto found = config.find(std::string{name});
    return found == config.end() || found->second.sensitive ? nullptr : &found->second;
}

std::set<std::string_view> words_in(std::string_view list)
{
    std::set<std::string_view> words;
    for (const auto part : std::views::split(list, ',')) {
        std::string_view word{part.begin(), part.end()};
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        word = word.substr(0, word.find_last_not_of(' ') + 1);
        if (!word.empty()) words.insert(word);
    }
    return words;
}

// The brokers keep a list in the order in which it was written.
bool is_same(std::string_view name, std::string_view one, std::string_view other)
{
    return one == other || (name == cleanup_config && words_in(one) == words_in(other));
}

bool compacts(const TopicConfig& config)
{
    const auto* const policy = entry_in(config, cleanup_config);
    return policy != nullptr && words_in(policy->value).contains("compact");
}

// True if the target's value will do.
bool will_do(std::string_view name, const ConfigEntry& source, const ConfigEntry& target)
{
    if (is_same(name, source.value, target.value)) return true;
    if (name != record_limit_config) return false;
    const auto wanted = number_in(source.value);
    const auto found = number_in(target.value);
    return wanted && found && *found >= *wanted;
}

class Plan {
  public:
    Plan(const TopicConfig& source, const TopicConfig& target) : source_{source}, target_{target} {}

    void follow(std::string_view name, ConfigClass of)
    {
        const auto* const source = entry_in(source_, name);
        const auto* const target = entry_in(target_, name);
        if (source == nullptr || target == nullptr || will_do(name, *source, *target)) return;
        const bool reset = source->is_default && !target->is_default &&
                           target->inherited == std::optional{source->value};
        changes_.push_back({std::string{name}, of, target->value, source->value, reset});
    }

    // Set and not reset: a broker's default may become another one.
    void hold(std::string_view name)
    {
        const auto* const target = entry_in(target_, name);
        const auto wanted = held_at(name);
        if (target == nullptr || target->value == wanted) return;
        changes_.push_back({.name = std::string{name},
                            .of = ConfigClass::held,
                            .before = target->value,
                            .now = std::string{wanted}});
    }

    std::vector<ConfigChange> changes() && { return std::move(changes_); }

  private:
    const TopicConfig& source_;
    const TopicConfig& target_;
    std::vector<ConfigChange> changes_;
};

// The wider of two limits, as a text.
std::string wider(const std::string& one, const std::string& other)
{
    return number_in(one).value_or(0) < number_in(other).value_or(0) ? other : one;
}

std::string value_or(const HeldValues& held, const std::string& name, const std::string& fallback)
{
    const auto found = held.find(name);
    return found == held.end() ? fallback : found->second;
}

}  // namespace

std::set<std::string> synced_configs(const LinkConfig& link)
{
    const auto& sync = link.config_sync;
    std::set<std::string> names;
    if (!sync.enabled) return names;
    names.insert(synced_by_default().begin(), synced_by_default().end());
    for (const auto& [name, value] : link.topics.create.configs) names.erase(name);
    names.insert(sync.also.begin(), sync.also.end());
    for (const auto& name : sync.never) names.erase(name);
    return names;
}

void complete_inherited(TopicConfig& config, const TopicConfig& other)
{
    for (auto& [name, entry] : config) {
        const auto* const shown = entry_in(other, name);
        if (!entry.inherited && shown != nullptr && shown->is_default) {
            entry.inherited = shown->value;
        }
    }
}

std::vector<ConfigChange> plan_configs(const TopicConfig& source,
                                       const TopicConfig& target,
                                       const std::set<std::string>& synced)
{
    Plan plan{source, target};
    for (const auto name : required_configs()) plan.follow(name, ConfigClass::required);
    if (compacts(source)) {
        for (const auto name : compaction_configs()) plan.follow(name, ConfigClass::required);
    }
    for (const auto name : held_configs()) plan.hold(name);
    for (const auto& name : synced) plan.follow(name, ConfigClass::synced);
    return std::move(plan).changes();
}

std::map<std::string, std::string> configs_to_create(const TopicConfig& source,
                                                     const TopicConfig& known,
                                                     const LinkConfig& link)
{
    std::map<std::string, std::string> configs;
    const auto copy = [&](std::string_view name) {
        const auto* const value = entry_in(source, name);
        if (value != nullptr && known.contains(std::string{name}))
            configs.emplace(name, value->value);
    };
    for (const auto name : required_configs()) copy(name);
    if (compacts(source)) std::ranges::for_each(compaction_configs(), copy);
    for (const auto name : held_configs()) {
        if (known.contains(std::string{name})) configs.emplace(name, held_at(name));
    }
    // What is there already is not replaced: first what must be, then what is wished.
    configs.insert(link.topics.create.configs.begin(), link.topics.create.configs.end());
    for (const auto& name : synced_configs(link)) copy(name);
    for (const auto name : synced_by_default()) {
        const bool kept = name.starts_with("retention.");
        if (kept && !link.config_sync.never.contains(std::string{name})) copy(name);
    }
    return configs;
}

HeldValues held_in(const TopicConfig& source)
{
    HeldValues held;
    for (const auto name : held_configs()) {
        const auto* const entry = entry_in(source, name);
        if (entry != nullptr) held.emplace(name, entry->value);
    }
    return held;
}

std::map<std::string, std::string> values_at_promotion(const HeldValues& held,
                                                       const TopicConfig& target)
{
    // One limit for both directions became two in Kafka 3.6.
    auto all = held;
    const auto one = value_or(held, difference_max, "");
    const auto before = value_or(held, before_max, one);
    const auto after = value_or(held, after_max, one);
    if (!before.empty()) all.emplace(before_max, before);
    if (!after.empty()) all.emplace(after_max, after);
    if (!before.empty() && !after.empty()) all.emplace(difference_max, wider(before, after));
    std::erase_if(all, [&](const auto& value) { return !target.contains(value.first); });
    return all;
}

}  // namespace strait::links
