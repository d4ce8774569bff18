#include "core/overloaded.hpp"
#include "kafka/admin.hpp"
#include "links/shard/shard.hpp"
#include "links/shard/shard_closing.hpp"
#include "links/store/offset_map.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

// How a shard begins a session (links.md 4.2, "start of a shard"), and how partitions join it.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto open_deadline = 30s;
constexpr auto suspicion_max = 5min;  // markers are lost at once, and records may expire later
constexpr auto takeover_wait = 1s;    // a successor announces itself within it
constexpr auto takeover_poll = 100ms;
// Nothing is copied while partitions are compared with both clusters: so many at a time, which
// makes one question for each of the offsets that are asked for.
constexpr auto starting_max = kafka::offset_partitions_max;

}  // namespace

asio::awaitable<Result<void>> Shard::open_session()
{
    std::vector<TopicPartition> all;
    for (auto& [at, member] : members_) {
        all.push_back(at);
        // Who is kept out for a while stays out: it may be why there is a new session.
        if (member.mirror.state() != MirrorState::starting) member.retry_at = ports_.clock.now();
        if (member.mirror.active()) member.mirror.stop(MirrorState::starting, "");
        member.reassign = false;
        member.skipped.reset();
        member.leftovers = Leftovers::unknown;
        member.hidden = 0;
    }
    if (auto unassigned = ports_.source.unassign(all); !unassigned) co_return unassigned;
    // Who starts again finds its gaps again; what stays out of the data path does not.
    std::erase_if(gaps_, [this](const Gap& gap) {
        const auto found = members_.find({gap.topic, gap.partition});
        return found == members_.end() || found->second.mirror.state() == MirrorState::starting;
    });
    const bool recent = ports_.clock.now() - committed_at_ < suspicion_max;
    suspicious_ = suspicious_ || (may_have_lost() && recent);
    begun_ = false;
    recycle_ = false;
    acknowledged_ = false;

    auto opened = co_await ports_.sink.open(ports_.clock.now() + open_deadline);
    if (!opened) co_return opened;
    if (auto settled = co_await settle_log(); !settled) co_return settled;
    const auto lost = co_await catch_up();
    if (!lost) co_return fail(lost.error());
    if (auto checked = check_session(*lost); !checked) co_return checked;
    if (const auto& found = *lost) co_return co_await restore(found->transaction);
    if (auto looked = co_await look_for_lost(); !looked) co_return looked;
    co_return co_await announce();
}

// Brings the view up to what the target says of this shard, whether its partitions are members yet
// or not: what is passed here is not read again. Other shards' records are theirs to apply: they
// may be newer in the view already. A block that was removed once never comes back, so whoever
// reads of it may remove it.
//
// The newest transaction that the view knows is read again; returned if it is not there.
asio::awaitable<Result<std::optional<Shard::Lost>>> Shard::catch_up()
{
    const auto mine = [this](const LinkRecord& record) {
        return std::visit(
            Overloaded{[this](const ShardSession& it) { return it.shard == settings_.number; },
                       [this](const Checkpoint& it) { return it.shard == settings_.number; },
                       [this](const Gap& it) {
                           return shard_of({it.topic, it.partition}, config_.shards) ==
                                  settings_.number;
                       },
                       [](const Removal& it) { return std::holds_alternative<BlockKey>(it.key); },
                       [](const auto&) { return false; }},
            record);
    };
    const auto from = ports_.view.applied(settings_.number);
    if (!from) co_return fail(from.error());
    auto acknowledged = ports_.view.acknowledged();
    if (!acknowledged) co_return fail(acknowledged.error());
    const auto found = std::ranges::find(*acknowledged, settings_.number, &Acknowledged::shard);
    auto awaited =
        found == acknowledged->end() ? std::optional<Acknowledged>{} : std::optional{*found};
    bool went_on = false;
    const auto end = co_await ports_.link_log.read(
        from->value_or(Offset{0}), [&](std::span<const LinkRecord> records) -> Result<void> {
            std::vector<LinkRecord> kept;
            std::ranges::copy_if(records, std::back_inserter(kept), mine);
            for (const auto& record : kept) {
                if (!awaited) break;
                went_on = went_on || awaited->is_replaced_by(record);
                if (awaited->shown_by(record)) awaited.reset();
            }
            return ports_.view.apply(settings_.number, kept, from->value_or(Offset{0}));
        });
    if (!end) co_return fail(end.error());
    if (awaited) co_return Lost{*awaited, went_on};
    const auto applied = ports_.view.apply(settings_.number, {}, *end);
    if (!applied) co_return fail(applied.error());
    co_return std::nullopt;
}

