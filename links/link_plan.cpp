#include "links/link_plan.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace strait::links {

namespace {

using Outcome = std::variant<Mirrored, NotMirrored>;

// Two ids speak of one topic as far as the brokers can tell.
bool may_be_same(const TopicId& one, const TopicId& other)
{
    return !one.known() || !other.known() || one == other;
}

// Decides one topic after the other. What it looks up is indexed once, because discovery asks
// about 10,000 topics every 30 seconds.
class Planner {
  public:
    Planner(const LinkConfig& link, const LinkSurroundings& found) : link_{link}, found_{found}
    {
        for (const auto& target : found.target_topics) {
            targets_.emplace(target.topic.name, &target);
            taken_.insert(collision_key(target.topic.name));
        }
        for (const auto& owner : found.target_owners) owners_.emplace(owner.target, &owner);
        if (!found.source_owners) return;
        for (const auto& owner : *found.source_owners) origins_.emplace(owner.target, &owner);
    }

    Outcome decide(const kafka::TopicDescription& source) const
    {
        const auto selected = link_.topics.selection.decide(source.name, source.internal);
        if (!is_mirrored(selected)) return NotMirrored{obstacle_of(selected), ""};

        const auto target = renamed(link_.topics.rename, source.name);
        if (!target) return NotMirrored{Obstacle::rename_refused, "add it to rename.map"};
        if (const auto reason = why_illegal(*target)) {
            return NotMirrored{Obstacle::illegal_topic_name, "at the target: " + *reason};
        }
        if (is_never_mirrored(*target)) {
            return NotMirrored{Obstacle::illegal_topic_name,
                               in_quotes(target->value()) + " is a name for internal topics only"};
        }
        if (*target == link_.policies.dead_letter_topic) {
            return NotMirrored{
                Obstacle::rename_collision,
                in_quotes(target->value()) + " is policies.dead_letter_topic: rename one of them"};
        }
        if (*target == source.name && found_.source_cluster == found_.target_cluster) {
            return NotMirrored{Obstacle::same_cluster, "rename it: it would be copied to itself"};
        }
        if (auto refused = refuse_mirror(source, selected)) return *std::move(refused);
        return decide_target(source, *target);
    }

  private:
    static Obstacle obstacle_of(Selected selected)
    {
        switch (selected) {
            case Selected::never: return Obstacle::never_mirrored;
            case Selected::excluded: return Obstacle::excluded;
            case Selected::by_literal:
            case Selected::by_pattern:
            case Selected::unmatched: return Obstacle::unmatched;
        }
        std::unreachable();
    }

    // Refuses what is itself the mirror of a link into our source.
    std::optional<NotMirrored> refuse_mirror(const kafka::TopicDescription& source,
                                             Selected selected) const
    {
        if (link_.topics.loop_check == LoopCheck::off) return std::nullopt;
        const auto [first, last] = origins_.equal_range(source.name);
        for (auto at = first; at != last; ++at) {
            const auto& owner = *at->second;
            if (!may_be_same(owner.target_id, source.id)) continue;
            const auto origin = in_quotes(owner.source.value()) + " of cluster " +
                                in_quotes(owner.source_cluster.value()) + ", by link " +
                                in_quotes(owner.link.value());
            if (owner.source_cluster == found_.target_cluster) {
                return NotMirrored{Obstacle::loop, "it is the mirror of " + origin};
            }
            if (selected != Selected::by_literal) {
                return NotMirrored{Obstacle::mirror_of_mirror,
                                   "it is the mirror of " + origin + ": include it by its name"};
            }
        }
        return std::nullopt;
    }

    bool is_ours(const TopicOwner& owner, const TopicName& source) const
    {
        return owner.link == link_.name && owner.source == source &&
               owner.source_cluster == found_.source_cluster;
    }

    Outcome decide_target(const kafka::TopicDescription& source, const TopicName& target) const
    {
        const auto* const there = find_target(target);
        Mirrored plan;
        plan.target = target;
        const auto [first, last] = owners_.equal_range(target);
        for (auto at = first; at != last; ++at) {
            const auto& owner = *at->second;
            if (is_ours(owner, source.name)) {
                plan.ours = true;
                note_changes(owner, source, there, plan);
            } else if (there != nullptr && may_be_same(owner.target_id, there->topic.id)) {
                return NotMirrored{Obstacle::target_owned,
                                   in_quotes(target.value()) + " belongs to link " +
                                       in_quotes(owner.link.value()) + ": rename"};
            }
        }
        if (there == nullptr) {
            // One that is lost, and not to be made again, is told of as that.
            auto creation = plan_creation(source, plan);
            const bool lost = plan.ours && link_.policies.on_target_lost != GapPolicy::restart;
            if (lost && std::holds_alternative<NotMirrored>(creation)) return plan;
            return creation;
        }
        return plan_existing(source, *there, std::move(plan));
    }

    static void note_changes(const TopicOwner& owner,
                             const kafka::TopicDescription& source,
                             const FoundTarget* there,
                             Mirrored& plan)
    {
        if (!may_be_same(owner.source_id, source.id)) {
            plan.warnings.push_back(PlanWarning::source_recreated);
        }
        if (there == nullptr || !may_be_same(owner.target_id, there->topic.id)) {
            plan.warnings.push_back(PlanWarning::target_lost);
        }
    }

