#include "links/clusters/lane_settings.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/sync/acl_records.hpp"
#include "links/sync/acl_sync.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

// What follows the source besides the records.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 250ms;  // how soon other keys are noticed
constexpr std::size_t release_batch = 200;
constexpr auto release_interval = 30s;

using Ids = kafka::EachResult<TopicName, TopicId>;

// Of one that does not answer the next question shows it.
bool is_still(const Ids& ids, const TopicName& topic, const TopicId& known)
{
    const auto found = ids.find(topic);
    if (found == ids.end()) return false;
    const auto& id = found->second;
    return id ? identity_of(topic, *id) == known : is_retryable(id.error().code());
}

}  // namespace

// What is created or adopted has its configs already, so the first pass comes after an interval.
asio::awaitable<void> Link::watch_configs(RunningLink& running)
{
    auto used = setup_.config.config_sync;
    auto next = node_.clock.now() + used.interval;
    while (co_await node_.clock.wait_until(node_.clock.now() + look_interval)) {
        if (draining_) co_return;
        const bool other = used != setup_.config.config_sync;
        if (!other && node_.clock.now() < next) continue;
        used = setup_.config.config_sync;
        if (!co_await sync_configs(running)) co_return;
        next = node_.clock.now() + used.interval;
    }
}

// The mirrors whose topics are, at both sides, those that the owner records speak of: what somebody
// has made under an old name is not ours to change.
asio::awaitable<Result<std::vector<TopicPair>>> Link::own_topics(RunningLink& running)
{
    std::vector<TopicOwner> owners;
    std::vector<TopicName> sources;
    std::vector<TopicName> targets;
    for (const auto& topic : topics_) {
        const auto* const trouble = running.configs->trouble(topic.owner.source);
        const bool judged = trouble != nullptr && trouble->halts;
        if (!topic.owner.target_id.known()) continue;  // no owner record yet
        if (topic.standing == Standing::released || topic.standing == Standing::paused) continue;
        if (topic.standing != Standing::mirrored && !judged) continue;
        owners.push_back(topic.owner);
        sources.push_back(topic.owner.source);
        targets.push_back(topic.owner.target);
    }
    const auto at_source = co_await running.source->describe_ids(std::move(sources));
    if (!at_source) co_return fail(at_source.error());
    const auto at_target = co_await running.target->describe_ids(std::move(targets));
    if (!at_target) co_return fail(at_target.error());
    std::vector<TopicPair> pairs;
    pairs.reserve(owners.size());
    for (const auto& owner : owners) {
        if (!is_still(*at_source, owner.source, owner.source_id)) continue;
        if (!is_still(*at_target, owner.target, owner.target_id)) continue;
        pairs.push_back({owner.source, owner.target});
    }
    co_return pairs;
}

