#include "links/config/reverse_link.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace strait::links {

bool are_reverse(const LinkConfig& one, const LinkConfig& other)
{
    return one.reverse_of == other.name || other.reverse_of == one.name;
}

std::optional<LinkName> find_reverse(const LinkName& link, const std::vector<LinkConfig>& links)
{
    const auto own = std::ranges::find(links, link, &LinkConfig::name);
    if (own == links.end()) return std::nullopt;
    const auto found = std::ranges::find_if(
        links, [&](const LinkConfig& other) { return are_reverse(*own, other); });
    return found == links.end() ? std::nullopt : std::optional{found->name};
}

LinkConfig reverse_link(const LinkConfig& link,
                        LinkName name,
                        const std::map<TopicName, TopicName>& topics)
{
    auto reverse = link;
    reverse.managed_by = ManagedBy::api;
    reverse.name = std::move(name);
    std::swap(reverse.source, reverse.target);
    reverse.reverse_of = link.name;
    reverse.start = kafka::EarliestOffset{};
    reverse.paused = true;
    std::vector<TopicPattern> include;
    include.reserve(topics.size());
    reverse.topics.rename = {};
    for (const auto& [original, mirror] : topics) {
        auto literal = TopicPattern::parse(mirror.value());
        if (literal) include.push_back(*std::move(literal));  // as the name of a topic always is
        if (mirror != original) reverse.topics.rename.map.emplace(mirror, original);
    }
    reverse.topics.selection = {std::move(include), {}};
    reverse.topics.existing_target = ExistingTarget::refuse;
    reverse.acl_sync = {};
    return reverse;
}

LinkName reverse_name(const LinkName& link)
{
    constexpr std::string_view ending = "-reverse";
    constexpr std::size_t name_max = 40;
    return LinkName{link.value().substr(0, name_max - ending.size()).append(ending)};
}

}  // namespace strait::links
