#include "links/link_engine.hpp"

#include "core/backoff.hpp"
#include "core/document.hpp"
#include "core/failpoint.hpp"
#include "links/link_metrics.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 250ms;
constexpr auto end_tick = 20ms;  // somebody waits for it

}  // namespace

LinkEngine::LinkEngine(EngineConfig config, const NodePorts& node)
    : config_{std::move(config)},
      node_{node},
      log_{node.logging.make_logger("links")},
      operations_{node.pool, node.clock},
      fences_{operations_, node, [this](const auto& cluster) { return access_to(cluster); }},
      sampling_{node.metrics.sample([this] {
          std::vector<LinkSample> samples;
          for (const auto& link : config_.wanted.links) {
              const auto found = links_.find(link.name);
              if (found == links_.end()) continue;
              samples.push_back({found->second->link.last_status(),
                                 link.metrics_per_partition,
                                 link.metrics_per_group});
          }
          return sampled(samples);
      })}
{
}

Result<void> LinkEngine::open()
{
    if (auto opened = open_view(); !opened) return opened;
    return operations_.open(config_.operations_folder);
}

Result<void> LinkEngine::open(LinkSet wanted)
{
    config_.wanted = std::move(wanted);
    return open();
}

Result<void> LinkEngine::open_view()
{
    auto opened = LocalView::open(config_.view_folder);
    if (!opened) return fail(opened.error());
    if (opened->rebuilt) {
        log_.warn("local view is read again from the targets reason={:?}", opened->reason);
    }
    view_.emplace(std::move(opened->view));
    return make_links();
}

Result<void> LinkEngine::make_links()
{
    add_limiters();
    for (const auto& config : config_.wanted.links) {
        if (auto made = make_link(config); !made) return made;
    }
    return {};
}

Result<void> LinkEngine::make_link(const LinkConfig& config)
{
    assert(view_);
    auto own = view_->link(config.name);
    if (!own) return fail(own.error());
    LinkSetup setup{config,
                    config_.wanted.clusters.at(config.source),
                    config_.wanted.clusters.at(config.target),
                    *limiters_.at(config.source),
                    *limiters_.at(config.target),
                    *own,
                    [this, name = config.name] { return view_of_reverse(name); },
                    config_.take_over.contains(config.name)};
    links_.insert_or_assign(config.name, std::make_unique<Member>(std::move(setup), node_));
    return {};
}

// One for each cluster, of all its links. Those of clusters that went stay: they are small, and
// what has not ended yet may use them.
void LinkEngine::add_limiters()
{
    for (const auto& [name, cluster] : config_.wanted.clusters) {
        auto& limiter = limiters_[name];
        if (limiter) {
            limiter->change(cluster.admin);
            continue;
        }
        limiter =
            std::make_unique<kafka::RequestLimiter>(node_.control, cluster.admin, node_.clock);
    }
}

asio::awaitable<Result<void>> LinkEngine::run()
{
    Backoff backoff{1s, 60s, node_.seed};  // a disk that damages or refuses all that is written
    for (auto began = node_.clock.now(); co_await run_links(); began = node_.clock.now()) {
        if (node_.clock.now() - began > backoff.delay_max()) backoff.reset();
        do {
            links_.clear();
            view_.reset();
            const auto opened = open_view();
            unopened_ = opened ? std::nullopt : std::optional{opened.error()};
            if (unopened_ && unopened_->code() == Errc::conflict) co_return fail(*unopened_);
            if (unopened_) log_.error("local view is tried again detail={:?}", unopened_->detail());
            if (!co_await pause(node_.clock.now() + backoff.next())) co_return Result<void>{};
        } while (unopened_);
    }
    co_return Result<void>{};
}

// False if the engine is to end.
asio::awaitable<bool> LinkEngine::pause(Clock::Time until)
{
    while (!draining_ && node_.clock.now() < until) {
        if (!co_await node_.clock.wait_until(node_.clock.now() + tick)) co_return false;
    }
    co_return !draining_;
}

