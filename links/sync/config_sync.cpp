#include "links/sync/config_sync.hpp"

#include "links/clusters/target_log.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

constexpr std::size_t topics_max = 100;  // in one request

const Error* error_in(const kafka::EachResult<TopicName, kafka::TopicConfig>& configs,
                      const TopicName& topic)
{
    static const Error silent{Errc::unavailable, "no answer about its configs"};
    const auto found = configs.find(topic);
    if (found == configs.end()) return &silent;
    return found->second ? nullptr : &found->second.error();
}

bool is_needed(const ConfigChange& change) { return change.of != ConfigClass::synced; }

}  // namespace

ConfigSync::ConfigSync(kafka::Admin& source,
                       kafka::Admin& target,
                       LinkView& view,
                       spdlog::logger& log) noexcept
    : source_{source}, target_{target}, view_{view}, log_{log}
{
}

asio::awaitable<Result<bool>> ConfigSync::pass(std::vector<TopicPair> topics,
                                               std::set<std::string> synced)
{
    troubles_.clear();
    std::span<const TopicPair> rest{topics};
    while (!rest.empty()) {
        const auto some = rest.first(std::min(rest.size(), topics_max));
        rest = rest.subspan(some.size());
        if (auto looked = co_await look_at(some, synced); !looked) co_return fail(looked.error());
    }
    log_difference();
    const auto halted = [](const std::map<TopicName, Trouble>& troubles) {
        std::set<TopicName> names;
        for (const auto& [source, trouble] : troubles) {
            if (trouble.halts) names.insert(source);
        }
        return names;
    };
    const bool other = halted(before_) != halted(troubles_);
    before_ = std::exchange(troubles_, {});
    co_return other;
}

const ConfigSync::Trouble* ConfigSync::trouble(const TopicName& source) const
{
    const auto found = before_.find(source);
    return found == before_.end() ? nullptr : &found->second;
}

