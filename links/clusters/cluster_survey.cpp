#include "links/clusters/cluster_survey.hpp"

#include "core/run_on.hpp"
#include "links/clusters/copy_search.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

using Offsets = kafka::EachResult<TopicPartition, Offset>;
using Queries = std::map<TopicPartition, kafka::OffsetQuery>;
using Topics = kafka::EachResult<TopicName, kafka::TopicDescription>;

constexpr std::uint64_t batch_framing_bytes = std::uint64_t{16} * 1024;

Result<Offset> offset_in(const Offsets& answers, const TopicPartition& at)
{
    const auto found = answers.find(at);
    if (found == answers.end()) return fail(Errc::unavailable, to_string(at) + ": no answer");
    return found->second;
}

bool has_partition(const Topics& topics, const TopicPartition& at)
{
    const auto found = topics.find(at.topic);
    return found != topics.end() && found->second &&
           std::cmp_less(at.partition.value(), found->second->partitions);
}

// What is gone has no offsets to ask for.
void drop_gone(Queries& queries, const Topics& topics)
{
    std::erase_if(queries, [&](const auto& query) { return !has_partition(topics, query.first); });
}

Result<TopicId> id_in(const Topics& answers, const TopicName& topic)
{
    const auto found = answers.find(topic);
    if (found == answers.end()) return fail(Errc::unavailable, topic.value() + ": no answer");
    if (!found->second) return fail(found->second.error());
    return identity_of(topic, found->second->id);
}

// All answers that the facts of a set of partitions are made of.
struct Answers {
    Topics source_topics;
    Topics target_topics;
    Offsets source_low;
    Offsets source_end;
    Offsets source_start;
    Offsets target_low;
    Offsets target_stable;
    Offsets target_end;
};

Result<PartitionFacts> facts_of(const Mirror& mirror, const Answers& answers)
{
    const auto& source = mirror.source;
    const TopicPartition target{mirror.target, source.partition};
    const auto source_id = id_in(answers.source_topics, source.topic);
    const auto target_id = id_in(answers.target_topics, target.topic);
    if (!source_id) return fail(source_id.error().within("source"));

    // What is gone is a fact too, and not a failure: it has no id, or no offsets. Partitions go
    // with their topic only; one that is added is heard of by one broker after the other.
    const bool gone = !target_id && target_id.error().code() == Errc::not_found;
    if (!target_id && !gone) return fail(target_id.error().within("target"));

    PartitionFacts facts;
    facts.source_id = *source_id;
    facts.target_id = target_id.value_or(TopicId{});
    facts.at_source = has_partition(answers.source_topics, source);
    if (!facts.at_source) {
        const bool told = mirror.left || facts.source_id != mirror.source_id;
        if (!told) return fail(Errc::unavailable, "source: the partition is not shown yet");
        return facts;
    }
    const auto ask = [](const Offsets& from, const TopicPartition& at, Offset& into) {
        auto found = offset_in(from, at);
        if (found) into = *found;
        return found ? Result<void>{} : fail(found.error());
    };
    for (const auto& asked : {ask(answers.source_low, source, facts.source_low),
                              ask(answers.source_end, source, facts.source_end),
                              ask(answers.source_start, source, facts.source_start)}) {
        if (!asked) return fail(asked.error().within("source"));
    }
    if (!has_partition(answers.target_topics, target)) {
        const bool told = facts.target_id != mirror.target_id;
        if (!told) return fail(Errc::unavailable, "target: the partition is not shown yet");
        return facts;
    }
    for (const auto& asked : {ask(answers.target_low, target, facts.target_low),
                              ask(answers.target_stable, target, facts.target_stable),
                              ask(answers.target_end, target, facts.target_end)}) {
        if (!asked) return fail(asked.error().within("target"));
    }
    return facts;
}

asio::awaitable<Result<std::uint64_t>> record_limit(kafka::Admin& admin, TopicName topic)
{
    const auto configs = co_await admin.describe_configs({topic});
    if (!configs) co_return fail(configs.error());
    const auto found = configs->find(topic);
    if (found == configs->end()) co_return fail(Errc::not_found, topic.value());
    if (!found->second) co_return fail(found->second.error());
    const auto entry = found->second->find("max.message.bytes");
    if (entry == found->second->end()) co_return fail(Errc::not_found, "max.message.bytes");
    std::uint64_t bytes = 0;
    const auto& value = entry->second.value;
    std::from_chars(value.data(), value.data() + value.size(), bytes);
    co_return bytes;
}

}  // namespace

TopicId identity_of(const TopicName& topic, const TopicId& id)
{
    if (id.known()) return id;
    const auto hash = XXH3_128bits(topic.value().data(), topic.value().size());
    TopicId inferred;
    std::memcpy(inferred.bytes.data(), &hash, inferred.bytes.size());
    return inferred;
}

ClusterSurvey::ClusterSurvey(LinkAdmins& admins, const LinkConfig& link, ReaderPorts reader)
    : admins_{admins}, link_{link}, reader_{std::move(reader)}
{
}

asio::awaitable<Result<Survey::Facts>> ClusterSurvey::facts(std::vector<Mirror> mirrors)
{
    return run_on(admins_.executor, look(std::move(mirrors)));
}

