#include "links/target_setup.hpp"

#include "links/clusters/target_log.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A topic just created: brokers make its partitions, and hear of it, one by one. Who gives up asks
// for it again, and is told that it exists.
constexpr auto visible_patience = 30s;
constexpr auto visible_poll = 100ms;

// The topic of the target whose configs say which ones its brokers know.
TopicName sample_of(const Mirrored& mirrored)
{
    if (mirrored.action == TargetAction::create) return TopicName{links_topic_name};
    return mirrored.target;
}

using Configs = kafka::EachResult<TopicName, kafka::TopicConfig>;

Result<const kafka::TopicConfig*> config_in(const Result<Configs>& answers, const TopicName& topic)
{
    if (!answers) return fail(answers.error());
    const auto found = answers->find(topic);
    if (found == answers->end()) {
        return fail(Errc::unavailable, topic.value() + ": its configs are not known");
    }
    if (!found->second) return fail(found->second.error());
    return &*found->second;
}

Result<void> outcome_in(const Result<kafka::EachResult<TopicName, void>>& answers,
                        const TopicName& topic)
{
    if (!answers) return fail(answers.error());
    const auto found = answers->find(topic);
    return found == answers->end() ? fail(Errc::unavailable, "no answer about the topic")
                                   : found->second;
}

}  // namespace

std::size_t setup_count(std::span<const PlannedTopic* const> topics)
{
    std::size_t count = 0;
    std::size_t partitions = 0;
    for (const auto* const topic : topics) {
        partitions += topic->source.partitions;
        const bool fits = count < setup_topics_max && partitions <= setup_partitions_max;
        if (count > 0 && !fits) break;
        ++count;
    }
    return count;
}

TargetSetup::TargetSetup(const LinkConfig& link,
                         kafka::Admin& source,
                         kafka::Admin& target,
                         LinkView* view,
                         Clock& clock,
                         spdlog::logger& log) noexcept
    : link_{link}, source_{source}, target_{target}, view_{view}, clock_{clock}, log_{log}
{
}

bool TargetSetup::Work::needs_configs() const
{
    return mirrored().action != TargetAction::grow || mirrored().adopted;
}

asio::awaitable<std::vector<Result<TopicId>>> TargetSetup::prepare(
    std::vector<const PlannedTopic*> topics)
{
    std::vector<Work> all;
    all.reserve(topics.size());
    Works works;
    for (const auto* const planned : topics) {
        const auto& mirrored = *planned->mirrored();
        auto& work = all.emplace_back(planned, mirrored.target_id);
        if (mirrored.action != TargetAction::keep) works.emplace(mirrored.target, &work);
    }
    if (!works.empty()) co_await grow(works);
    if (!works.empty()) co_await configure(works);
    if (!works.empty()) co_await take_ids(works);
    std::vector<Result<TopicId>> ids;
    ids.reserve(all.size());
    for (auto& work : all) ids.push_back(std::move(work.id));
    co_return ids;
}

// One by one: it is rare.
asio::awaitable<void> TargetSetup::grow(Works& works)
{
    for (auto next = works.begin(); next != works.end();) {
        const auto [target, work] = *next;
        const auto here = next++;
        if (work->mirrored().action != TargetAction::grow) continue;
        const auto partitions = work->planned->source.partitions;
        const auto grown = co_await target_.create_partitions(target, partitions);
        if (!grown) {
            work->id = fail(grown.error());
            works.erase(here);
            continue;
        }
        log_.info("target grown topic={} partitions={} note=\"keys may have moved\"",
                  target.value(),
                  partitions);
    }
}

