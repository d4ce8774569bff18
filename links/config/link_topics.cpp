#include "links/config/link_topics.hpp"

#include "links/config/topic_configs.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

namespace {

// A pattern, and where it stands.
struct Entry {
    TopicPattern pattern;
    Spot spot;

    [[nodiscard]] TopicName literal() const { return TopicName{pattern.text()}; }
};

using Entries = std::vector<Entry>;

Entries read_entries(ObjectReader& reader, std::string_view name)
{
    constexpr std::size_t count_max = 10'000;
    constexpr std::size_t expressions_max = 256;  // each of them is tried on each topic
    Entries entries;
    std::size_t count = 0;
    std::size_t expressions = 0;
    reader.texts(name, [&](const std::string& text, const Spot& spot) {
        if (++count > count_max || expressions > expressions_max) return;
        auto pattern = TopicPattern::parse(text);
        if (!pattern) reader.problems().add(spot, pattern.error().code, pattern.error().text);
        if (!pattern) return;
        if (!pattern->is_literal()) ++expressions;
        entries.push_back({*std::move(pattern), spot});
    });
    if (count > count_max) {
        reader.reject(name, "out_of_range", "more than 10000 names: use globs");
    }
    if (expressions > expressions_max) {
        reader.reject(name, "out_of_range", "more than 256 globs and expressions");
    }
    return entries;
}

// Reports it and returns false if no mirror topic may have this name.
bool check_target(ObjectReader& reader, const Spot& spot, const TopicName& target)
{
    auto reason = why_illegal(target);
    if (!reason && is_never_mirrored(target)) {
        reason = in_quotes(target.value()) + " is a name for internal topics only";
    }
    if (reason) reader.problems().add(spot, "illegal_topic_name", "at the target: " + *reason);
    return !reason;
}

std::string read_prefix(ObjectReader& reader)
{
    auto prefix = reader.required<std::string>("prefix");
    if (!reader.has("prefix")) return prefix;
    if (prefix.empty()) reader.reject("prefix", "out_of_range", "it is not empty");
    if (!prefix.empty()) check_target(reader, reader.spot("prefix"), TopicName{prefix + "a"});
    return prefix;
}

std::map<TopicName, TopicName> read_map(ObjectReader& reader)
{
    std::map<TopicName, TopicName> map;
    std::set<std::string> taken;
    reader.scalars("map", [&](const std::string& name, const std::string& text, const Spot& spot) {
        const TopicName source{name};
        const TopicName target{text};
        const auto reason = why_illegal(source);
        if (reason) reader.problems().add(spot, "illegal_topic_name", "at the source: " + *reason);
        if (!check_target(reader, spot, target)) return;
        if (!taken.insert(collision_key(target)).second) {
            reader.problems().add(spot,
                                  "rename_collision",
                                  "another topic of the map becomes " + in_quotes(text) +
                                      ", or differs from it only in '.' and '_'");
        }
        map.emplace(source, target);
    });
    return map;
}

void read_others(ObjectReader& reader, Rename& rule)
{
    if (!reader.has("others") || reader.has_text("others", "none")) return;
    if (reader.has_text("others", "refuse")) {
        rule.others = Rename::Others::refuse;
    } else if (reader.has_object("others")) {
        rule.others = Rename::Others::prefix;
        reader.object("others", [&](ObjectReader& inner) { rule.prefix = read_prefix(inner); });
    } else {
        reader.reject("others", "out_of_range", "none, refuse or {prefix: ...}");
    }
}

Rename read_rename(ObjectReader& reader)
{
    Rename rule;
    if (reader.has("map")) {
        rule.map = read_map(reader);
        read_others(reader, rule);
        if (reader.has("prefix")) {
            reader.reject("prefix", "out_of_range", "with a map, say others: {prefix: ...}");
        }
        return rule;
    }
    rule.others = Rename::Others::prefix;
    rule.prefix = read_prefix(reader);
    return rule;
}

Replication read_replication(ObjectReader& reader)
{
    using Like = Replication::Like;
    constexpr std::string_view name = "replication_factor";
    if (!reader.has(name) || reader.has_text(name, "source")) return {};
    if (reader.has_text(name, "broker")) return {.like = Like::broker};
    constexpr std::size_t number_max = 100;
    return {.like = Like::number,
            .number = reader.optional(name, std::size_t{1}, Range<std::size_t>{1, number_max})};
}

CreateConfig read_create(ObjectReader& reader)
{
    CreateConfig create;
    create.enabled = reader.optional("enabled", create.enabled);
    create.replication_factor = read_replication(reader);
    reader.scalars(
        "configs", [&](const std::string& name, const std::string& text, const Spot& spot) {
            const auto of = class_of_config(name);
            if (of == ConfigClass::required || of == ConfigClass::held) {
                reader.problems().add(
                    spot, "out_of_range", "the link sets it as exact mirroring needs it");
            }
            create.configs.emplace(name, text);
        });
    return create;
}

void check_names(ObjectReader& reader,
                 const Entries& include,
                 const Entries& exclude,
                 const Rename& rename)
{
    auto& problems = reader.problems();
    std::set<std::string> excluded;
    for (const auto& entry : exclude) excluded.insert(entry.pattern.text());
    for (const auto& entry : include) {
        const bool conflict = excluded.contains(entry.pattern.text());
        if (!entry.pattern.is_literal()) {
            if (conflict) {
                problems.warn(entry.spot,
                              "nothing_matches",
                              in_quotes(entry.pattern.text()) + " is in exclude as well");
            }
            continue;
        }
        const auto topic = entry.literal();
        if (is_never_mirrored(topic)) {
            problems.add(entry.spot,
                         "never_mirrored",
                         in_quotes(topic.value()) + " is internal: names with __ or _strait. stay");
            continue;
        }
        if (conflict) {
            problems.add(entry.spot,
                         "literal_conflict",
                         in_quotes(topic.value()) + " is in exclude as well: remove one");
        }
        const auto target = renamed(rename, topic);
        if (target) check_target(reader, entry.spot, *target);
        if (!target) {
            problems.add(entry.spot,
                         "missing",
                         in_quotes(topic.value()) + " is not in rename.map, and others refuses it");
        }
    }
}

std::vector<TopicPattern> patterns_of(Entries entries)
{
    std::vector<TopicPattern> patterns;
    for (auto& entry : entries) patterns.push_back(std::move(entry.pattern));
    return patterns;
}

}  // namespace

TopicsConfig read_topics(ObjectReader& reader)
{
    using std::chrono::milliseconds;
    TopicsConfig topics;
    reader.expect("include");
    if (reader.has_empty_list("include")) {
        reader.reject("include", "out_of_range", "it names at least one topic or pattern");
    }
    auto include = read_entries(reader, "include");
    auto exclude = read_entries(reader, "exclude");
    if (!reader.has_text("rename", "none")) {
        reader.object("rename", [&](ObjectReader& inner) { topics.rename = read_rename(inner); });
    }
    check_names(reader, include, exclude, topics.rename);
    topics.selection = {patterns_of(std::move(include)), patterns_of(std::move(exclude))};

    topics.discovery_interval =
        reader.optional("discovery_interval",
                        topics.discovery_interval,
                        Range<milliseconds>{milliseconds{100}, std::chrono::hours{24}});
    topics.loop_check =
        reader.choice("loop_check", topics.loop_check, {LoopCheck::strict, LoopCheck::off});
    reader.object("create", [&](ObjectReader& inner) { topics.create = read_create(inner); });
    topics.existing_target = reader.choice("existing_target",
                                           topics.existing_target,
                                           {ExistingTarget::refuse, ExistingTarget::append});
    return topics;
}

}  // namespace strait::links
