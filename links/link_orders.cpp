#include "links/link.hpp"
#include "links/running_link.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// How a link follows its operators. An order is taken to the target by a claim: whoever runs the
// link after us finds it there, and until it is there the link begins again and again.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 50ms;  // somebody waits for it

// For commits that are under way when the catalog wants a link to stop: what is not committed then
// is not delivered.
constexpr auto desired_time_max = 300ms;

// Of these topics; none: of all.
double lag_of(const LinkStatus& status, const std::set<TopicName>& topics)
{
    if (topics.empty()) return status.lag_seconds;
    double lag = 0;
    for (const auto& topic : status.topics) {
        if (!topics.contains(topic.source)) continue;
        for (const auto& partition : topic.partitions) lag = std::max(lag, partition.lag_seconds);
    }
    return lag;
}

}  // namespace

std::shared_ptr<Link::Wish> Link::begin_wish(Order order,
                                             std::chrono::milliseconds time_max,
                                             OrderDetails details)
{
    end_wish(fail(Errc::conflict, "another order came after this one"));
    const auto lag = lag_of(last_status_, details.topics);
    auto wish = std::make_shared<Wish>(Wish{
        std::move(order), node_.clock.now() + time_max, std::move(details), lag, std::nullopt});
    wish_ = wish;
    if (running_) {
        for (const auto& host : running_->hosts) host->drain();
        // What waits for a source that is gone must not hold up a failover.
        if (wish->order.desired == Desired::failed_over) running_->preparing.cancel();
    }
    return wish;
}

// For a wish that somebody has just come with.
void Link::try_at_once()
{
    try_again_ = true;
    if (!wish_) return;
    const bool resumes = wish_->order.desired == Desired::running && wish_->details.topics.empty();
    if (resumes && state_ == MirrorState::halted) term_ = Term{};  // takes itself back
}

// After its first step it touches what it shares with the link only: the link may end before it.
asio::awaitable<Result<void>> Link::follow_order(Order order,
                                                 std::chrono::milliseconds time_max,
                                                 OrderDetails details)
{
    const auto wish = begin_wish(std::move(order), time_max, std::move(details));
    try_at_once();
    auto& clock = node_.clock;
    for (;;) {
        const auto outcome = wish->outcome;
        if (outcome) co_return *outcome;
        if (auto waited = co_await clock.wait_until(clock.now() + tick); !waited) {
            co_return fail(waited.error());
        }
    }
}

// What the catalog wants is wished for until the target keeps it, again after whatever ended the
// attempt before: nobody repeats it, and a link that starts does so as it is wanted now.
void Link::wish_for_desired()
{
    const auto desired = setup_.config.desired;
    if (!desired || keeps(*desired) || (wish_ && wish_->order.desired == *desired)) return;
    begin_wish({*desired, "as its subscription stands", node_.clock.wall_ms()},
               desired_time_max,
               {.with_groups = false, .topics = {}, .reversal = {}});
}

void Link::end_wish(Result<void> outcome)
{
    if (wish_) wish_->outcome = std::move(outcome);
    wish_.reset();
}

// Only the verb `reverse` turns a link around that was cut off.
void Link::refuse_turning_back(const std::optional<LinkOwner>& stored)
{
    const auto kept = stored ? stored->order.desired : Desired::running;
    if (wish_ && !wish_->details.topics.empty()) {
        if (auto refused = refuse_topics(kept); !refused) end_wish(std::move(refused));
        return;
    }
    if (!wish_ || wish_->order.desired == kept) return;
    if (is_cut(kept) && wish_->details.reversal) return;
    if (is_cut(kept)) {
        end_wish(fail(Errc::conflict,
                      "the link is " + std::string{to_string(kept)} +
                          ": its topics at the target are ordinary ones now"));
    } else if (is_cut(wish_->order.desired) && !stored && !setup_.config.desired) {
        end_wish(fail(Errc::conflict, "the link has never run: there is nothing to cut off"));
    }
}