Result<void> Shard::check_session(const std::optional<Lost>& lost)
{
    const auto found = ports_.view.state_of(settings_.number);
    if (!found) return fail(found.error());
    const auto& newest = *found;
    if (!newest) return {};
    if (newest->session > session_) {
        return fail(Errc::fenced, "another instance of this link has taken over");
    }
    if (lost) {
        if (lost->went_on) return fail(view_ahead(lost->transaction));
        txn_no_ = TxnNo{lost->transaction.txn_no.value() - 1};
        return {};
    }
    if (auto whole = require_whole(*newest); !whole) return whole;
    txn_no_ = newest->txn_no;
    return {};
}

// A transaction with the session alone: it proves rights and commit path, and tells a predecessor
// who replaced it.
asio::awaitable<Result<void>> Shard::announce()
{
    session_ = Session{session_.value() + 1};
    if (auto begun = ports_.sink.begin(); !begun) co_return begun;
    begun_ = true;
    const Step step{{ShardSession{.link = settings_.link,
                                  .shard = settings_.number,
                                  .session = session_,
                                  .txn_no = TxnNo{txn_no_.value() + 1},
                                  .node = settings_.node}},
                    {}};
    co_return co_await finish(ports_.clock.now() + open_deadline, step);
}

asio::awaitable<bool> Shard::was_superseded()
{
    const auto until = ports_.clock.now() + takeover_wait;
    do {
        if (co_await catch_up()) {
            const auto found = ports_.view.session_of(settings_.number);
            const auto newest = found.value_or(std::nullopt);
            if (newest && newest->session > session_) co_return true;
        }
        if (!co_await ports_.clock.wait_until(ports_.clock.now() + takeover_poll)) break;
    } while (ports_.clock.now() < until);
    co_return false;
}

asio::awaitable<Result<void>> Shard::start_members()
{
    const auto now = ports_.clock.now();
    std::vector<Mirror> due;
    for (const auto& [at, member] : members_) {
        if (due.size() == starting_max) break;
        if (member.mirror.state() == MirrorState::starting && member.retry_at <= now) {
            due.push_back(member.mirror.mirror());
        }
    }
    if (due.empty()) co_return Result<void>{};

    const auto all_facts = co_await ports_.survey.facts(due);
    if (!all_facts && all_facts.error().code() == Errc::cancelled) {
        co_return fail(all_facts.error());
    }
    if (all_facts && at_least_once()) {
        if (auto taken = co_await take_over_copies(due, *all_facts); !taken) co_return taken;
    }
    std::vector<kafka::StartAt> assignment;
    for (const auto& mirror : due) {
        auto& member = members_.at(mirror.source);
        if (member.retry_at > now) continue;  // what the target has of it is not known yet
        const auto found =
            all_facts ? all_facts->find(mirror.source) : Survey::Facts::const_iterator{};
        const auto facts = !all_facts ? Result<PartitionFacts>{fail(all_facts.error())}
                           : found == all_facts->end()
                               ? Result<PartitionFacts>{fail(Errc::not_found)}
                               : found->second;
        if (!facts) {
            member.mirror.stop(MirrorState::starting, facts.error().detail());
            member.retry_at = now + (is_retryable(facts.error().code()) ? 1s : retry_wait);
            continue;
        }
        const auto settled = co_await settle(member, *facts);
        if (!settled) co_return fail(settled.error());
        if (!*settled) continue;
        if (auto started = start(member, *facts, assignment); !started) co_return started;
    }
    if (at_least_once()) {
        if (auto stored = co_await store_starts(assignment); !stored) co_return stored;
    }
    if (assignment.empty()) co_return Result<void>{};
    co_return ports_.source.assign(assignment);
}

// What is lost of a topic that is deleted, or created again, reaches up to where its log ended. The
// ends that are told may be those of the next incarnation already, unless the id says otherwise
// after that. Where records are committed the fence has asked.
asio::awaitable<Result<void>> Shard::confirm_ends()
{
    const auto now = ports_.clock.now();
    if (now < confirm_at_) co_return Result<void>{};
    std::set<TopicName> topics;
    for (const auto& [at, member] : members_) {
        if (!member.mirror.confirmed()) topics.insert(at.topic);
    }
    if (topics.empty()) co_return Result<void>{};
    confirm_at_ = now + config_.timeouts.id_check;

    const auto ids = co_await ports_.survey.source_ids(topics, confirm_at_);
    if (!ids && ids.error().code() == Errc::cancelled) co_return fail(ids.error());
    if (!ids) co_return Result<void>{};
    for (auto& [at, member] : members_) {
        const auto id = ids->find(at.topic);
        if (id == ids->end() || !id->second) continue;
        if (*id->second == member.mirror.position().source_id) member.mirror.confirm();
    }
    co_return Result<void>{};
}

