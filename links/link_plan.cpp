#include "links/link_plan.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

namespace {

// Of topics that cannot stand side by side at the target, only one that is ours stays.
void refuse_collisions(std::vector<PlannedTopic>& topics)
{
    std::map<std::string, std::vector<PlannedTopic*>> groups;
    for (auto& topic : topics) {
        if (const auto* const plan = topic.mirrored()) {
            groups[collision_key(plan->target)].push_back(&topic);
        }
    }
    for (const auto& [key, group] : groups) {
        if (group.size() == 1) continue;
        std::string names;
        for (const auto* const topic : group) {
            names.append(names.empty() ? "" : ", ").append(topic->source.name.value());
        }
        for (auto* const topic : group) {
            if (topic->mirrored()->ours) continue;
            topic->outcome =
                NotMirrored{Obstacle::rename_collision,
                            "at the target only one of these can be " +
                                in_quotes(topic->mirrored()->target.value()) + ": " + names};
        }
    }
}

void refuse_beyond_limit(std::vector<PlannedTopic>& topics, std::size_t partitions_max)
{
    std::size_t partitions = 0;
    for (const bool ours : {true, false}) {
        for (auto& topic : topics) {
            const auto* const plan = topic.mirrored();
            if (plan == nullptr || plan->ours != ours) continue;
            if (partitions + topic.source.partitions <= partitions_max) {
                partitions += topic.source.partitions;
                continue;
            }
            topic.outcome =
                NotMirrored{Obstacle::too_many_partitions,
                            "with its " + std::to_string(topic.source.partitions) +
                                " partitions the link would have more than " +
                                std::to_string(partitions_max) + ": raise limits.partitions"};
        }
    }
}

std::vector<PatternCount> count_matches(const std::vector<TopicPattern>& include,
                                        const std::vector<PlannedTopic>& topics)
{
    std::vector<PatternCount> counts;
    for (const auto& pattern : include) {
        const auto count = std::ranges::count_if(topics, [&](const PlannedTopic& topic) {
            return topic.mirrored() != nullptr && pattern.matches(topic.source.name);
        });
        counts.push_back({pattern.text(), static_cast<std::size_t>(count)});
    }
    return counts;
}

// A pattern may wait for its first topic; a name that is not there is a slip, or a missing right.
std::vector<AbsentTopic> absent_of(const std::vector<TopicPattern>& include,
                                   const LinkSurroundings& found)
{
    std::vector<AbsentTopic> absent;
    for (const auto& pattern : include) {
        if (!pattern.is_literal()) continue;
        const bool there = std::ranges::any_of(
            found.source_topics, [&](const auto& topic) { return pattern.matches(topic.name); });
        if (there) continue;
        absent.push_back({TopicName{pattern.text()},
                          "nothing_matches: it does not exist at the source, or " +
                              found.source_user +
                              " may not DESCRIBE it: create it, grant DESCRIBE, or correct the "
                              "name in topics.include"});
    }
    return absent;
}

// Dead letters among the records of a mirror would be records that its source does not have.
std::optional<Misfit> dead_letter_problem(const LinkConfig& link, const LinkSurroundings& found)
{
    const auto& topic = link.policies.dead_letter_topic;
    for (const auto& owner : found.target_owners) {
        if (owner.target != topic || owner.link == link.name) continue;
        const bool there = std::ranges::any_of(found.target_topics, [&](const FoundTarget& target) {
            return target.topic.name == topic && may_be_same(target.topic.id, owner.target_id);
        });
        if (!there) continue;
        return Misfit{"rename_collision",
                      "policies.dead_letter_topic: " + in_quotes(topic.value()) +
                          " is the mirror of " + in_quotes(owner.source.value()) + " by link " +
                          in_quotes(owner.link.value()) + ": choose another topic"};
    }
    return std::nullopt;
}

bool has_obstacle(const std::vector<PlannedTopic>& topics, Obstacle obstacle)
{
    return std::ranges::any_of(topics, [&](const PlannedTopic& topic) {
        const auto* const refused = std::get_if<NotMirrored>(&topic.outcome);
        return refused != nullptr && refused->obstacle == obstacle;
    });
}

std::vector<Misfit> problems_of(const LinkConfig& link,
                                const LinkSurroundings& found,
                                const std::vector<PlannedTopic>& topics)
{
    std::vector<Misfit> problems;
    if (!found.source_owners && link.topics.loop_check == LoopCheck::strict) {
        problems.push_back({"loop",
                            "_strait.links at the source cannot be read, so a loop cannot be "
                            "excluded: grant READ on it, or say topics.loop_check: off"});
    }
    if (has_obstacle(topics, Obstacle::same_cluster)) {
        problems.push_back({"same_cluster",
                            "source and target are the same cluster, " +
                                in_quotes(found.source_cluster.value()) +
                                ", and a topic keeps its name: rename"});
    }
    if (auto problem = dead_letter_problem(link, found)) problems.push_back(*std::move(problem));
    return problems;
}

}  // namespace

LinkPlan plan_link(const LinkConfig& link, const LinkSurroundings& found)
{
    LinkPlan plan;
    plan.topics = plan_topics(link, found);
    refuse_collisions(plan.topics);
    refuse_beyond_limit(plan.topics, link.limits.partitions);
    plan.patterns = count_matches(link.topics.selection.include(), plan.topics);
    plan.absent = absent_of(link.topics.selection.include(), found);
    plan.undescribed = found.undescribed;
    plan.problems = problems_of(link, found, plan.topics);
    return plan;
}

}  // namespace strait::links
