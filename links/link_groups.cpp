#include "links/link.hpp"
#include "links/running_link.hpp"

#include <chrono>
#include <set>
#include <utility>

// How a link keeps the positions of consumer groups at its target.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 250ms;  // how soon another interval is noticed

}  // namespace

Result<void> Link::open_groups(RunningLink& running)
{
    running.groups = std::make_unique<GroupSync>(
        GroupPorts{node_.control,
                   *running.source,
                   *running.target,
                   setup_.view,
                   [this](std::vector<Position> positions) {
                       return translate(Direction::forward, std::move(positions));
                   },
                   node_.clock,
                   log_});
    if (auto opened = running.groups->open(); !opened) return opened;
    return leave_groups(running);
}

// A link that was cut off as a whole has nothing more to leave. One that cuts topics off which rest
// takes their groups along all the same.
Result<void> Link::leave_groups(RunningLink& running, const Wish* cut) const
{
    if (is_cut(order_.desired)) return {};
    auto owners = setup_.view.topics();
    if (!owners) return fail(owners.error());
    std::set<TopicName> topics;
    for (auto& owner : *owners) {
        const bool is_cut_now = cut != nullptr && (cut->details.topics.empty() ||
                                                   cut->details.topics.contains(owner.source));
        const bool rests = owner.is_paused() && !is_cut_now;
        if (owner.released || rests) topics.insert(std::move(owner.source));
    }
    running.groups->leave(std::move(topics));
    return {};
}

// A pass that fails as a whole is taken again at the next interval: its cause is logged when it
// changes, and the groups' staleness grows meanwhile.
asio::awaitable<void> Link::watch_groups(RunningLink& running)
{
    std::string failure;
    auto began = Clock::Time::min();
    do {
        const auto& config = setup_.config.groups;
        if (!config.enabled || node_.clock.now() < began + config.interval) continue;
        began = node_.clock.now();
        const auto synced = co_await sync_groups(running);
        auto reason = synced ? std::string{} : synced.error().detail();
        if (!synced && synced.error().code() == Errc::cancelled) co_return;
        if (!synced && reason != failure) log_->warn("groups not synced detail={:?}", reason);
        failure = std::move(reason);
    } while (co_await node_.clock.wait_until(node_.clock.now() + look_interval));
}

asio::awaitable<Result<void>> Link::sync_groups(RunningLink& running)
{
    if (auto left = leave_groups(running); !left) co_return left;
    GroupSync::Mirrored mirrored;
    for (const auto& topic : topics_) {
        if (topic.partitions == 0 || topic.standing == Standing::paused) continue;
        mirrored.emplace(topic.owner.source, topic.owner.target);
    }
    co_return co_await running.groups->sync(setup_.config.groups, std::move(mirrored));
}

}  // namespace strait::links
