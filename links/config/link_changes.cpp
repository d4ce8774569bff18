#include "links/config/link_changes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strait::links {

namespace {

// Collects the keys in which two links differ, and whether the link can take them over.
class Comparison {
  public:
    Comparison(const LinkConfig& before, const LinkConfig& after) : before_{before}, after_{after}
    {
        constexpr bool live = true;
        constexpr bool restart = false;
        compare("desired", live, [](const auto& link) { return link.desired; });
        compare("source", restart, [](const auto& link) { return link.source; });
        compare("target", restart, [](const auto& link) { return link.target; });
        compare("reverse_of", live, [](const auto& link) { return link.reverse_of; });
        compare("delivery", restart, [](const auto& link) { return link.delivery; });
        compare("start", restart, [](const auto& link) { return link.start; });
        compare("shards", restart, [](const auto& link) { return link.shards; });
        compare("topics.include", live, [](const auto& link) {
            return link.topics.selection.include();
        });
        compare("topics.exclude", live, [](const auto& link) {
            return link.topics.selection.exclude();
        });
        compare("topics.rename", restart, [](const auto& link) { return link.topics.rename; });
        compare("topics.discovery_interval", live, [](const auto& link) {
            return link.topics.discovery_interval;
        });
        compare("topics.loop_check", live, [](const auto& link) { return link.topics.loop_check; });
        compare("topics.create", live, [](const auto& link) { return link.topics.create; });
        compare("topics.existing_target", live, [](const auto& link) {
            return link.topics.existing_target;
        });
        compare("config_sync", live, [](const auto& link) { return link.config_sync; });
        compare("acl_sync", live, [](const auto& link) { return link.acl_sync; });
        compare("groups", live, [](const auto& link) { return link.groups; });
        compare("commit", restart, [](const auto& link) { return link.commit; });
        compare("compression", restart, [](const auto& link) { return link.compression; });
        compare("limits", restart, [](const auto& link) { return link.limits; });
        compare("timeouts", restart, [](const auto& link) { return link.timeouts; });
        compare("policies", restart, [](const auto& link) { return link.policies; });
        compare("metrics.per_partition", live, [](const auto& link) {
            return link.metrics_per_partition;
        });
        compare("metrics.per_group", live, [](const auto& link) { return link.metrics_per_group; });
        compare("options", restart, [](const auto& link) { return link.options; });
    }

    void note(std::string key, bool live)
    {
        keys_.push_back(std::move(key));
        live_ = live_ && live;
    }

    [[nodiscard]] LinkChange change() &&
    {
        const auto kind = live_ ? LinkChange::Kind::adapted : LinkChange::Kind::restarted;
        return {after_.name, kind, std::move(keys_)};
    }

  private:
    void compare(const char* key, bool live, auto value)
    {
        if (!(value(before_) == value(after_))) note(key, live);
    }

    const LinkConfig& before_;
    const LinkConfig& after_;
    std::vector<std::string> keys_;
    bool live_ = true;
};

const LinkConfig* find(const LinkSet& set, const LinkName& name)
{
    const auto found = std::ranges::find(set.links, name, &LinkConfig::name);
    return found == set.links.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(LinkChange::Kind kind) noexcept
{
    switch (kind) {
        case LinkChange::Kind::added: return "added";
        case LinkChange::Kind::removed: return "removed";
        case LinkChange::Kind::adapted: return "adapted";
        case LinkChange::Kind::restarted: return "restarted";
    }
    std::unreachable();
}

bool is_immutable(std::string_view key) noexcept
{
    constexpr std::array<std::string_view, 4> keys{"source", "target", "delivery", "topics.rename"};
    return std::ranges::find(keys, key) != keys.end();
}

std::vector<LinkChange> changes_between(const LinkSet& before, const LinkSet& after)
{
    std::vector<LinkChange> changes;
    for (const auto& link : before.links) {
        if (find(after, link.name) == nullptr) {
            changes.push_back({link.name, LinkChange::Kind::removed, {}});
        }
    }
    for (const auto& link : after.links) {
        const auto* const known = find(before, link.name);
        if (known == nullptr) {
            changes.push_back({link.name, LinkChange::Kind::added, {}});
            continue;
        }
        Comparison comparison{*known, link};
        for (const auto& name : {link.source, link.target}) {
            const auto cluster = before.clusters.find(name);
            if (cluster == before.clusters.end()) continue;  // another name, which is said already
            if (cluster->second == after.clusters.at(name)) continue;
            comparison.note("clusters." + name.value(), false);
        }
        auto change = std::move(comparison).change();
        if (!change.keys.empty()) changes.push_back(std::move(change));
    }
    std::ranges::sort(changes, {}, &LinkChange::link);
    return changes;
}

}  // namespace strait::links
