#pragma once

#include "kafka/admin.hpp"
#include "links/config/link_config.hpp"
#include "links/config/topic_configs.hpp"
#include "links/store/view_keys.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What becomes of a mirror topic's configs (links.md 3). All of it is pure.
namespace strait::links {

// The configs that follow the source by the link's choice: none where it is switched off. What
// `topics.create.configs` names was chosen for the target, and stays as it is.
std::set<std::string> synced_configs(const LinkConfig& link);

// One value of the target that is to be another one.
struct ConfigChange {
    std::string name;
    ConfigClass of = ConfigClass::synced;  // not never
    std::string before;
    std::string now;
    bool reset = false;  // `now` is what the target's broker has for it

    bool operator==(const ConfigChange&) const = default;
};

// Brokers do not say of every value what a reset would make it (not of retention.ms, where it comes
// from log.retention.hours): another topic, which has no value of its own, shows that.
void complete_inherited(kafka::TopicConfig& config, const kafka::TopicConfig& other);

// Makes the values that count at the target those of the source: set, or reset where the source
// has no value of its own and the target's broker has the same. max.message.bytes is only raised.
// What one of the two clusters does not know is left out, and so is what is sensitive.
std::vector<ConfigChange> plan_configs(const kafka::TopicConfig& source,
                                       const kafka::TopicConfig& target,
                                       const std::set<std::string>& synced);

// What a target topic is created with; `known` is the config of any topic there. Retention is the
// source's even where nothing is synced, unless the link's own `never` says otherwise: old records
// would be taken away as they arrive.
std::map<std::string, std::string> configs_to_create(const kafka::TopicConfig& source,
                                                     const kafka::TopicConfig& known,
                                                     const LinkConfig& link);

// The source's values of what is held.
HeldValues held_in(const kafka::TopicConfig& source);

// What a promotion has to set at the target, which is then a topic like any other: the source's
// values of what was held, in the names that the target knows.
std::map<std::string, std::string> values_at_promotion(const HeldValues& held,
                                                       const kafka::TopicConfig& target);

}  // namespace strait::links
