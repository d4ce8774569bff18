#include "core/run_on.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/config/topic_configs.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/verify/verification.hpp"
#include "links/verify/verify_report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// How a link proves what it mirrors: its map against itself, and both sides against the map.
namespace strait::links {

namespace asio = boost::asio;

namespace {

using Ends = kafka::EachResult<TopicPartition, Offset>;

// What is asked of both clusters once, for all topics.
struct TopicFacts {
    kafka::EachResult<TopicName, kafka::TopicDescription> topics;
    kafka::EachResult<TopicName, kafka::TopicConfig> configs;

    // Null if it is not there, or another one than it was.
    [[nodiscard]] const kafka::TopicDescription* find(const TopicName& topic,
                                                      const TopicId& known) const
    {
        const auto found = topics.find(topic);
        if (found == topics.end() || !found->second) return nullptr;
        return identity_of(topic, found->second->id) == known ? &*found->second : nullptr;
    }

    [[nodiscard]] Result<bool> is_compacted(const TopicName& topic) const
    {
        const auto found = configs.find(topic);
        if (found == configs.end()) return fail(Errc::unavailable, topic.value() + ": no configs");
        if (!found->second) return fail(found->second.error().within(topic.value()));
        const auto policy = found->second->find(std::string{cleanup_config});
        return policy != found->second->end() && policy->second.value.contains("compact");
    }
};

asio::awaitable<Result<TopicFacts>> ask_topics(kafka::Admin& admin, std::vector<TopicName> topics)
{
    TopicFacts facts;
    if (topics.empty()) co_return facts;
    auto described = co_await admin.describe_topics(topics);
    if (!described) co_return fail(described.error());
    facts.topics = *std::move(described);
    auto configs = co_await admin.describe_configs(std::move(topics));
    if (!configs) co_return fail(configs.error());
    facts.configs = *std::move(configs);
    co_return facts;
}

asio::awaitable<Result<std::vector<ShardState>>> read_shards(LinkView view)
{
    std::vector<ShardState> shards;
    const auto owner = view.owner();
    if (!owner) co_return fail(owner.error());
    const auto& known = *owner;
    if (!known) co_return shards;
    for (std::uint32_t i = 0; i < known->shards; ++i) {
        const auto state = view.state_of(ShardNumber{i});
        if (!state) co_return fail(state.error());
        const auto& found = *state;
        if (found) shards.push_back(*found);
    }
    co_return shards;
}

asio::awaitable<Result<std::vector<Checkpoint>>> read_positions(LinkView view,
                                                                TopicId topic,
                                                                std::size_t count)
{
    std::vector<Checkpoint> positions;
    for (std::size_t i = 0; i < count; ++i) {
        auto position = view.position(topic, Partition{static_cast<std::int32_t>(i)});
        if (!position) co_return fail(position.error());
        auto& found = *position;
        if (found) positions.push_back(*std::move(found));
    }
    co_return positions;
}

// Sets one of the offsets of each partition to what a cluster answers for it.
template <class Set>
asio::awaitable<Result<void>> ask_offsets(kafka::Admin& admin,
                                          std::vector<VerifiedPartition>& partitions,
                                          TopicPartition VerifiedPartition::* side,
                                          kafka::OffsetQuery query,
                                          kafka::Isolation isolation,
                                          Set set)
{
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& partition : partitions) queries.emplace(partition.*side, query);
    const auto answers = co_await admin.list_offsets(std::move(queries), isolation);
    if (!answers) co_return fail(answers.error());
    for (auto& partition : partitions) {
        const auto& at = partition.*side;
        const auto found = answers->find(at);
        if (found == answers->end()) co_return fail(Errc::unavailable, to_string(at));
        if (!found->second) co_return fail(found->second.error().within(to_string(at)));
        set(partition, *found->second);
    }
    co_return Result<void>{};
}

// The positions are known before: a log never ends before one that was known then.
asio::awaitable<Result<void>> ask_ends(RunningLink& link,
                                       std::vector<VerifiedPartition>& partitions)
{
    using enum kafka::Isolation;
    using Partition = VerifiedPartition;
    const kafka::EarliestOffset first;
    const kafka::LatestOffset last;
    auto& source = *link.source;
    auto& target = *link.target;
    auto asked = co_await ask_offsets(
        source, partitions, &Partition::source, first, read_uncommitted, [](auto& each, auto at) {
            each.bounds.source_start = at;
        });
    if (asked) {
        asked = co_await ask_offsets(source,
                                     partitions,
                                     &Partition::source,
                                     last,
                                     read_uncommitted,
                                     [](auto& each, auto at) { each.source_end = at; });
    }
    if (!asked) co_return fail(asked.error().within("source"));
    asked = co_await ask_offsets(
        target, partitions, &Partition::target, first, read_uncommitted, [](auto& each, auto at) {
            each.bounds.target_start = at;
        });
    if (asked) {
        asked = co_await ask_offsets(target,
                                     partitions,
                                     &Partition::target,
                                     last,
                                     read_uncommitted,
                                     [](auto& each, auto at) { each.target_end = at; });
    }
    if (asked) {
        asked = co_await ask_offsets(
            target, partitions, &Partition::target, last, read_committed, [](auto& each, auto at) {
                each.target_stable = at;
            });
    }
    if (!asked) co_return fail(asked.error().within("target"));
    co_return asked;
}

// A topic to be verified, with what its partitions have in common.
struct VerifiedTopic {
    TopicOwner owner;
    std::size_t partitions = 0;
    VerifiedPartition like;
};

// The partitions of a topic as they are now; of those left out nothing has been mirrored yet.
asio::awaitable<Result<std::vector<VerifiedPartition>>> partitions_of(RunningLink& link,
                                                                      VerifiedTopic topic)
{
    auto positions = co_await run_on(
        link.node.pool, read_positions(link.setup.view, topic.owner.source_id, topic.partitions));
    if (!positions) co_return fail(positions.error());
    std::vector<VerifiedPartition> partitions;
    for (auto& position : *positions) {
        auto& each = partitions.emplace_back(topic.like);
        each.source = {topic.owner.source, position.partition};
        each.target = {topic.owner.target, position.partition};
        each.position = std::move(position);
    }
    if (partitions.empty()) co_return partitions;
    if (auto asked = co_await ask_ends(link, partitions); !asked) co_return fail(asked.error());
    co_return partitions;
}

// Those of the topics that still are what was mirrored; of the others `troubles` says so.
asio::awaitable<Result<std::vector<VerifiedTopic>>> find_topics(RunningLink& link,
                                                                std::vector<TopicOwner> owners,
                                                                VerifiedPartition like,
                                                                std::vector<std::string>& troubles)
{
    std::vector<TopicName> originals;
    std::vector<TopicName> mirrors;
    for (const auto& owner : owners) {
        originals.push_back(owner.source);
        mirrors.push_back(owner.target);
    }
    const auto at_source = co_await ask_topics(*link.source, std::move(originals));
    if (!at_source) co_return fail(at_source.error().within("source"));
    const auto at_target = co_await ask_topics(*link.target, std::move(mirrors));
    if (!at_target) co_return fail(at_target.error().within("target"));
    std::vector<VerifiedTopic> topics;
    const bool watches_tail = like.watches_tail;
    for (auto& owner : owners) {
        const auto* const original = at_source->find(owner.source, owner.source_id);
        if (original == nullptr || at_target->find(owner.target, owner.target_id) == nullptr) {
            troubles.push_back(owner.source.value() +
                               ": the topic is not the one any more that was mirrored, at the " +
                               (original == nullptr ? "source" : "target"));
            continue;
        }
        const auto here = at_source->is_compacted(owner.source);
        if (!here) co_return fail(here.error().within("source"));
        const auto there = at_target->is_compacted(owner.target);
        if (!there) co_return fail(there.error().within("target"));
        like.bounds.source_compacted = *here;
        like.bounds.target_compacted = *there;
        like.watches_tail = watches_tail && !owner.released;
        topics.push_back({std::move(owner), original->partitions, like});
    }
    co_return topics;
}

// Verifies all partitions of these topics, one after the other.
asio::awaitable<Result<void>> verify_each(RunningLink& link,
                                          std::vector<VerifiedTopic> topics,
                                          VerifyPorts ports,
                                          const ReadWatch& watch,
                                          VerifyReport& report)
{
    std::string doing;
    ports.note = [&](std::int64_t records) {
        watch.note(doing + ", " + std::to_string(records) + " records compared");
    };
    for (std::size_t i = 0; i < topics.size(); ++i) {
        auto partitions = co_await partitions_of(link, topics[i]);
        if (!partitions) co_return fail(partitions.error());
        std::set<Partition> untouched;  // of them nothing has been mirrored yet
        const auto& only = ports.scope.partition;
        for (std::size_t p = 0; p < topics[i].partitions; ++p) {
            const Partition number{static_cast<std::int32_t>(p)};
            if (!only || number == *only) untouched.insert(number);
        }
        for (auto& partition : *partitions) {
            const auto at = partition.source;
            if (only && at.partition != *only) continue;
            untouched.erase(at.partition);
            doing = "verifying " + to_string(at) + ", topic " + std::to_string(i + 1) + " of " +
                    std::to_string(topics.size());
            watch.note(doing);
            Verification verification{ports, std::move(partition)};
            auto result = co_await verification.run();
            if (!result) co_return fail(result.error());
            report.partitions.push_back({at, *std::move(result)});
        }
        for (const auto partition : untouched) {
            report.partitions.push_back({{topics[i].owner.source, partition}, {}});
        }
    }
    co_return Result<void>{};
}

}  // namespace

