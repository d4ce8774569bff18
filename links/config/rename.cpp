#include "links/config/rename.hpp"

#include "core/document.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

std::optional<std::string> why_illegal(const TopicName& topic)
{
    constexpr std::size_t bytes_max = 249;
    const auto& name = topic.value();
    if (name.empty()) return "a topic's name is not empty";
    if (name == "." || name == "..") return in_quotes(name) + " can be no topic";
    if (name.size() > bytes_max) return in_quotes(name) + " has more than 249 characters";
    if (name.find_first_not_of(topic_name_letters) == std::string::npos) return std::nullopt;
    return in_quotes(name) + " has other characters than a-z, A-Z, 0-9, '.', '_' and '-'";
}

std::optional<TopicName> renamed(const Rename& rule, const TopicName& source)
{
    const auto found = rule.map.find(source);
    if (found != rule.map.end()) return found->second;
    switch (rule.others) {
        case Rename::Others::keep: return source;
        case Rename::Others::refuse: return std::nullopt;
        case Rename::Others::prefix: return TopicName{rule.prefix + source.value()};
    }
    std::unreachable();
}

std::string collision_key(const TopicName& topic)
{
    auto key = topic.value();
    std::ranges::replace(key, '.', '_');
    return key;
}

std::vector<TopicName> collisions(const std::vector<TopicName>& targets)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& target : targets) ++counts[collision_key(target)];
    std::vector<TopicName> found;
    for (const auto& target : targets) {
        if (counts[collision_key(target)] > 1) found.push_back(target);
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

}  // namespace strait::links