asio::awaitable<Result<Survey::Facts>> ClusterSurvey::look(std::vector<Mirror> mirrors)
{
    std::set<TopicName> sources;
    std::set<TopicName> targets;
    Queries source_low;
    Queries source_end;
    Queries source_start;
    Queries target_low;
    Queries target_stable;
    Queries target_end;
    for (const auto& mirror : mirrors) {
        const TopicPartition target{mirror.target, mirror.source.partition};
        sources.insert(mirror.source.topic);
        targets.insert(mirror.target);
        source_low.emplace(mirror.source, kafka::EarliestOffset{});
        source_end.emplace(mirror.source, kafka::LatestOffset{});
        source_start.emplace(mirror.source, link_.start);
        target_low.emplace(target, kafka::EarliestOffset{});
        target_stable.emplace(target, kafka::LatestOffset{});
        target_end.emplace(target, kafka::LatestOffset{});
    }

    using enum kafka::Isolation;
    Answers answers;
    auto source_topics = co_await admins_.source.describe_topics({sources.begin(), sources.end()});
    if (!source_topics) co_return fail(source_topics.error().within("source"));
    auto target_topics = co_await admins_.target.describe_topics({targets.begin(), targets.end()});
    if (!target_topics) co_return fail(target_topics.error().within("target"));
    answers.source_topics = *std::move(source_topics);
    answers.target_topics = *std::move(target_topics);
    for (auto* const queries : {&source_low, &source_end, &source_start}) {
        drop_gone(*queries, answers.source_topics);
    }
    for (auto* const queries : {&target_low, &target_stable, &target_end}) {
        drop_gone(*queries, answers.target_topics);
    }

    struct Question {
        kafka::Admin& admin;
        Queries& queries;
        kafka::Isolation isolation;
        Offsets& answer;
    };
    const Question questions[]{
        {admins_.source, source_low, read_uncommitted, answers.source_low},
        {admins_.source, source_start, read_committed, answers.source_start},
        {admins_.source, source_end, read_uncommitted, answers.source_end},
        {admins_.target, target_low, read_uncommitted, answers.target_low},
        {admins_.target, target_stable, read_committed, answers.target_stable},
        {admins_.target, target_end, read_uncommitted, answers.target_end},
    };
    for (const auto& [admin, queries, isolation, answer] : questions) {
        auto answered = co_await admin.list_offsets(std::move(queries), isolation);
        if (!answered) co_return fail(answered.error());
        answer = *std::move(answered);
    }

    Facts facts;
    for (const auto& mirror : mirrors) facts.emplace(mirror.source, facts_of(mirror, answers));
    co_return facts;
}

asio::awaitable<Result<Survey::Ends>> ClusterSurvey::target_ends(std::set<TopicPartition> targets)
{
    return run_on(admins_.executor, look_at_ends(std::move(targets)));
}

asio::awaitable<Result<Survey::Ends>> ClusterSurvey::look_at_ends(std::set<TopicPartition> targets)
{
    using enum kafka::Isolation;
    std::set<TopicName> topics;
    for (const auto& at : targets) topics.insert(at.topic);
    const auto described = co_await admins_.target.describe_topics({topics.begin(), topics.end()});
    if (!described) co_return fail(described.error().within("target"));
    Queries queries;
    for (const auto& at : targets) queries.emplace(at, kafka::LatestOffset{});
    drop_gone(queries, *described);
    const auto stable = co_await admins_.target.list_offsets(queries, read_committed);
    if (!stable) co_return fail(stable.error().within("target"));
    const auto ends = co_await admins_.target.list_offsets(queries, read_uncommitted);
    if (!ends) co_return fail(ends.error().within("target"));

    Ends all;
    for (const auto& at : targets) {
        if (!has_partition(*described, at)) {
            all.emplace(at, fail(Errc::not_found, to_string(at) + " is gone at the target"));
            continue;
        }
        const auto first_open = offset_in(*stable, at);
        const auto end = offset_in(*ends, at);
        all.emplace(at,
                    !first_open ? fail(first_open.error())
                    : !end      ? fail(end.error())
                                : Result<TargetEnds>{TargetEnds{*first_open, *end}});
    }
    co_return all;
}

asio::awaitable<Result<std::map<TopicPartition, bool>>> ClusterSurvey::visible(
    std::map<TopicPartition, Offset> records)
{
    return run_on(reader_.executor, find_visible(std::move(records), reader_));
}

asio::awaitable<Result<Survey::Chains>> ClusterSurvey::find_copies(Tails tails)
{
    return run_on(reader_.executor, links::find_copies(std::move(tails), reader_));
}

asio::awaitable<Result<Survey::Ids>> ClusterSurvey::source_ids(std::set<TopicName> topics,
                                                               Clock::Time deadline)
{
    std::vector<TopicName> names{topics.begin(), topics.end()};
    auto ids =
        co_await run_on(admins_.executor, admins_.source.describe_ids(std::move(names), deadline));
    if (!ids) co_return fail(ids.error());
    for (auto& [topic, id] : *ids) {
        if (id) *id = identity_of(topic, *id);
    }
    co_return *std::move(ids);
}

asio::awaitable<Result<void>> ClusterSurvey::raise_record_limit(TopicName source, TopicName target)
{
    return run_on(admins_.executor, raise(std::move(source), std::move(target)));
}

asio::awaitable<Result<void>> ClusterSurvey::raise(TopicName source, TopicName target)
{
    const auto at_source = co_await record_limit(admins_.source, source);
    if (!at_source) co_return fail(at_source.error().within("source"));
    const auto at_target = co_await record_limit(admins_.target, target);
    if (!at_target) co_return fail(at_target.error().within("target"));

    // A copy may be larger by its stamp.
    const bool stamps = link_.delivery == Delivery::at_least_once;
    const auto wanted = std::min(*at_source + (stamps ? batch_framing_bytes : 0),
                                 link_.limits.record.value + batch_framing_bytes);
    if (wanted <= *at_target) {
        co_return fail(Errc::too_large,
                       "max.message.bytes of " + target.value() + " is " +
                           std::to_string(*at_target) +
                           " already; the link carries records up to limits.record");
    }
    co_return co_await admins_.target.alter_configs(
        target, {{"max.message.bytes", std::to_string(wanted)}});
}

}  // namespace strait::links
