#pragma once

#include "core/ids.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

constexpr std::string_view topic_name_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// Why Kafka would refuse a topic of this name: a sentence; nothing if it would not.
std::optional<std::string> why_illegal(const TopicName& topic);

// What a mirror topic is called at the target. As default-made: what the source calls it.
struct Rename {
    enum class Others { keep, refuse, prefix };

    std::map<TopicName, TopicName> map;  // of source topics; beats `others`
    Others others = Others::keep;        // topics that are not in the map
    std::string prefix;

    bool operator==(const Rename&) const = default;
};

// Nothing if the rule refuses the topic. The name may be illegal: see why_illegal().
std::optional<TopicName> renamed(const Rename& rule, const TopicName& source);

// Equal for names that Kafka does not tell apart in its metrics, and so refuses side by side:
// "a.b" and "a_b".
std::string collision_key(const TopicName& topic);

// The names among `targets` that another one of them collides with; sorted.
std::vector<TopicName> collisions(const std::vector<TopicName>& targets);

}  // namespace strait::links
