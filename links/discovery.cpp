#include "links/discovery.hpp"

#include "links/clusters/cluster_survey.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

bool has(const std::vector<PlanWarning>& warnings, PlanWarning warning)
{
    return std::ranges::find(warnings, warning) != warnings.end();
}

using Offsets = kafka::EachResult<TopicPartition, Offset>;

Result<Offset> offset_in(const Result<Offsets>& answers, const TopicPartition& at)
{
    if (!answers) return fail(answers.error());
    const auto found = answers->find(at);
    return found == answers->end() ? fail(Errc::unavailable, "no answer") : found->second;
}

Result<bool> is_empty(const kafka::TopicDescription& topic,
                      const Result<Offsets>& lows,
                      const Result<Offsets>& highs)
{
    for (std::size_t i = 0; i < topic.partitions; ++i) {
        const TopicPartition at{topic.name, Partition{static_cast<std::int32_t>(i)}};
        const auto low = offset_in(lows, at);
        if (!low) return fail(low.error());
        const auto high = offset_in(highs, at);
        if (!high) return fail(high.error());
        if (*low != *high) return false;
    }
    return true;
}

// Those that the plan adopts, and that nobody has looked into yet.
std::vector<FoundTarget*> unseen_targets(const LinkPlan& plan, std::vector<FoundTarget>& targets)
{
    std::set<TopicName> adopted;
    for (const auto& topic : plan.topics) {
        const auto* const mirrored = topic.mirrored();
        if (mirrored != nullptr && mirrored->adopted) adopted.insert(mirrored->target);
    }
    std::vector<FoundTarget*> unseen;
    for (auto& target : targets) {
        if (!target.empty && adopted.contains(target.topic.name)) unseen.push_back(&target);
    }
    return unseen;
}

// Those that are to be mirrored; first the ones that are ready.
std::vector<const PlannedTopic*> in_turn_of(const LinkPlan& plan)
{
    std::vector<const PlannedTopic*> topics;
    topics.reserve(plan.topics.size());
    for (const bool ready : {true, false}) {
        for (const auto& planned : plan.topics) {
            const auto* const mirrored = planned.mirrored();
            if (mirrored == nullptr) continue;
            if ((mirrored->action == TargetAction::keep) == ready) topics.push_back(&planned);
        }
    }
    return topics;
}

}  // namespace

Discovery::Discovery(const LinkConfig& link, DiscoveredClusters clusters, DiscoveryPorts ports)
    : link_{link},
      clusters_{std::move(clusters)},
      ports_{ports},
      setup_{link, ports.source, ports.target, ports.view, ports.clock, ports.log},
      idle_{link, clusters_.source_user}
{
}

asio::awaitable<Result<std::vector<FoundTarget>>> Discovery::look_at_target()
{
    const auto names = co_await ports_.target.list_topics();
    if (!names) co_return fail(names.error().within("target"));
    const auto described = co_await ports_.target.describe_topics(*names);
    if (!described) co_return fail(described.error().within("target"));
    std::vector<FoundTarget> found;
    for (const auto& [name, topic] : *described) {
        if (topic) found.push_back({*topic});  // or it was deleted between the two questions
    }
    co_return found;
}

// Looks for records in all of these at once: a target may have thousands of topics, and requests
// are limited in number.
asio::awaitable<Result<void>> Discovery::look_into(std::vector<FoundTarget*> targets)
{
    std::map<TopicPartition, kafka::OffsetQuery> low;
    std::map<TopicPartition, kafka::OffsetQuery> high;
    for (const auto* const target : targets) {
        for (std::size_t i = 0; i < target->topic.partitions; ++i) {
            const TopicPartition at{target->topic.name, Partition{static_cast<std::int32_t>(i)}};
            low.emplace(at, kafka::EarliestOffset{});
            high.emplace(at, kafka::LatestOffset{});
        }
    }
    constexpr auto all = kafka::Isolation::read_uncommitted;
    const auto lows = co_await ports_.target.list_offsets(std::move(low), all);
    if (!lows && lows.error().code() == Errc::cancelled) co_return fail(lows.error());
    const auto highs = co_await ports_.target.list_offsets(std::move(high), all);
    if (!highs && highs.error().code() == Errc::cancelled) co_return fail(highs.error());
    for (auto* const target : targets) target->empty = is_empty(target->topic, lows, highs);
    co_return Result<void>{};
}