// What an order for single topics meets at the target.
Result<void> Link::refuse_topics(Desired kept)
{
    const auto desired = wish_->order.desired;
    const auto& topics = wish_->details.topics;
    const auto done = keeps_topics(desired, topics);
    if (!done) return fail(done.error());
    if (*done) return {};
    if (is_cut(kept) || (desired == Desired::promoted && kept != Desired::running)) {
        return fail(Errc::conflict,
                    "the link is " + std::string{to_string(kept)} +
                        ": only one that runs can be told that of single topics");
    }
    const auto owners = setup_.view.topics();
    if (!owners) return fail(owners.error());
    for (const auto& topic : topics) {
        const auto found = std::ranges::find(*owners, topic, &TopicOwner::source);
        if (found == owners->end()) {
            return fail(Errc::conflict, "the link has mirrored nothing of " + topic.value());
        }
        if (found->released && !is_cut(desired)) {
            return fail(Errc::conflict, topic.value() + " is an ordinary topic already");
        }
    }
    return {};
}

// The owner records of the topics that are to rest or to go on; none of those that do already.
Result<std::vector<LinkRecord>> Link::topics_told(const Wish& wish) const
{
    auto owners = setup_.view.topics();
    if (!owners) return fail(owners.error());
    const bool pauses = wish.order.desired == Desired::paused;
    std::vector<LinkRecord> records;
    for (auto& owner : *owners) {
        if (!wish.details.topics.contains(owner.source) || owner.is_paused() == pauses) continue;
        owner.order = pauses ? wish.order : Order{};
        records.emplace_back(std::move(owner));
    }
    return records;
}

Order Link::order_to_claim(const std::optional<LinkOwner>& stored) const
{
    if (wish_ && wish_->details.topics.empty()) return wish_->order;
    if (stored) return stored->order;
    if (setup_.config.paused) return {Desired::paused, "paused: true in the configuration"};
    return {};
}

// One that came while the claim was under way waits for the next, unless it says the same.
void Link::order_claimed(const Order& order, const std::shared_ptr<Wish>& wish)
{
    order_ = order;
    order_known_ = true;
    const bool same = wish_ && wish_->details.topics.empty() && wish_->order == order;
    if (same || (wish && wish_ == wish)) end_wish({});
}

asio::awaitable<void> Link::look_at_halted()
{
    try_again_ = true;
    if (state_ == MirrorState::halted) term_ = Term{};
    const auto seen = co_await status();
    if (!running_ || running_->hosts.empty()) co_return;
    std::map<ShardHost*, std::vector<TopicPartition>> by_host;
    for (const auto& topic : seen.topics) {
        for (const auto& partition : topic.partitions) {
            if (partition.state != MirrorState::halted) continue;
            const TopicPartition at{topic.source, partition.id};
            by_host[&running_->host_of(at)].push_back(at);
        }
    }
    for (auto& [host, halted] : by_host) host->forget(std::move(halted));
    running_->look_again = true;
}

Result<std::optional<Offset>> Link::stored_position(const TopicPartition& at) const
{
    std::optional<Offset> next;
    const auto topic = std::ranges::find(
        topics_, at.topic, [](const MirrorTopic& each) { return each.owner.source; });
    if (topic == topics_.end()) return next;
    const auto stored = setup_.view.position(topic->owner.source_id, at.partition);
    if (!stored) return fail(stored.error());
    const auto& position = *stored;
    if (position) next = position->block.next_source;
    return next;
}

void Link::skip(TopicPartition at, Offset to)
{
    if (!running_ || running_->hosts.empty()) return;
    auto& host = running_->host_of(at);
    host.skip(std::move(at), to);
}

void Link::acknowledge(std::vector<GapName> entries, const std::string& by)
{
    if (!running_ || running_->hosts.empty()) return;
    std::map<ShardHost*, std::vector<GapName>> by_host;
    for (auto& entry : entries) {
        auto& host = running_->host_of(entry.at);
        by_host[&host].push_back(std::move(entry));
    }
    for (auto& [host, own] : by_host) host->acknowledge(std::move(own), by);
}

}  // namespace strait::links