void LinkEngine::end_links()
{
    for (const auto& [name, member] : links_) member->link.drain();  // so that none begins again
    if (tasks_ != nullptr) tasks_->cancel();
}

// Ends all links when a view that takes no more can be opened again.
asio::awaitable<void> LinkEngine::watch_view(bool& has_room)
{
    assert(view_);
    for (bool told = false; co_await node_.clock.wait_until(node_.clock.now() + tick);) {
        if (!view_->stopped()) continue;
        if (!told) {
            log_.error("local view takes no more until there is room folder={:?}",
                       config_.view_folder.string());
        }
        told = true;
        if (!view_->has_room()) continue;
        has_room = true;
        end_links();
        co_return;
    }
}

void LinkEngine::begin(Member& member)
{
    assert(tasks_ != nullptr);
    tasks_->spawn(run_link(member));
}

// Runs one link to its end; a damaged view ends all of them.
asio::awaitable<void> LinkEngine::run_link(Member& member)
{
    member.task.spawn(run_alone(member));
    co_await member.task.join();
    member.ended = true;
    end_if_drained();
}

asio::awaitable<void> LinkEngine::run_alone(Member& member)
{
    auto error = co_await member.link.run();
    if (error.code() != Errc::corrupt) co_return;
    damaged_ = std::move(error);
    end_links();
}

// Nothing is left for the view's watch to wait for.
void LinkEngine::end_if_drained()
{
    const bool ended =
        std::ranges::all_of(links_, [](const auto& entry) { return entry.second->ended; });
    if (draining_ && ended && tasks_ != nullptr) tasks_->cancel();
}

// True if they have to be made again, because the view is opened again. Links come and go
// meanwhile; with none at all the engine runs on.
asio::awaitable<bool> LinkEngine::run_links()
{
    if (!co_await reach("view.opened", node_.clock)) co_return false;
    damaged_.reset();
    bool has_room = false;
    TaskGroup tasks{node_.control};
    tasks_ = &tasks;
    for (const auto& [name, member] : links_) begin(*member);
    tasks.spawn(watch_view(has_room));
    go_on_with_operations();
    if (draining_) drain();
    co_await tasks.join();
    tasks_ = nullptr;
    if (draining_) co_return false;
    if (has_room) log_.info("local view is opened again");
    if (!damaged_) co_return has_room;
    assert(view_);
    log_.error("local view is given up detail={:?}", damaged_->detail());
    if (const auto condemned = view_->condemn(damaged_->detail()); !condemned) {
        log_.error("local view cannot be set aside detail={:?}", condemned.error().detail());
    }
    co_return true;
}

void LinkEngine::drain()
{
    draining_ = true;
    for (const auto& [name, member] : links_) member->link.drain();
    end_if_drained();
}

Result<bool> LinkEngine::has_mirrored(const LinkName& link)
{
    if (!view_) return fail(unopened_.value_or(Error{Errc::unavailable, "no local view"}));
    auto own = view_->link(link);
    if (!own) return fail(own.error());
    const auto owner = own->owner();
    if (!owner) return fail(owner.error());
    return owner->has_value();
}

Result<std::vector<LinkChange>> LinkEngine::changes_to(const LinkSet& wanted)
{
    auto changes = changes_between(config_.wanted, wanted);
    for (const auto& [link, kind, keys] : changes) {
        const auto fixed = std::ranges::find_if(keys, is_immutable);
        if (fixed == keys.end()) continue;
        const auto known = has_mirrored(link);
        if (!known) return fail(known.error());
        if (!*known) continue;
        return fail(Errc::invalid_argument,
                    "immutable_changed: link " + link.value() + ": " + *fixed +
                        " cannot change once the link has mirrored: restore it, or give the new "
                        "link another name");
    }
    return changes;
}