Result<std::optional<Checkpoint>> Shard::stored_position(const Mirror& mirror) const
{
    auto ids = mirror.previous_ids;
    ids.insert(ids.begin(), mirror.source_id);
    for (const auto& id : ids) {
        auto position = ports_.view.position(id, mirror.source.partition);
        if (!position || *position) return position;
    }
    return std::optional<Checkpoint>{};
}

Result<Background> Shard::background_of(const Checkpoint& position,
                                        const PartitionFacts& facts) const
{
    auto cursor = ports_.view.blocks(position.source_id, position.partition);
    cursor.seek_generation(position.generation);
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    Background background;
    if (cursor.valid()) background.first = cursor.first_source();
    background.kept_to = position.block.next_source;
    if (facts.target_end >= position.block.next_target) return background;

    const auto kept_to = translate(
        ports_.view, position.source_id, position.partition, Direction::inverse, facts.target_end);
    if (!kept_to) return fail(kept_to.error());
    using enum Translation::Status;
    const bool here = kept_to->generation == position.generation &&
                      (kept_to->status == exact || kept_to->status == gap);
    background.kept_to = here ? kept_to->offset.value_or(background.first) : background.first;
    return background;
}

// Of what was ever copied of that incarnation: a generation may begin before those before it.
Result<Offset> Shard::first_ever(const Checkpoint& position) const
{
    auto first = position.block.first_source;
    auto cursor = ports_.view.blocks(position.source_id, position.partition);
    for (cursor.seek_generation(Generation{}); cursor.valid();) {
        first = std::min(first, cursor.first_source());
        cursor.seek_generation(Generation{cursor.generation().value() + 1});
    }
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    return first;
}

Result<void> Shard::start(Member& member,
                          const PartitionFacts& facts,
                          std::vector<kafka::StartAt>& assignment)
{
    const auto& mirror = member.mirror.mirror();
    const auto position = stored_position(mirror);
    if (!position) return fail(position.error());

    // What was found since the last commit lies behind the stored position: it is read again, and
    // found again if it is still there; but for the record that an abort took us here for, and what
    // is before that.
    if (!at_least_once()) member.skipped.reset();
    std::erase_if(gaps_, [&](const Gap& gap) {
        return !gap.open && TopicPartition{gap.topic, gap.partition} == mirror.source &&
               !(member.skipped && gap.to <= member.skipped->from);
    });
    const auto lost_end = std::max(member.lost_end, member.mirror.source_end());
    auto failure = std::exchange(member.failure, std::nullopt);
    const bool out_of_range = failure && failure->error.code() == Errc::out_of_range;
    member.out_of_range = out_of_range ? member.out_of_range + 1 : 0;
    if (out_of_range && member.out_of_range < out_of_range_max) failure.reset();
    const auto& known = *position;
    auto background = known ? background_of(*known, facts) : Result<Background>{};
    if (!background) return fail(background.error());
    if (known && doubts_all(failure)) {
        const auto first = first_ever(*known);
        if (!first) return fail(first.error());
        background->first_ever = *first;
    }
    background->failure = std::move(failure);
    background->given_up_to = std::exchange(member.given_up_to, std::nullopt);
    auto verdict = judge_partition(mirror, *position, facts, policies_, *background);
    if (verdict.gap) {
        auto& gap = *verdict.gap;
        if (gap.cause == GapCause::recreated) gap.to = std::max(gap.to, lost_end);
        if (auto booked = book(*verdict.gap); !booked) return booked;
    }
    if (verdict.skipped) {
        if (auto booked = book(*verdict.skipped); !booked) return booked;
    }
    if (verdict.state != MirrorState::active) {
        if (*position) member.mirror.remember(**position);
        member.mirror.heard(facts.source_end);
        member.mirror.stop(verdict.state, verdict.reason);
        member.retry_at = ports_.clock.now() + config_.timeouts.id_check;
        return {};
    }
    member.mirror.start(verdict, *position, facts);
    if (auto settled = settle_gaps(member, verdict, *position); !settled) return settled;
    if (verdict.new_generation) member.skipped.reset();
    if (const auto& skipped = member.skipped) {
        member.mirror.gave_up_to(skipped->to);
        if (auto booked = book(*skipped); !booked) return booked;
    }
    member.reassign = false;
    sweep_at_ = ports_.clock.now();
    prune(mirror.source, facts.target_low);
    assignment.push_back(member.mirror.resume_at());
    return {};
}

// Out of the data path until it has been compared with both clusters again.
Result<void> Shard::start_later(Member& member, std::string reason, Clock::Time::duration delay)
{
    member.mirror.stop(MirrorState::starting, std::move(reason));
    member.retry_at = ports_.clock.now() + delay;
    const std::array gone{member.mirror.at()};
    return ports_.source.unassign(gone);
}

}  // namespace strait::links
