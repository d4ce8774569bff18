#include "links/topic_plan.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace strait::links {

namespace {

using Outcome = std::variant<Mirrored, NotMirrored>;

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
        for (const auto& owner : found.target_owners) {
            if (owner.released && owner.link != link.name) continue;  // an ordinary topic
            owners_.emplace(owner.target, &owner);
            if (is_ours(owner, owner.source)) ours_.emplace(owner.source, &owner);
        }
        if (!found.source_owners) return;
        for (const auto& owner : *found.source_owners) {
            if (!owner.released) origins_.emplace(owner.target, &owner);
        }
    }

    Outcome decide(const kafka::TopicDescription& source) const
    {
        const auto selected = link_.topics.selection.decide(source.name, source.internal);
        if (!is_mirrored(selected)) return NotMirrored{obstacle_of(selected), ""};
        if (auto refused = refuse_told(source.name)) return *std::move(refused);

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
        if (auto refused = refuse_new_name(source.name, *target)) return *std::move(refused);
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

    // What operators have told of it alone.
    std::optional<NotMirrored> refuse_told(const TopicName& source) const
    {
        const auto known = ours_.find(source);
        if (known == ours_.end()) return std::nullopt;
        if (known->second->released) {
            return NotMirrored{Obstacle::released,
                               "it was cut off by itself: its topic at the target is an ordinary "
                               "one"};
        }
        if (!known->second->is_paused()) return std::nullopt;
        return NotMirrored{Obstacle::paused,
                           "by itself: `strait link resume --topic` has it mirrored on"};
    }

    // Its checkpoints say where it is in the topic of the name that it had.
    std::optional<NotMirrored> refuse_new_name(const TopicName& source,
                                               const TopicName& target) const
    {
        const auto known = ours_.find(source);
        if (known == ours_.end() || known->second->target == target) return std::nullopt;
        return NotMirrored{Obstacle::immutable_changed,
                           "it is mirrored to " + in_quotes(known->second->target.value()) +
                               ": restore topics.rename, or mirror it to " +
                               in_quotes(target.value()) + " by a link of another name"};
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
    std::map<TopicName, const TopicOwner*> ours_;          // by source name
    std::multimap<TopicName, const TopicOwner*> origins_;  // of the source, by its own names
};

}  // namespace

bool may_be_same(const TopicId& one, const TopicId& other)
{
    return !one.known() || !other.known() || one == other;
}

std::vector<PlannedTopic> plan_topics(const LinkConfig& link, const LinkSurroundings& found)
{
    const Planner planner{link, found};
    std::vector<PlannedTopic> topics;
    topics.reserve(found.source_topics.size());
    for (const auto& source : found.source_topics) {
        topics.push_back({source, planner.decide(source)});
    }
    std::ranges::sort(topics, {}, [](const PlannedTopic& topic) -> const TopicName& {
        return topic.source.name;
    });
    return topics;
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
