#include "links/config/link_groups.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace strait::links {

namespace {

using std::chrono::milliseconds;
using Patterns = std::vector<NamePattern>;

constexpr std::size_t patterns_max = 1'000;  // each of them is tried on each group

bool has_match(const Patterns& patterns, const GroupName& group, bool literal)
{
    return std::ranges::any_of(patterns, [&](const NamePattern& pattern) {
        return pattern.is_literal() == literal && pattern.matches(group.value());
    });
}

Patterns read_patterns(ObjectReader& reader, std::string_view key, Patterns fallback)
{
    if (!reader.has(key)) return fallback;
    Patterns patterns;
    reader.texts(key, [&](const std::string& text, const Spot& spot) {
        auto pattern = NamePattern::parse(text);
        if (pattern && !text.empty()) {
            patterns.push_back(*std::move(pattern));
        } else if (pattern) {
            reader.problems().add(spot, "bad_pattern", "it is empty");
        } else {
            reader.problems().add(spot, pattern.error().code, pattern.error().text);
        }
    });
    if (patterns.size() > patterns_max) {
        reader.reject(key, "out_of_range", "more than 1000 names and patterns: use globs");
    }
    return patterns;
}

}  // namespace

std::string_view to_string(OnDiverged policy) noexcept
{
    switch (policy) {
        case OnDiverged::hold: return "hold";
        case OnDiverged::overwrite: return "overwrite";
    }
    std::unreachable();
}

std::string_view to_string(OnSourceDelete policy) noexcept
{
    switch (policy) {
        case OnSourceDelete::keep: return "keep";
        case OnSourceDelete::remove: return "delete";
    }
    std::unreachable();
}

bool GroupsConfig::selects(const GroupName& group) const
{
    constexpr bool literal = true;
    if (has_match(exclude, group, literal)) return false;
    if (has_match(include, group, literal)) return true;
    return !has_match(exclude, group, !literal) && has_match(include, group, !literal);
}

GroupsConfig read_groups(ObjectReader& reader)
{
    GroupsConfig groups;
    groups.enabled = reader.optional("enabled", groups.enabled);
    groups.include = read_patterns(reader, "include", std::move(groups.include));
    groups.exclude = read_patterns(reader, "exclude", {});
    groups.interval =
        reader.optional("interval",
                        groups.interval,
                        Range<milliseconds>{milliseconds{100}, std::chrono::hours{24}});
    groups.on_diverged =
        reader.choice("on_diverged", groups.on_diverged, {OnDiverged::hold, OnDiverged::overwrite});
    groups.on_source_delete = reader.choice("on_source_delete",
                                            groups.on_source_delete,
                                            {OnSourceDelete::keep, OnSourceDelete::remove});
    return groups;
}

}  // namespace strait::links
