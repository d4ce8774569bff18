#include "core/failpoint.hpp"
#include "links/clusters/idempotent_sink.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/shard/shard_closing.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

// How a link becomes the only one that writes: it reads what its target says, and puts itself down
// as the owner, in a term of its own.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto fence_deadline = 60s;

// Errc::conflict, with the remedy, if the link at the target is not ours to run.
Result<void> may_claim(const LinkOwner& found, const LinkOwner& wanted, bool take_over)
{
    const auto name = wanted.link.value();
    if (found.source_cluster != wanted.source_cluster) {
        return fail(Errc::conflict,
                    "name_taken: link " + name + " at this target mirrors source cluster " +
                        found.source_cluster.value() + ", not " + wanted.source_cluster.value() +
                        ": choose another name");
    }
    if (found.delivery != wanted.delivery) {
        return fail(Errc::conflict,
                    "immutable_changed: link " + name +
                        " has mirrored with delivery: " + std::string{to_string(found.delivery)} +
                        ": restore it, or give the new link another name");
    }
    if (found.install == wanted.install || take_over) return {};
    return fail(Errc::conflict,
                "name_taken: link " + name + " belongs to installation " + found.install.value() +
                    ": choose another name, or, if that installation is gone for good, start once "
                    "with --take-over " +
                    name);
}

// Where a link's records are goes by the number of partitions of `_strait.links`: who adds some
// hides them. Its topics are found wherever they are.
asio::awaitable<Result<void>> require_first_start(RunningLink& running)
{
    auto& owners = *running.target_owners;
    if (auto refreshed = co_await owners.refresh(); !refreshed) {
        const auto& error = refreshed.error();
        const bool damaged = error.code() == Errc::corrupt;  // the target's log, not the view
        co_return fail(damaged ? Errc::conflict : error.code(), error.detail());
    }
    co_return require_new(running.setup.config.name, running.link_log->place(), owners.all());
}

}  // namespace

std::unique_ptr<ShardSink> Link::make_sink(kafka::ClientSettings settings) const
{
    return links::make_sink(
        setup_.config.delivery, node_.control, node_.pool, std::move(settings), log_);
}

// The producer is opened first: from then on nobody else's claim can be committed without ending
// ours, so the owner that is read next is the one that ours follows. Without transactions nothing
// keeps a second one out that claims in the same moment.
asio::awaitable<Result<void>> Link::claim(RunningLink& running)
{
    const auto sink = make_sink(claim_settings(setup_.target, setup_.config));
    if (auto opened = co_await sink->open(node_.clock.now() + fence_deadline); !opened) {
        co_return fail(opened.error().within("claim"));
    }
    if (auto reached = co_await reach("claim.opened", node_.clock); !reached) co_return reached;
    auto end = co_await catch_up(running, *sink);
    if (!end) co_return fail(end.error());
    if (auto reached = co_await reach("claim.read", node_.clock); !reached) co_return reached;
    const auto stored = setup_.view.owner();
    if (!stored) co_return fail(stored.error());
    refuse_turning_back(*stored);
    // What was refused is no reason any more to do without the source.
    if (!running.source_asked && !goes_without_source()) co_return fail(begin_again());
    const auto wish = wish_;  // another one may come meanwhile: that is for the next claim
    const auto found = stored->value_or(LinkOwner{});
    if (!running.source_asked) running.clusters.source.id = found.source_cluster;
    LinkOwner wanted{setup_.config.name,
                     node_.install,
                     running.clusters.source.id,
                     setup_.config.shards,
                     Term{found.term.value() + 1},
                     order_to_claim(*stored),
                     setup_.config.delivery};
    const auto allowed = *stored ? may_claim(found, wanted, setup_.take_over)
                                 : co_await require_first_start(running);
    if (!allowed) co_return allowed;
    if (term_ != Term{} && found.term > term_) {
        co_return fail(Errc::fenced, "another instance of this link has taken over");
    }
    auto along = co_await records_along(running, found, wanted, wish, *end);
    if (!along) co_return fail(along.error());
    // The owner last: where there are no transactions, and only a part of them gets there, the
    // claim has not happened.
    auto records = *std::move(along);
    records.emplace_back(wanted);
    term_ = wanted.term;
    running.claimed_from = *end;
    const auto written =
        co_await commit_records(*sink, running.link_log->place(), records, node_.clock);
    if (!written) co_return fail(written.error().within("claim"));
    if (auto reached = co_await reach("claim.committed", node_.clock); !reached) co_return reached;
    const bool turned = wish && (wish->details.reversal || !wish->details.topics.empty());
    order_claimed(wanted.order, wish);
    auto applied = setup_.view.apply(link_reader, records, *end);
    if (applied && (turned || topics_.empty())) recall_topics();
    co_return applied;
}