asio::awaitable<Result<void>> ConfigSync::look_at(std::span<const TopicPair> topics,
                                                  const std::set<std::string>& synced)
{
    std::vector<TopicName> sources;
    std::vector<TopicName> targets;
    sources.reserve(topics.size());
    targets.reserve(topics.size() + 1);
    for (const auto& topic : topics) {
        sources.push_back(topic.source);
        targets.push_back(topic.target);
    }
    targets.emplace_back(links_topic_name);
    const auto at_source = co_await source_.describe_configs(std::move(sources));
    if (!at_source && at_source.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
    const auto at_target = co_await target_.describe_configs(std::move(targets));
    if (!at_target && at_target.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
    if (!at_source || !at_target) {
        const auto error =
            at_source ? at_target.error().within("target") : at_source.error().within("source");
        for (const auto& topic : topics) note(topic.source, error, Weight::unknown);
        co_return Result<void>{};
    }
    const auto work = decide(topics, *at_source, *at_target, synced);
    if (auto done = co_await carry_out(work, &Work::needed); !done) co_return done;
    co_return co_await carry_out(work, &Work::wished);
}

std::vector<ConfigSync::Work> ConfigSync::decide(std::span<const TopicPair> topics,
                                                 const Configs& at_source,
                                                 const Configs& at_target,
                                                 const std::set<std::string>& synced)
{
    std::vector<Work> all;
    const auto sample = at_target.find(TopicName{links_topic_name});
    for (const auto& topic : topics) {
        const std::array answers{std::pair{"source", error_in(at_source, topic.source)},
                                 std::pair{"target", error_in(at_target, topic.target)}};
        bool answered = true;
        for (const auto& [side, error] : answers) {
            if (error == nullptr) continue;
            answered = false;
            // What is gone is for the discovery to tell.
            if (error->code() == Errc::not_found) continue;
            note(topic.source, error->within(side), Weight::unknown);
        }
        if (!answered) continue;
        const auto& source = *at_source.at(topic.source);
        keep_held(topic.source, held_in(source));
        auto target = *at_target.at(topic.target);
        if (sample != at_target.end() && sample->second) {
            complete_inherited(target, *sample->second);
        }
        Work work{.topic = topic, .needed = {}, .wished = {}};
        for (auto& change : plan_configs(source, target, synced)) {
            auto& part = is_needed(change) ? work.needed : work.wished;
            part.push_back(std::move(change));
        }
        if (!work.needed.empty() || !work.wished.empty()) all.push_back(std::move(work));
    }
    return all;
}

asio::awaitable<Result<void>> ConfigSync::carry_out(const std::vector<Work>& all,
                                                    Changes Work::* part)
{
    std::map<TopicName, kafka::ConfigChanges> wanted;
    for (const auto& work : all) {
        for (const auto& change : work.*part) {
            wanted[work.topic.target][change.name] =
                change.reset ? std::nullopt : std::optional{change.now};
        }
    }
    if (wanted.empty()) co_return Result<void>{};
    const auto changed = co_await target_.change_configs(std::move(wanted));
    if (!changed && changed.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
    for (const auto& work : all) {
        if ((work.*part).empty()) continue;
        if (!changed) {
            settle(work.topic, work.*part, fail(changed.error()));
            continue;
        }
        const auto found = changed->find(work.topic.target);
        const Result<void> silent = fail(Errc::unavailable, "no answer about its configs");
        settle(work.topic, work.*part, found == changed->end() ? silent : found->second);
    }
    co_return Result<void>{};
}

void ConfigSync::settle(const TopicPair& topic, const Changes& changes, const Result<void>& changed)
{
    if (changed) {
        for (const auto& change : changes) {
            log_.info("config changed topic={} config={} before={:?} now={:?} class={}{}",
                      topic.target.value(),
                      change.name,
                      change.before,
                      change.now,
                      to_string(change.of),
                      change.reset ? " reset=true" : "");
        }
        return;
    }
    if (changed.error().code() == Errc::not_found) return;
    std::string names;
    for (const auto& change : changes) {
        names.append(names.empty() ? "" : ", ").append(change.name + "=" + change.now);
    }
    const bool required = std::ranges::any_of(
        changes, [](const auto& change) { return change.of == ConfigClass::required; });
    const auto& error = changed.error();
    const auto weight = is_retryable(error.code()) ? Weight::unknown : Weight::refused;
    note(topic.source,
         Error{error.code(), "target: " + names + ": " + error.detail()},
         required ? weight : Weight::light);
}

void ConfigSync::keep_held(const TopicName& source, HeldValues held)
{
    const auto known = held_.find(source);
    if (known != held_.end() && known->second == held) return;
    if (auto kept = view_.keep_held_values(source, held); !kept) {
        note(source, kept.error(), Weight::light);
        return;
    }
    held_.insert_or_assign(source, std::move(held));
}

// The first is the one that is shown. What was halted stays so until something better is known.
void ConfigSync::note(const TopicName& source, const Error& error, Weight weight)
{
    const auto* const last = trouble(source);
    auto& [reason, halts, unclear] = troubles_[source];
    unclear = unclear || weight == Weight::unknown;
    if (reason.empty()) reason = error.detail();
    const bool halted = last != nullptr && last->halts;
    halts = halts || weight == Weight::refused || (weight == Weight::unknown && halted);
}

void ConfigSync::log_difference()
{
    for (const auto& [source, trouble] : troubles_) {
        const auto last = before_.find(source);
        if (last != before_.end() && last->second == trouble) continue;
        log_.warn("configs not kept topic={} halts={} detail={:?}",
                  source.value(),
                  trouble.halts,
                  trouble.reason);
    }
    for (const auto& [source, trouble] : before_) {
        if (!troubles_.contains(source)) log_.info("configs kept again topic={}", source.value());
    }
}

}  // namespace strait::links
