#include "links/target_setup.hpp"

#include "links/clusters/target_log.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto visible_patience = 5s;  // a topic just created: brokers hear of it one by one
constexpr auto visible_poll = 100ms;

// Copied from the source when the target is created or adopted: a mirror that takes smaller records
// or keeps other tombstones than its source cannot be exact (links.md 3, "required").
constexpr std::array required_names{
    std::string_view{"max.message.bytes"},
    std::string_view{"cleanup.policy"},
    std::string_view{"delete.retention.ms"},
    std::string_view{"min.compaction.lag.ms"},
    std::string_view{"max.compaction.lag.ms"},
};

// Copied when the target is created, unless `create.configs` says otherwise: a target that keeps
// for less time than the source would take old records away as soon as they arrive.
constexpr std::array retention_names{
    std::string_view{"retention.ms"},
    std::string_view{"retention.bytes"},
};

// Held until promotion: the mirror keeps the source's timestamps, however old or far ahead.
constexpr std::array unlimited_names{
    std::string_view{"message.timestamp.before.max.ms"},
    std::string_view{"message.timestamp.after.max.ms"},
    std::string_view{"message.timestamp.difference.max.ms"},
};
constexpr auto unlimited = "9223372036854775807";

}  // namespace

TargetSetup::TargetSetup(const LinkConfig& link,
                         kafka::Admin& source,
                         kafka::Admin& target,
                         Clock& clock,
                         spdlog::logger& log) noexcept
    : link_{link}, source_{source}, target_{target}, clock_{clock}, log_{log}
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

asio::awaitable<Result<TargetSetup::Configs>> TargetSetup::configs_of(TopicName source)
{
    const TopicName sample{links_topic_name};
    const auto at_source = co_await source_.describe_configs({source});
    if (!at_source) co_return fail(at_source.error().within("source"));
    const auto at_target = co_await target_.describe_configs({sample});
    if (!at_target) co_return fail(at_target.error().within("target"));
    const auto values = at_source->find(source);
    const auto known = at_target->find(sample);
    if (values == at_source->end() || known == at_target->end()) {
        co_return fail(Errc::unavailable, source.value() + ": its configs are not known");
    }
    if (!values->second) co_return fail(values->second.error().within("source"));
    if (!known->second) co_return fail(known->second.error().within("target"));

    const auto copy = [&](auto& to, const auto& names) {
        for (const auto name : names) {
            const auto value = values->second->find(std::string{name});
            if (value == values->second->end() || !known->second->contains(value->first)) continue;
            to.emplace(value->first, value->second.value);
        }
    };
    Configs configs;
    configs.required.emplace("message.timestamp.type", "CreateTime");
    copy(configs.required, required_names);
    for (const auto name : unlimited_names) {
        if (known->second->contains(std::string{name})) configs.required.emplace(name, unlimited);
    }
    copy(configs.retention, retention_names);
    co_return configs;
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
    auto found = co_await configs_of(planned.source.name);
    if (!found) co_return fail(found.error());
    auto& configs = found->required;
    if (mirrored.action == TargetAction::create) {
        // What is there already is not replaced: first what must be, then what is wished.
        configs.insert(link_.topics.create.configs.begin(), link_.topics.create.configs.end());
        configs.merge(found->retention);
        auto created = co_await target_.create_topic({mirrored.target,
                                                      planned.source.partitions,
                                                      mirrored.replication_factor,
                                                      std::move(configs)});
        if (created) {
            log_.info("target created topic={} partitions={}",
                      mirrored.target.value(),
                      planned.source.partitions);
        }
        co_return created;
    }
    co_return co_await target_.alter_configs(mirrored.target, std::move(configs));
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