    Outcome plan_creation(const kafka::TopicDescription& source, Mirrored plan) const
    {
        using Like = Replication::Like;
        const auto& create = link_.topics.create;
        if (!create.enabled) {
            return NotMirrored{Obstacle::target_missing,
                               "create " + in_quotes(plan.target.value()) +
                                   ", or say topics.create.enabled: true"};
        }
        if (taken_.contains(collision_key(plan.target))) {
            return NotMirrored{Obstacle::rename_collision,
                               "the target has a topic whose name differs from " +
                                   in_quotes(plan.target.value()) + " only in '.' and '_': rename"};
        }
        const auto brokers = found_.target_brokers;
        plan.action = TargetAction::create;
        if (create.replication_factor.like == Like::number) {
            plan.replication_factor = create.replication_factor.number;
            if (*plan.replication_factor > brokers) {
                return NotMirrored{Obstacle::too_few_brokers,
                                   std::to_string(*plan.replication_factor) +
                                       " replicas on a target with " + std::to_string(brokers) +
                                       " brokers: lower topics.create.replication_factor"};
            }
        }
        if (create.replication_factor.like == Like::source && source.replication_factor > 0) {
            plan.replication_factor = std::min(source.replication_factor, brokers);
            if (source.replication_factor > brokers) {
                plan.warnings.push_back(PlanWarning::replication_reduced);
            }
        }
        return plan;
    }

    Outcome plan_existing(const kafka::TopicDescription& source,
                          const FoundTarget& there,
                          Mirrored plan) const
    {
        plan.adopted = !plan.ours || replaces_lost(plan);
        if (plan.adopted && there.empty && !*there.empty) {
            return NotMirrored{Obstacle::unclear_target,
                               "whether " + in_quotes(plan.target.value()) +
                                   " has records is not known: " + there.empty->error().detail()};
        }
        if (plan.adopted && there.empty && !**there.empty) {
            if (link_.topics.existing_target == ExistingTarget::refuse) {
                return NotMirrored{Obstacle::existing_target,
                                   in_quotes(plan.target.value()) +
                                       " has records that no link has written: rename, or say "
                                       "topics.existing_target: append"};
            }
            plan.warnings.push_back(PlanWarning::records_in_target);
        }
        plan.target_partitions = there.topic.partitions;
        plan.target_id = there.topic.id;
        plan.action = plan.adopted ? TargetAction::adopt : TargetAction::keep;
        if (plan.target_partitions < source.partitions) plan.action = TargetAction::grow;
        if (plan.target_partitions > source.partitions) {
            plan.warnings.push_back(PlanWarning::target_has_more_partitions);
        }
        return plan;
    }

    // Whoever made the topic that stands where ours was, it is another one.
    bool replaces_lost(const Mirrored& plan) const
    {
        return link_.policies.on_target_lost == GapPolicy::restart &&
               std::ranges::find(plan.warnings, PlanWarning::target_lost) != plan.warnings.end();
    }

    const FoundTarget* find_target(const TopicName& name) const
    {
        const auto found = targets_.find(name);
        return found == targets_.end() ? nullptr : found->second;
    }

    const LinkConfig& link_;
    const LinkSurroundings& found_;
    std::map<TopicName, const FoundTarget*> targets_;
    std::set<std::string> taken_;                          // collision keys of the target's topics
    std::multimap<TopicName, const TopicOwner*> owners_;   // of the target, by target name
    std::multimap<TopicName, const TopicOwner*> origins_;  // of the source, by its own names
};

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
    const Planner planner{link, found};
    LinkPlan plan;
    for (const auto& source : found.source_topics) {
        plan.topics.push_back({source, planner.decide(source)});
    }
    std::ranges::sort(plan.topics, {}, [](const PlannedTopic& topic) -> const TopicName& {
        return topic.source.name;
    });
    refuse_collisions(plan.topics);
    refuse_beyond_limit(plan.topics, link.limits.partitions);
    plan.patterns = count_matches(link.topics.selection.include(), plan.topics);
    plan.absent = absent_of(link.topics.selection.include(), found);
    plan.undescribed = found.undescribed;
    plan.problems = problems_of(link, found, plan.topics);
    return plan;
}

std::string_view to_string(TargetAction action) noexcept
{
    switch (action) {
        case TargetAction::create: return "create";
        case TargetAction::adopt: return "adopt";
        case TargetAction::grow: return "grow";
        case TargetAction::keep: return "keep";
    }
    std::unreachable();
}

std::string_view to_string(PlanWarning warning) noexcept
{
    switch (warning) {
        case PlanWarning::source_recreated: return "source_recreated";
        case PlanWarning::target_lost: return "target_lost";
        case PlanWarning::target_has_more_partitions: return "target_has_more_partitions";
        case PlanWarning::records_in_target: return "records_in_target";
        case PlanWarning::replication_reduced: return "replication_reduced";
    }
    std::unreachable();
}

}  // namespace strait::links
