#include "links/config/topic_selection.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

using Patterns = std::vector<TopicPattern>;

std::set<TopicName> literals_of(const Patterns& patterns)
{
    std::set<TopicName> literals;
    for (const auto& pattern : patterns) {
        if (pattern.is_literal()) literals.emplace(pattern.text());
    }
    return literals;
}

bool any_match(const Patterns& patterns, const TopicName& topic)
{
    return std::ranges::any_of(patterns, [&](const TopicPattern& pattern) {
        return !pattern.is_literal() && pattern.matches(topic);
    });
}

// Topics that other tools keep for themselves.
bool belongs_to_a_tool(const TopicName& topic)
{
    constexpr std::array<std::string_view, 3> suffixes{".internal", "-internal", ".replica"};
    constexpr std::array<std::string_view, 2> prefixes{"mm2-", "_confluent"};
    const std::string_view name = topic.value();
    return name == "heartbeats" || name == "_schemas" ||
           std::ranges::any_of(suffixes, [&](auto suffix) { return name.ends_with(suffix); }) ||
           std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

}  // namespace

bool is_never_mirrored(const TopicName& topic)
{
    return topic.value().starts_with("__") || topic.value().starts_with("_strait.");
}

TopicSelection::TopicSelection(Patterns include, Patterns exclude)
    : include_{std::move(include)},
      exclude_{std::move(exclude)},
      included_literals_{literals_of(include_)},
      excluded_literals_{literals_of(exclude_)}
{
}

Selected TopicSelection::decide(const TopicName& topic, bool internal) const
{
    if (internal || is_never_mirrored(topic)) return Selected::never;
    if (excluded_literals_.contains(topic)) return Selected::excluded;
    if (included_literals_.contains(topic)) return Selected::by_literal;
    if (any_match(exclude_, topic) || belongs_to_a_tool(topic)) return Selected::excluded;
    return any_match(include_, topic) ? Selected::by_pattern : Selected::unmatched;
}

}  // namespace strait::links