// Fails with Errc::cancelled alone. While a cluster does not answer, what is known stays.
asio::awaitable<Result<void>> Link::sync_configs(RunningLink& running)
{
    auto topics = co_await own_topics(running);
    if (!topics && topics.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
    if (!topics) co_return Result<void>{};
    const auto other =
        co_await running.configs->pass(*std::move(topics), synced_configs(setup_.config));
    if (!other) co_return fail(other.error());
    if (*other) running.look_again = true;
    co_return Result<void>{};
}

// Only what the link knows for sure to mirror, or not to, may decide what is to be removed: so not
// before it has looked at all of its topics once.
asio::awaitable<void> Link::watch_acls(RunningLink& running)
{
    const auto sink = make_sink(acl_settings(setup_.target, setup_.config));
    AclRecords records{
        setup_.config.name, term_, {*sink, *running.link_log, setup_.view, node_.clock}};
    AclSync sync{*running.source, *running.target, records, *log_};
    AclSyncConfig used;
    auto next = node_.clock.now();
    while (co_await node_.clock.wait_until(node_.clock.now() + look_interval)) {
        if (draining_) co_return;
        const bool other = used != setup_.config.acl_sync;
        used = setup_.config.acl_sync;
        if (!used.enabled) running.acl_trouble.clear();
        if (!used.enabled || !running.discovered) continue;
        if (!other && node_.clock.now() < next) continue;
        std::vector<TopicPair> topics;
        for (const auto& topic : topics_) {
            if (!topic.owner.target_id.known()) continue;  // no owner record yet
            if (topic.standing == Standing::released) continue;
            topics.push_back({topic.owner.source, topic.owner.target});
        }
        auto released = released_topics();
        if (!released) continue;
        std::set<TopicName> left;  // also of those that the link is told to leave out by now
        for (auto& [source, target] : *released) left.insert(std::move(target));
        std::set<std::string> groups;
        if (used.groups && setup_.config.groups.enabled) {
            if (!running.groups->listed()) continue;
            groups = running.groups->kept();
        }
        const auto passed =
            co_await sync.pass({std::move(topics), std::move(left), std::move(groups)}, used);
        running.acl_trouble = sync.trouble();
        if (!passed) co_return;
        next = node_.clock.now() + used.interval;
    }
}

asio::awaitable<void> Link::watch_release(RunningLink& running)
{
    do {
        auto released = co_await release_configs(running);
        if (!released && released.error().code() == Errc::cancelled) co_return;
        const bool news = !release_ || !released;
        release_ = std::move(released);
        if (*release_) co_return;
        if (news) log_->warn("configs not released detail={:?}", release_->error().detail());
    } while (co_await node_.clock.wait_until(node_.clock.now() + release_interval));
}

// After their cut the target's topics take the source's values of what was held, as it told them
// last. Once done that is forgotten, so that nobody's later choice is undone. Topics fail one by
// one.
asio::awaitable<Result<void>> Link::release_configs(RunningLink& running)
{
    std::map<TopicName, HeldValues> held;
    std::map<TopicName, TopicName> sources;  // by target
    std::vector<TopicName> targets;
    std::optional<Error> failed;
    const auto topics = setup_.view.topics();
    if (!topics) co_return fail(topics.error());
    for (const auto& topic : *topics) {
        if (!topic.released) continue;
        auto values = setup_.view.held_values(topic.source);
        if (!values) co_return fail(values.error());
        if (values->empty()) continue;
        held.emplace(topic.target, *std::move(values));
        sources.emplace(topic.target, topic.source);
        targets.push_back(topic.target);
    }
    for (std::size_t begin = 0; begin < targets.size(); begin += release_batch) {
        const auto count = std::min(release_batch, targets.size() - begin);
        const auto some = std::span{targets}.subspan(begin, count);
        const auto configs = co_await running.target->describe_configs({some.begin(), some.end()});
        if (!configs) co_return fail(configs.error());
        std::set<TopicName> waiting;
        const auto note = [&](const TopicName& topic, const Error& error) {
            if (error.code() == Errc::not_found) return;  // it is gone, and needs nothing
            waiting.insert(topic);
            failed = error.within(topic.value());
        };
        std::map<TopicName, kafka::ConfigChanges> changes;
        for (const auto& [topic, config] : *configs) {
            if (!config) note(topic, config.error());
            if (!config) continue;
            for (const auto& [name, value] : values_at_promotion(held.at(topic), *config)) {
                if (config->at(name).value != value) changes[topic].emplace(name, value);
            }
        }
        if (!changes.empty()) {
            const auto changed = co_await running.target->change_configs(std::move(changes));
            if (!changed) co_return fail(changed.error());
            for (const auto& [topic, done] : *changed) {
                if (!done) note(topic, done.error());
            }
        }
        for (const auto& topic : some) {
            if (waiting.contains(topic)) continue;
            auto kept = setup_.view.keep_held_values(sources.at(topic), {});
            if (!kept) co_return kept;
        }
    }
    if (failed) co_return fail(*failed);
    co_return Result<void>{};
}

// A mirror that lacks what it needs to be exact is not copied to.
void Link::judge_configs(const RunningLink& running, MirrorTopic& topic)
{
    const auto* const trouble = running.configs->trouble(topic.owner.source);
    if (trouble == nullptr || !trouble->halts || topic.standing != Standing::mirrored) return;
    topic.standing = Standing::refused;
    topic.reason = "configs_not_kept: " + trouble->reason;
}

}  // namespace strait::links