Result<void> LinkEngine::takes_changes() const
{
    if (draining_) return fail(Errc::conflict, "the program is ending");
    if (applying_) return fail(Errc::conflict, "another change is being applied: try again");
    return {};
}

asio::awaitable<Result<std::vector<LinkChange>>> LinkEngine::apply(
    LinkSet wanted, std::chrono::milliseconds time_max)
{
    if (const auto able = takes_changes(); !able) co_return fail(able.error());
    const auto changes = changes_to(wanted);
    if (!changes) co_return fail(changes.error());
    config_.wanted = std::move(wanted);
    applying_ = true;
    auto made = co_await make_true(*changes, time_max);
    applying_ = false;
    if (!made) co_return fail(made.error());
    co_return *changes;
}

// The links may all be made again meanwhile, with the view: then they are what is wanted already.
asio::awaitable<Result<void>> LinkEngine::make_true(std::vector<LinkChange> changes,
                                                    std::chrono::milliseconds time_max)
{
    add_limiters();
    Result<void> made;
    TaskGroup tasks{node_.control};
    const auto deadline = node_.clock.now() + time_max;
    for (auto& change : changes) tasks.spawn(make_one_true(std::move(change), deadline, made));
    co_await tasks.join();
    co_return made;
}

asio::awaitable<void> LinkEngine::make_one_true(LinkChange change,
                                                Clock::Time deadline,
                                                Result<void>& made)
{
    using Kind = LinkChange::Kind;
    const auto& [name, kind, keys] = change;
    log_.info("link changed link={} change={} keys={}", name.value(), to_string(kind), keys.size());
    if (kind == Kind::removed || kind == Kind::restarted) {
        changing_.insert(name);
        co_await end_link(name, deadline);
        changing_.erase(name);
    }
    const auto& links = config_.wanted.links;
    const auto config = std::ranges::find(links, name, &LinkConfig::name);
    const auto known = links_.find(name);
    if (kind == Kind::adapted) {
        if (known != links_.end()) known->second->link.adapt(*config);
    } else if (kind != Kind::removed && known == links_.end() && view_ && !draining_) {
        if (auto link = make_link(*config); !link) {
            log_.error("link not made link={} detail={:?}", name.value(), link.error().detail());
            made = link;
        } else if (tasks_ != nullptr) {
            begin(*links_.at(name));
        }
    }
}

asio::awaitable<void> LinkEngine::end_link(LinkName name, Clock::Time deadline)
{
    const auto running = [&]() -> Member* {
        const auto found = links_.find(name);
        const bool runs = tasks_ != nullptr && found != links_.end() && !found->second->ended;
        return runs ? found->second.get() : nullptr;
    };
    if (auto* const first = running()) first->link.drain();
    while (auto* const member = running()) {
        if (node_.clock.now() >= deadline) member->task.cancel();
        if (!co_await node_.clock.wait_until(node_.clock.now() + end_tick)) co_return;
    }
    links_.erase(name);  // nothing of it runs
}

Result<std::string> LinkEngine::ready() const
{
    if (unopened_) return fail(*unopened_);
    std::string lines;
    for (const auto& [name, member] : links_) {
        const auto& status = member->link.last_status();
        if (status.state == MirrorState::active) continue;
        const auto line = "link " + name.value() + " is " + std::string{to_string(status.state)} +
                          (status.reason.empty() ? "" : ": " + status.reason);
        if (status.state == MirrorState::starting) return fail(Errc::unavailable, line);
        lines += escaped(line) + "\n";
    }
    return lines;
}

Result<Link*> LinkEngine::find(const LinkName& link)
{
    const auto found = links_.find(link);
    if (found == links_.end() && unopened_) return fail(*unopened_);
    if (found == links_.end() && changing_.contains(link)) {
        return fail(Errc::unavailable, "link '" + link.value() + "' is being restarted");
    }
    if (found == links_.end()) return fail(Errc::not_found, "no link '" + link.value() + "'");
    return &found->second->link;
}

}  // namespace strait::links
