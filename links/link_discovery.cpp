#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

// How a link learns what it has to mirror, and tells its shards.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 250ms;  // how soon a change is looked at

}  // namespace

// Looks again and again, beside all else that the link does: with thousands of topics to create one
// look takes minutes, and what is mirrored already has to be watched meanwhile.
asio::awaitable<void> Link::watch_topics(RunningLink& running)
{
    auto next = node_.clock.now();
    while (!draining_) {
        const bool asked = std::exchange(running.look_again, false);
        if (asked || node_.clock.now() >= next) {
            take_topics();
            const auto began = node_.clock.now();
            const auto settled = co_await discover(running);
            if (settled) running.looked_since = began;
            const auto code = settled ? std::nullopt : std::optional{settled.error().code()};
            if (code == Errc::cancelled || code == Errc::conflict) {
                running.discovery_ended = settled.error();
                co_return;
            }
            note_discovery(settled ? "" : settled.error().detail());
            if (settled) state_ = MirrorState::active;
            next =
                node_.clock.now() + (settled && *settled ? setup_.config.topics.discovery_interval
                                                         : setup_.config.timeouts.id_check);
        }
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + look_interval);
        if (!waited) co_return;
    }
}

// True if nothing has to be looked at again before the next interval.
asio::awaitable<Result<bool>> Link::discover(RunningLink& running)
{
    std::map<TopicName, std::size_t> places;
    for (std::size_t i = 0; i < topics_.size(); ++i) places.emplace(topics_[i].owner.source, i);
    const auto before = topics_.size();
    auto found = co_await running.discovery->prepare([&](MirrorTopic topic) {
        judge_configs(running, topic);
        const auto [place, added] = places.try_emplace(topic.owner.source, topics_.size());
        if (added) topics_.emplace_back();
        hand_over(running, topic);
        topics_[place->second] = std::move(topic);
    });
    if (!found) co_return fail(found.error());
    for (auto& topic : *found) judge_configs(running, topic);
    const auto known = std::exchange(topics_, *std::move(found));
    forget(running, known);
    running.discovered = true;
    running.topics_changed = running.topics_changed || topics_.size() != before;
    co_return std::ranges::all_of(
        topics_, [](const MirrorTopic& topic) { return is_settled(topic.standing); });
}

// Between two looks, because one may wait in the middle of what it reads of them.
void Link::take_topics()
{
    if (!new_topics_) return;
    setup_.config.topics = *std::move(new_topics_);
    new_topics_.reset();
}

// Those that the link is told to leave out now. Of one that merely vanished the discovery tells.
void Link::forget(RunningLink& running, const std::vector<MirrorTopic>& before)
{
    const auto name = [](const MirrorTopic& topic) -> const TopicName& {
        return topic.owner.source;
    };
    std::map<ShardHost*, std::vector<TopicPartition>> by_host;
    for (const auto& topic : before) {
        if (std::ranges::binary_search(topics_, name(topic), {}, name)) continue;
        log_->info("topic is not mirrored any more topic={}", name(topic).value());
        for (auto& mirror : topic.mirrors()) {
            by_host[&running.host_of(mirror.source)].push_back(std::move(mirror.source));
        }
    }
    for (auto& [host, gone] : by_host) host->forget(std::move(gone));
}

// A look that fails is taken again within seconds: its cause is logged when it changes.
void Link::note_discovery(std::string reason)
{
    if (reason != reason_ && !reason.empty()) log_->warn("discovery failed detail={:?}", reason);
    if (reason.empty() && !reason_.empty() && state_ == MirrorState::active) {
        log_->info("discovery works again");
    }
    reason_ = std::move(reason);
}

void Link::hand_over(RunningLink& running, const MirrorTopic& topic)
{
    std::map<ShardHost*, std::vector<Mirror>> by_host;
    for (auto& mirror : topic.mirrors()) {
        auto& host = running.host_of(mirror.source);
        switch (topic.standing) {
            case Standing::mirrored:
            case Standing::missing: by_host[&host].push_back(std::move(mirror)); break;
            case Standing::gone:
                host.stop(
                    std::move(mirror), MirrorState::source_gone, "the topic is gone at the source");
                break;
            case Standing::refused:
                host.stop(std::move(mirror), MirrorState::halted, topic.reason);
                break;
            case Standing::waiting:
            case Standing::absent:
            case Standing::paused:
            case Standing::released: break;
        }
    }
    for (auto& [host, mirrors] : by_host) host->put(std::move(mirrors));
}

}  // namespace strait::links