// What is created gets its configs at once. Of a topic that is adopted, what a mirror needs; the
// rest is for the link's passes.
asio::awaitable<void> TargetSetup::configure(Works& works)
{
    std::vector<TopicName> sources;
    std::set<TopicName> samples;
    for (const auto& [target, work] : works) {
        if (!work->needs_configs()) continue;
        sources.push_back(work->planned->source.name);
        samples.insert(sample_of(work->mirrored()));
    }
    const auto at_source = co_await source_.describe_configs(std::move(sources));
    const auto at_target = co_await target_.describe_configs({samples.begin(), samples.end()});
    Wanted wanted;
    std::erase_if(works, [&](const auto& each) {
        auto& work = *each.second;
        if (!work.needs_configs()) return false;
        auto decided = configure(work, at_source, at_target, wanted);
        if (!decided) work.id = fail(std::move(decided).error());
        return !work.id;
    });
    co_await carry_out(std::move(wanted), works);
}

Result<void> TargetSetup::configure(const Work& work,
                                    const Result<Configs>& at_source,
                                    const Result<Configs>& at_target,
                                    Wanted& wanted)
{
    const auto& planned = *work.planned;
    const auto& mirrored = work.mirrored();
    const auto source = config_in(at_source, planned.source.name);
    if (!source) return fail(source.error().within("source"));
    const auto target = config_in(at_target, sample_of(mirrored));
    if (!target) return fail(target.error().within("target"));
    if (view_ != nullptr) {
        auto kept = view_->keep_held_values(planned.source.name, held_in(**source));
        if (!kept) return kept;
    }
    if (mirrored.action == TargetAction::create) {
        wanted.topics.push_back({mirrored.target,
                                 planned.source.partitions,
                                 mirrored.replication_factor,
                                 configs_to_create(**source, **target, link_)});
        return {};
    }
    for (const auto& change : plan_configs(**source, **target, {})) {
        wanted.configs[mirrored.target].emplace(
            change.name, change.reset ? std::nullopt : std::optional{change.now});
        log_.info("config of an adopted topic topic={} config={} before={:?} now={:?}",
                  mirrored.target.value(),
                  change.name,
                  change.before,
                  change.now);
    }
    return {};
}

asio::awaitable<void> TargetSetup::carry_out(Wanted wanted, Works& works)
{
    const auto note = [&works](const TopicName& target, const Result<void>& done) {
        const auto found = works.find(target);
        if (done || found == works.end()) return;
        found->second->id = fail(done.error());
        works.erase(found);
    };
    std::map<TopicName, std::size_t> created;
    for (const auto& topic : wanted.topics) created.emplace(topic.name, topic.partitions);
    const auto topics = co_await target_.create_topics(std::move(wanted.topics));
    for (const auto& [target, partitions] : created) {
        const auto done = outcome_in(topics, target);
        note(target, done);
        if (!done) continue;
        log_.info("target created topic={} partitions={}", target.value(), partitions);
    }
    std::set<TopicName> changed;
    for (const auto& [target, changes] : wanted.configs) changed.insert(target);
    const auto configs = co_await target_.change_configs(std::move(wanted.configs));
    for (const auto& target : changed) note(target, outcome_in(configs, target));
}

asio::awaitable<void> TargetSetup::take_ids(Works& works)
{
    const auto fail_rest = [&works](const Error& error) {
        for (const auto& [target, work] : works) work->id = fail(error);
        works.clear();
    };
    const auto until = clock_.now() + visible_patience;
    for (;;) {
        std::vector<TopicName> targets;
        targets.reserve(works.size());
        for (const auto& [target, work] : works) targets.push_back(target);
        const auto described = co_await target_.describe_ids(std::move(targets));
        if (!described) co_return fail_rest(described.error());
        for (const auto& [target, id] : *described) {
            const auto found = works.find(target);
            if (found == works.end() || (!id && id.error().code() == Errc::not_found)) continue;
            found->second->id = id;
            works.erase(found);
        }
        if (works.empty()) co_return;
        const auto now = clock_.now();
        if (now >= until) {
            co_return fail_rest(Error{Errc::unavailable, "the target topic is not visible yet"});
        }
        const auto waited = co_await clock_.wait_until(now + visible_poll);
        if (!waited) co_return fail_rest(waited.error());
    }
}

}  // namespace strait::links
