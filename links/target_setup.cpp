#include "links/target_setup.hpp"

#include "links/clusters/target_log.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto visible_patience = 5s;  // a topic just created: brokers hear of it one by one
constexpr auto visible_poll = 100ms;

}  // namespace

TargetSetup::TargetSetup(const LinkConfig& link,
                         kafka::Admin& source,
                         kafka::Admin& target,
                         LinkView* view,
                         Clock& clock,
                         spdlog::logger& log) noexcept
    : link_{link}, source_{source}, target_{target}, view_{view}, clock_{clock}, log_{log}
{
}

asio::awaitable<Result<TopicId>> TargetSetup::prepare(const PlannedTopic& planned,
                                                      const Mirrored& mirrored)
{
    if (mirrored.action == TargetAction::keep) co_return mirrored.target_id;
    const auto changed = co_await change(planned, mirrored);
    if (!changed) co_return fail(changed.error());
    co_return co_await id_of(mirrored.target);
}

// Of the source topic, and of one at the target, for the names that its brokers know.
asio::awaitable<Result<TargetSetup::Configs>> TargetSetup::configs_of(TopicName source,
                                                                      TopicName target)
{
    auto at_source = co_await source_.describe_configs({source});
    if (!at_source) co_return fail(at_source.error().within("source"));
    auto at_target = co_await target_.describe_configs({target});
    if (!at_target) co_return fail(at_target.error().within("target"));
    const auto values = at_source->find(source);
    const auto known = at_target->find(target);
    if (values == at_source->end() || known == at_target->end()) {
        co_return fail(Errc::unavailable, source.value() + ": its configs are not known");
    }
    if (!values->second) co_return fail(values->second.error().within("source"));
    if (!known->second) co_return fail(known->second.error().within("target"));
    if (view_ != nullptr) {
        const auto kept = view_->keep_held_values(source, held_in(*values->second));
        if (!kept) co_return fail(kept.error());
    }
    co_return Configs{*std::move(values->second), *std::move(known->second)};
}

asio::awaitable<Result<void>> TargetSetup::change(const PlannedTopic& planned,
                                                  const Mirrored& mirrored)
{
    if (mirrored.action == TargetAction::grow) {
        auto grown = co_await target_.create_partitions(mirrored.target, planned.source.partitions);
        if (!grown) co_return grown;
        log_.info("target grown topic={} partitions={} note=\"keys may have moved\"",
                  mirrored.target.value(),
                  planned.source.partitions);
        if (!mirrored.adopted) co_return grown;
    }
    if (mirrored.action == TargetAction::create) co_return co_await create(planned, mirrored);
    co_return co_await adopt(planned.source.name, mirrored.target);
}

asio::awaitable<Result<void>> TargetSetup::create(const PlannedTopic& planned,
                                                  const Mirrored& mirrored)
{
    const auto found = co_await configs_of(planned.source.name, TopicName{links_topic_name});
    if (!found) co_return fail(found.error());
    auto created =
        co_await target_.create_topic({mirrored.target,
                                       planned.source.partitions,
                                       mirrored.replication_factor,
                                       configs_to_create(found->source, found->target, link_)});
    if (created) {
        log_.info("target created topic={} partitions={}",
                  mirrored.target.value(),
                  planned.source.partitions);
    }
    co_return created;
}

// What a mirror needs; the rest is for the link's passes.
asio::awaitable<Result<void>> TargetSetup::adopt(TopicName source, TopicName target)
{
    const auto found = co_await configs_of(std::move(source), target);
    if (!found) co_return fail(found.error());
    kafka::ConfigChanges changes;
    for (const auto& change : plan_configs(found->source, found->target, {})) {
        changes.emplace(change.name, change.reset ? std::nullopt : std::optional{change.now});
        log_.info("config of an adopted topic topic={} config={} before={:?} now={:?}",
                  target.value(),
                  change.name,
                  change.before,
                  change.now);
    }
    if (changes.empty()) co_return Result<void>{};
    const auto changed = co_await target_.change_configs({{target, std::move(changes)}});
    if (!changed) co_return fail(changed.error());
    const auto of_topic = changed->find(target);
    if (of_topic == changed->end())
        co_return fail(Errc::unavailable, "no answer about its configs");
    co_return of_topic->second;
}

asio::awaitable<Result<TopicId>> TargetSetup::id_of(TopicName target)
{
    const auto until = clock_.now() + visible_patience;
    for (;;) {
        const auto described = co_await target_.describe_ids({target});
        if (!described) co_return fail(described.error());
        const auto found = described->find(target);
        if (found != described->end()) {
            const auto& id = found->second;
            if (id || id.error().code() != Errc::not_found) co_return id;
        }
        const auto now = clock_.now();
        if (now >= until) co_return fail(Errc::unavailable, "the target topic is not visible yet");
        const auto waited = co_await clock_.wait_until(now + visible_poll);
        if (!waited) co_return fail(waited.error());
    }
}

}  // namespace strait::links