asio::awaitable<Result<VerifyReport>> Link::verify(VerbRequest request, ReadWatch watch)
{
    const auto& topics = request.topics;
    const auto mode = request.mode;
    const Question link{running_.get()};
    if (!link || !link->link_log) co_return fail(Errc::cancelled);
    auto owners = setup_.view.topics();
    if (!owners) co_return fail(owners.error());
    std::erase_if(*owners, [&](const TopicOwner& owner) {
        const bool left = owner.released && !is_cut(order_.desired);
        return topics.empty() ? left : std::ranges::find(topics, owner.source) == topics.end();
    });
    const auto gaps = setup_.view.gaps();
    if (!gaps) co_return fail(gaps.error());
    VerifiedPartition like;
    like.gaps = *gaps;
    const bool stamps = setup_.config.delivery == Delivery::at_least_once;
    if (stamps) like.stamped_by = setup_.config.name;
    like.watches_tail = !is_cut(order_.desired);
    if (!keeps(Desired::paused)) like.tail_time = setup_.config.timeouts.transaction;

    VerifyReport report;
    const auto shards = co_await run_on(node_.pool, read_shards(setup_.view));
    if (!shards) co_return fail(shards.error());
    report.troubles = torn_transactions(*shards);
    auto found = co_await find_topics(*link, *std::move(owners), std::move(like), report.troubles);
    if (!found) co_return fail(found.error());
    auto original = LogReader::open(
        {node_.control, node_.pool, log_reader_settings(setup_.source), node_.clock, log_});
    if (!original) co_return fail(original.error().within("source"));
    auto mirror = LogReader::open(
        {node_.control, node_.pool, log_reader_settings(setup_.target), node_.clock, log_});
    if (!mirror) co_return fail(mirror.error().within("target"));
    const VerifyPorts ports{.view = setup_.view,
                            .pool = node_.pool,
                            .clock = node_.clock,
                            .source = *link->source,
                            .target = *link->target,
                            .original = mode == VerifyMode::full ? &*original : nullptr,
                            .mirror = mode != VerifyMode::structure ? &*mirror : nullptr,
                            .is_over = [&] { return link->ending || watch.is_over(); },
                            .note = {},
                            .scope = request.scope};
    const auto done = co_await verify_each(*link, *std::move(found), ports, watch, report);
    if (!done) co_return fail(done.error());
    co_return report;
}

}  // namespace strait::links