// Topics of ours are asked for by name, listed or not: brokers list what we may describe, so one
// that is not listed may be there all the same.
asio::awaitable<Result<void>> Discovery::look_at_source(LinkSurroundings& found)
{
    auto names = co_await ports_.source.list_topics();
    if (!names) co_return fail(names.error().within("source"));
    std::set<TopicName> asked{names->begin(), names->end()};
    for (const auto& [source, owner] : owners_) asked.insert(source);
    const auto described = co_await ports_.source.describe_topics({asked.begin(), asked.end()});
    if (!described) co_return fail(described.error().within("source"));
    for (const auto& [name, topic] : *described) {
        if (topic) {
            found.source_topics.push_back(*topic);
        } else {
            found.undescribed.emplace(name, topic.error());
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<LinkSurroundings>> Discovery::look()
{
    LinkSurroundings found;
    found.source_cluster = clusters_.source.id;
    found.target_cluster = clusters_.target.id;
    found.target_brokers = clusters_.target.brokers;
    found.source_user = clusters_.source_user;

    if (auto looked = co_await look_at_source(found); !looked) co_return fail(looked.error());
    auto targets = co_await look_at_target();
    if (!targets) co_return fail(targets.error());
    found.target_topics = *std::move(targets);
    co_return found;
}

// Our own as we wrote them last: the others' were read before that.
void Discovery::take_owners(LinkSurroundings& found) const
{
    found.target_owners = ports_.target_owners.all();
    std::erase_if(found.target_owners, [&](const auto& owner) { return owner.link == link_.name; });
    for (const auto& [source, owner] : owners_) found.target_owners.push_back(owner);
    found.source_owners = ports_.source_owners.all();
    if (!source_owners_readable_) found.source_owners.reset();
}

// Our own are in the view since the claim: what readers of the log are shown may be older, while
// its markers are on their way, or behind another link's open transaction.
asio::awaitable<Result<void>> Discovery::refresh_owners()
{
    if (auto refreshed = co_await ports_.target_owners.refresh(); !refreshed) {
        co_return fail(refreshed.error().within("target"));
    }
    const auto refreshed = co_await ports_.source_owners.refresh();
    source_owners_readable_ = refreshed.has_value();
    if (!refreshed && refreshed.error().code() != Errc::forbidden) {
        co_return fail(refreshed.error().within("source"));
    }
    auto own = ports_.view != nullptr ? ports_.view->topics() : ports_.target_owners.all();
    if (!own) co_return fail(own.error());
    owners_read_ = true;
    owners_.clear();
    for (auto& owner : *own) {
        if (owner.link == link_.name) owners_.insert_or_assign(owner.source, std::move(owner));
    }
    co_return Result<void>{};
}

// The owner records are read first, because they say what to ask for, and again only when a topic
// turns up that is not ours: between two such moments `_strait.links` is full of checkpoints that
// nobody here needs.
asio::awaitable<Result<LinkPlan>> Discovery::plan()
{
    if (!owners_read_) {
        if (auto read = co_await refresh_owners(); !read) co_return fail(read.error());
    }
    auto found = co_await look();
    if (!found) co_return fail(found.error());
    take_owners(*found);
    auto plan = plan_link(link_, *found);
    const bool known = std::ranges::all_of(plan.topics, [](const auto& topic) {
        return topic.mirrored() == nullptr || topic.mirrored()->ours;
    });
    if (!known) {
        auto refreshed = co_await refresh_owners();
        if (!refreshed) co_return fail(refreshed.error());
        take_owners(*found);
        plan = plan_link(link_, *found);
    }
    for (;;) {
        auto unseen = unseen_targets(plan, found->target_topics);
        if (unseen.empty()) co_return plan;
        auto looked = co_await look_into(std::move(unseen));
        if (!looked) co_return fail(looked.error());
        plan = plan_link(link_, *found);
    }
}

// How many partitions of a topic have positions, of whatever incarnation: what the source has fewer
// of is lost, and has to be told of.
std::size_t Discovery::known_partitions(const TopicOwner& owner)
{
    const auto [known, first] = partitions_.try_emplace(owner.source, owner.partitions);
    if (!first) return known->second;
    auto ids = owner.previous_ids;
    ids.push_back(owner.source_id);
    const auto is_known = [&](std::size_t partition) {
        return std::ranges::any_of(ids,
                                   [&](const TopicId& id) { return has_position(id, partition); });
    };
    while (is_known(known->second)) ++known->second;
    return known->second;
}

bool Discovery::has_position(const TopicId& id, std::size_t partition) const
{
    const auto position =
        ports_.view->position(id, Partition{static_cast<std::int32_t>(partition)});
    return position && *position;
}

// What is known of a topic before its target is looked at.
Result<void> Discovery::begin(Preparation& preparation)
{
    const auto& planned = *preparation.planned;
    const auto& mirrored = *planned.mirrored();
    auto& topic = preparation.topic;
    const auto source_id = identity_of(planned.source.name, planned.source.id);
    topic.identity_inferred = !planned.source.id.known();

    const auto known = owners_.find(planned.source.name);
    if (mirrored.ours && known != owners_.end()) preparation.known = known->second;
    topic.owner = preparation.known.value_or(
        TopicOwner{.link = link_.name,
                   .source = planned.source.name,
                   .target = mirrored.target,
                   .source_id = source_id,
                   .target_id = {},
                   .source_cluster = clusters_.source.id,
                   .partitions = static_cast<std::uint32_t>(planned.source.partitions),
                   .previous_ids = {}});
    const auto now = planned.source.partitions;
    topic.partitions = std::max(now, known_partitions(topic.owner));
    if (planned.source.id.known() && has_position(source_id, now)) {
        return fail(Errc::unavailable, "a broker of the source does not show all partitions");
    }
    topic.left = topic.partitions - now;
    partitions_.insert_or_assign(planned.source.name, topic.partitions);
    const bool lost = has(mirrored.warnings, PlanWarning::target_lost);
    preparation.left_alone = lost && link_.policies.on_target_lost != GapPolicy::restart;
    return {};
}

// The owner record as it has to be.
void Discovery::settle(Preparation& preparation, const TopicId& target_id) const
{
    const auto& planned = *preparation.planned;
    const auto source_id = identity_of(planned.source.name, planned.source.id);
    auto& owner = preparation.wanted.emplace(preparation.topic.owner);
    owner.target_id = identity_of(planned.mirrored()->target, target_id);
    if (owner.source_id == source_id || link_.policies.on_recreate != GapPolicy::restart) return;
    owner.previous_ids.insert(owner.previous_ids.begin(), owner.source_id);
    if (owner.previous_ids.size() > TopicOwner::previous_ids_max) owner.previous_ids.pop_back();
    owner.source_id = source_id;
}

// Writes those that are new or have changed.
asio::awaitable<void> Discovery::write_owners(std::span<Preparation> some)
{
    std::vector<Preparation*> changed;
    std::vector<LinkRecord> records;
    for (auto& each : some) {
        const auto& wanted = each.wanted;
        if (!wanted || each.known == wanted) continue;
        changed.push_back(&each);
        records.emplace_back(*wanted);
    }
    if (records.empty()) co_return;
    const auto written = co_await ports_.link_log->append(std::move(records), *ports_.view);
    for (auto* const each : changed) {
        const auto& wanted = each->wanted;
        if (written && wanted) {
            each->topic.owner = *wanted;
            owners_.insert_or_assign(wanted->source, *wanted);
        }
        if (!written) each->failed = written.error();
    }
}

// Makes the targets of these topics ready, and their owner records true. What fails is one topic's.
asio::awaitable<Result<void>> Discovery::prepare_some(std::span<Preparation> some)
{
    std::vector<Preparation*> going_on;
    std::vector<const PlannedTopic*> topics;
    for (auto& each : some) {
        if (auto begun = begin(each); !begun) each.failed = std::move(begun).error();
        if (each.failed || each.left_alone) continue;
        going_on.push_back(&each);
        topics.push_back(each.planned);
    }
    const auto ids = co_await setup_.prepare(std::move(topics));
    for (std::size_t i = 0; i < going_on.size(); ++i) {
        const auto& id = ids[i];
        if (id) settle(*going_on[i], *id);
        if (!id) going_on[i]->failed = id.error();
    }
    co_await write_owners(some);
    for (auto& each : some) {
        const auto& failed = each.failed;
        if (!failed) continue;
        if (failed->code() == Errc::cancelled) co_return fail(*failed);
        each.topic.standing = Standing::waiting;
        each.topic.reason = failed->detail();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<MirrorTopic>>> Discovery::prepare(Visitor show)
{
    const auto plan = co_await this->plan();
    if (!plan) co_return fail(plan.error());
    if (!plan->problems.empty()) {
        const auto& problem = plan->problems.front();
        co_return fail(Errc::conflict, std::string{problem.code} + ": " + problem.text);
    }
    std::vector<MirrorTopic> topics;
    for (auto& topic : idle_.find(*plan, owners_)) {
        if (topic.partitions > 0) {
            topic.partitions = std::max(topic.partitions, known_partitions(topic.owner));
        }
        show(topics.emplace_back(std::move(topic)));
    }
    const auto in_turn = in_turn_of(*plan);
    for (std::span rest{in_turn}; !rest.empty();) {
        const auto count = setup_count(rest);
        std::vector<Preparation> some;
        some.reserve(count);
        for (const auto* const planned : rest.first(count)) some.push_back({.planned = planned});
        rest = rest.subspan(count);
        if (auto done = co_await prepare_some(some); !done) co_return fail(done.error());
        for (auto& each : some) show(topics.emplace_back(std::move(each.topic)));
    }
    log_reasons(topics);
    std::ranges::sort(topics, {}, [](const MirrorTopic& topic) -> const TopicName& {
        return topic.owner.source;
    });
    co_return topics;
}

// What keeps a topic from being mirrored is found again at each look; it is said once.
void Discovery::log_reasons(const std::vector<MirrorTopic>& topics)
{
    std::map<TopicName, std::string> reasons;
    for (const auto& topic : topics) {
        if (topic.reason.empty()) continue;
        reasons.emplace(topic.owner.source, topic.reason);
        const auto before = reasons_.find(topic.owner.source);
        if (before != reasons_.end() && before->second == topic.reason) continue;
        ports_.log.warn(
            "topic not ready topic={} detail={:?}", topic.owner.source.value(), topic.reason);
    }
    reasons_ = std::move(reasons);
}

}  // namespace strait::links