// What is written together with the claim, besides the owner.
asio::awaitable<Result<std::vector<LinkRecord>>> Link::records_along(RunningLink& running,
                                                                     const LinkOwner& found,
                                                                     const LinkOwner& wanted,
                                                                     std::shared_ptr<Wish> wish,
                                                                     Offset& end)
{
    bool cuts = is_cut(wanted.order.desired) && !is_cut(found.order.desired);
    const bool of_topics = wish && !wish->details.topics.empty();
    if (of_topics) {  // an earlier claim may have come true without an answer
        const auto desired = wish->order.desired;
        const auto done = keeps_topics(desired, wish->details.topics);
        if (!done) co_return fail(done.error());
        cuts = is_cut(desired) && !*done;
    }
    if (cuts) co_return co_await cut(running, found, wanted, std::move(wish), end);
    if (found.shards != wanted.shards) {
        log_->info("shards change before={} now={}", found.shards, wanted.shards);
        const auto closed = co_await close_shards(running, found.shards, wanted.term, end);
        if (!closed) co_return fail(closed.error());
        end = *closed;
    }
    if (of_topics && !is_cut(wish->order.desired)) co_return topics_told(*wish);
    auto reversal = wish ? wish->details.reversal : std::nullopt;
    if (!reversal) co_return std::vector<LinkRecord>{};
    co_return co_await turn_around(running, wanted, std::move(wish), *std::move(reversal));
}

// A partition that changes its shard leaves the fence of its transactional id, and what its old
// shard commits is read by nobody: all old ones end first, whoever runs them. Until the claim is
// committed the target says the old number, so an attempt that dies is begun from the start.
asio::awaitable<Result<Offset>> Link::close_shards(RunningLink& running,
                                                   std::uint32_t count,
                                                   Term term,
                                                   Offset end)
{
    for (std::uint32_t i = 0; i < count; ++i) {
        const ShardNumber number{i};
        const auto sink = make_sink(sink_settings(setup_.target, setup_.config, number));
        const ShardSettings settings{
            setup_.config.name, number, term, node_.node, node_.seed, setup_.target.socket_timeout};
        const auto closed = co_await close_shard(
            settings, link_reader, end, {*sink, *running.link_log, setup_.view, node_.clock});
        if (!closed) co_return fail(closed.error().within("closing shard " + std::to_string(i)));
        end = *closed;
    }
    co_return end;
}

// Brings the view up to the target, for all shards at once; each reads the little that is newer
// when it begins its session. What belongs to no shard, the owner above all, is read here only, so
// the link has a place of its own in the log.
//
// The end of the log is hidden by what a killed predecessor left open: we are the ones to end that,
// and not its time-out.
//
// What the view knows from acknowledgements alone has to be there as well; where it is not, the
// shard that wrote it restores it (shard_settle.cpp).
asio::awaitable<Result<Offset>> Link::catch_up(RunningLink& running, ShardSink& sink)
{
    auto& view = setup_.view;
    const auto of_shards = view.applied_min(setup_.config.shards);
    if (!of_shards) co_return fail(of_shards.error());
    const auto of_link = view.applied(link_reader);
    if (!of_link) co_return fail(of_link.error());
    auto awaited = view.acknowledged();
    if (!awaited) co_return fail(awaited.error());
    const auto shown = *awaited;
    auto begin = std::min(of_shards->value_or(Offset{0}), of_link->value_or(Offset{0}));
    for (const auto& of : *awaited) begin = std::min(begin, of.from);
    const auto apply = [&](std::span<const LinkRecord> records) {
        for (const auto& record : records) {
            std::erase_if(*awaited, [&](const auto& of) { return of.shown_by(record); });
        }
        return view.apply(link_reader, records, begin);
    };
    const auto stable = co_await running.link_log->read_stable(begin, apply);
    if (!stable) co_return fail(stable.error());
    auto end = stable->end;
    if (!stable->all_read) {
        const bool may_be_ours = setup_.config.delivery == Delivery::exactly_once;
        if (may_be_ours) {
            auto ended = co_await end_predecessor(running, sink);
            if (!ended) co_return fail(ended.error());
        }
        const auto settled = co_await running.link_log->settled();
        if (settled && !*settled) {
            reason_ = open_transaction_text(running.link_log->place());
            last_status_ = bare_status();
        }
        const auto rest = co_await running.link_log->read(end, apply);
        if (!rest) co_return fail(rest.error());
        end = *rest;
    }
    // What was lost is for its shard to mend, as long as it has the same partitions.
    const auto stored = view.owner();
    if (!stored) co_return fail(stored.error());
    const auto& owner = *stored;
    const bool cuts = wish_ && is_cut(wish_->order.desired);
    const bool same = owner && owner->shards == setup_.config.shards && !cuts;
    if (!awaited->empty() && !same) co_return fail(view_ahead(awaited->front()));
    // Those of shards that the link does not have any more too, or they would be awaited for ever.
    std::set<ShardNumber> up_to_date;
    for (const auto& of : shown) up_to_date.insert(of.shard);
    for (std::uint32_t i = 0; i < setup_.config.shards; ++i) up_to_date.insert(ShardNumber{i});
    for (const auto& of : *awaited) up_to_date.erase(of.shard);
    for (const auto& shard : up_to_date) {
        if (auto applied = view.apply(shard, {}, end); !applied) co_return fail(applied.error());
    }
    if (auto applied = view.apply(link_reader, {}, end); !applied) co_return fail(applied.error());
    co_return end;
}

// Another installation ends its transactions itself, unless it is gone for good.
asio::awaitable<Result<void>> Link::end_predecessor(RunningLink& running, ShardSink& sink)
{
    const auto place = running.link_log->place();
    const ShardSession record{setup_.config.name, link_reader, {}, {}, node_.node};
    const auto ended = co_await end_leftovers(sink, place, record, node_.clock);
    if (!ended) co_return fail(ended.error());
    const auto& unwritten = ended->unwritten;
    if (unwritten) co_return fail(*unwritten);
    const auto stored = setup_.view.owner();
    if (!stored) co_return fail(stored.error());
    const auto& owner = *stored;
    if (!owner || (owner->install != node_.install && !setup_.take_over)) {
        co_return Result<void>{};
    }
    log_->info("ending what a predecessor left open shards={}", owner->shards);
    co_return co_await fence_shards(running, owner->shards);
}

// Ends the transactions of that many shards, and what hangs of earlier ones in the log.
asio::awaitable<Result<void>> Link::fence_shards(RunningLink& running, std::uint32_t count)
{
    const auto place = running.link_log->place();
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto sink = make_sink(sink_settings(setup_.target, setup_.config, ShardNumber{i}));
        auto fenced = co_await sink->open(node_.clock.now() + fence_deadline);
        if (!fenced) co_return fail(fenced.error().within("fencing " + std::to_string(i)));
        const ShardSession record{setup_.config.name, ShardNumber{i}, {}, {}, node_.node};
        const auto ended = co_await end_leftovers(*sink, place, record, node_.clock);
        const auto failure = ended ? ended->unwritten : std::optional{ended.error()};
        if (failure) co_return fail(failure->within("fencing " + std::to_string(i)));
    }
    co_return Result<void>{};
}

}  // namespace strait::links
