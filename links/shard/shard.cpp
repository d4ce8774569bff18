#include "links/shard/shard.hpp"

#include "core/failpoint.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto abort_deadline = 15s;
constexpr int aborts_degraded = 5;  // in a row; then status says so

// True for what ends a shard until an operator, or the link, has acted.
bool is_final(Errc code)
{
    return code == Errc::cancelled || code == Errc::fenced || code == Errc::conflict ||
           code == Errc::corrupt;
}

// True for what concerns the transaction and not its producer.
bool is_abortable(Errc code) { return code != Errc::fatal && !is_final(code); }

}  // namespace

ShardNumber shard_of(const TopicPartition& source, std::uint32_t shards)
{
    const auto text = to_string(source);
    return ShardNumber{static_cast<std::uint32_t>(XXH64(text.data(), text.size(), 0) % shards)};
}

Shard::Shard(ShardSettings settings, const LinkConfig& config, ShardPorts ports)
    : settings_{std::move(settings)},
      config_{config},
      policies_{
          config.policies.on_gap, config.policies.on_recreate, config.policies.on_target_lost},
      ports_{ports},
      stalls_{config.timeouts.stall},
      session_{first_session(settings_.term)},
      abort_backoff_{100ms, 10s, settings_.seed}
{
}

asio::awaitable<Error> Shard::run()
{
    Backoff backoff{100ms, 10s, settings_.seed + 1};
    for (;;) {
        const auto began = ports_.clock.now();
        auto error = co_await run_session();
        if (is_final(error.code())) co_return error;
        if (error.code() == Errc::fatal && co_await was_superseded()) {
            co_return Error{Errc::fenced, "another instance of this link has taken over"};
        }

        ++recycled_;
        trouble_ = error.detail();
        if (ports_.clock.now() - began > backoff.delay_max()) backoff.reset();
        const auto delay = backoff.next();
        ports_.log.warn("shard begins again error={} delay_ms={} detail={:?}",
                        to_string(error.code()),
                        delay.count(),
                        error.detail());
        const auto waited = co_await ports_.clock.wait_until(ports_.clock.now() + delay);
        if (!waited) co_return waited.error();
        if (draining_) co_return Error{Errc::cancelled};
    }
}

asio::awaitable<Error> Shard::run_session()
{
    while (!draining_) {
        if (const auto followed = follow_wishes(); !followed) co_return followed.error();
        if (const auto opened = co_await open_session(); !opened) {
            co_return opened.error().within("start");
        }
        const auto announced = committed_;
        if (const auto ended = co_await run_transactions(); !ended) co_return ended.error();
        if (draining_) break;
        if (committed_ == announced) {
            co_return Error{Errc::unavailable, "recycled: a late request could still arrive"};
        }
        ++recycled_;
        ports_.log.info("producer recycled");
    }
    co_return Error{Errc::cancelled};
}

// Until the producer has to be thrown away. That is no failure: the next one goes on at once, if
// this one got anything done.
asio::awaitable<Result<void>> Shard::run_transactions()
{
    while (!draining_ && !recycle_) {
        if (may_have_lost()) {
            recycle_ = true;
            break;
        }
        if (const auto followed = follow_wishes(); !followed) co_return followed;
        if (const auto looked = look_for_stalls(); !looked) co_return looked;
        if (const auto started = co_await start_members(); !started) co_return started;
        if (const auto asked = co_await confirm_ends(); !asked) co_return asked;
        if (const auto done = co_await run_transaction(); !done) co_return done;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Shard::run_transaction()
{
    Transaction transaction{config_.commit, linger_until_};
    auto outcome = co_await fill(transaction);
    if (!transaction.empty()) linger_until_ = ports_.clock.now() + config_.commit.linger;
    if (outcome) outcome = co_await commit(transaction);
    if (outcome) co_return outcome;
    for (const auto& [mirror, part] : transaction.parts()) {
        members_.at(mirror->at()).mirror.gave_up(part.copied.size());
    }
    if (!is_abortable(outcome.error().code())) co_return outcome;
    co_return co_await abort(outcome.error());
}

Result<void> Shard::begin()
{
    if (begun_) return {};
    if (may_have_lost()) {
        recycle_ = true;
        return fail(Errc::abort_required, "a connection to the target broke");
    }
    if (auto begun = ports_.sink.begin(); !begun) return begun;
    begun_ = true;
    return {};
}

asio::awaitable<Result<void>> Shard::abort(const Error& cause)
{
    if (begun_) {
        if (auto done = co_await roll_back(); !done) {
            co_return fail(done.error().within(cause.detail()));
        }
        ++aborted_;
    }

    std::vector<Member*> active;
    for (auto& [at, member] : members_) {
        if (!member.mirror.active()) continue;
        const bool read =
            member.mirror.resume_at().offset != member.mirror.position().block.next_source;
        member.mirror.aborted();
        const auto skipped = member.skipped;
        if (skipped || read) {
            forget_gaps(member.mirror.position(), at, skipped ? skipped->to : Offset{0});
        }
        if (skipped && !at_least_once()) {
            member.skipped.reset();
            member.mirror.passed(skipped->to);
            if (auto booked = book(*skipped); !booked) co_return booked;
        }
        if (read || member.reassign) active.push_back(&member);
    }
    const auto again = at_least_once() ? look_again(active) : reassign(active);
    if (!again) co_return again;

    if (++aborts_in_a_row_ >= aborts_degraded) trouble_ = "degraded: " + cause.detail();
    const auto delay = abort_backoff_.next();
    ports_.log.warn("transaction aborted error={} in_a_row={} delay_ms={} detail={:?}",
                    to_string(cause.code()),
                    aborts_in_a_row_,
                    delay.count(),
                    cause.detail());
    co_return co_await ports_.clock.wait_until(ports_.clock.now() + delay);
}

// Whatever does not end in success leaves the producer in a state that nobody knows.
asio::awaitable<Result<void>> Shard::roll_back()
{
    const auto started = ports_.clock.now();
    const auto aborted = co_await ports_.sink.abort(started + abort_deadline);
    if (!aborted) {
        const bool cancelled = aborted.error().code() == Errc::cancelled;
        co_return fail(cancelled ? Errc::cancelled : Errc::fatal,
                       "abort: " + aborted.error().detail());
    }
    begun_ = false;
    note_end(ports_.clock.now() - started, settings_.recycle_after);
    co_return Result<void>{};
}

// A transaction's end that was slow or disturbed may have left a request behind that would end the
// next one (KIP-890).
void Shard::note_end(Clock::Time::duration took, Clock::Time::duration took_max)
{
    if (is_left_out(producer_recycling)) return;
    recycle_ = recycle_ || took > took_max || ports_.sink.disturbed();
}

// Seeks by unassigning and assigning: librdkafka's seek is asynchronous, and its errors come late.
Result<void> Shard::reassign(const std::vector<Member*>& members)
{
    std::vector<TopicPartition> gone;
    std::vector<kafka::StartAt> again;
    for (auto* const member : members) {
        member->reassign = false;
        gone.push_back(member->mirror.at());
        again.push_back(member->mirror.resume_at());
    }
    if (gone.empty()) return {};
    if (auto unassigned = ports_.source.unassign(gone); !unassigned) return unassigned;
    return ports_.source.assign(again);
}

void Shard::put(Mirror mirror)
{
    wishes_.push_back({std::move(mirror), MirrorState::starting, {}});
}

void Shard::stop(Mirror mirror, MirrorState state, std::string reason)
{
    wishes_.push_back({std::move(mirror), state, std::move(reason)});
}

void Shard::forget(TopicPartition at)
{
    Mirror mirror;
    mirror.source = std::move(at);
    wishes_.push_back({std::move(mirror), std::nullopt, {}});
}

// Only between two transactions, because the current one refers to its members.
Result<void> Shard::follow_wishes()
{
    for (auto& wish : std::exchange(wishes_, {})) {
        const auto state = wish.state;
        auto followed = state ? follow(std::move(wish), *state) : drop(wish.mirror.source);
        if (!followed) return followed;
    }
    follow_skips();
    if (auto noted = follow_acknowledgements(); !noted) return noted;
    std::vector<TopicPartition> gone;
    for (const auto& at : std::exchange(rechecks_, {})) {
        const auto found = members_.find(at);
        if (found == members_.end() || !found->second.mirror.active()) continue;
        found->second.mirror.stop(MirrorState::starting, "the topic is compared again");
        found->second.retry_at = ports_.clock.now();
        gone.push_back(at);
    }
    return ports_.source.unassign(gone);
}

Result<void> Shard::drop(const TopicPartition& at)
{
    if (members_.erase(at) == 0) return {};
    log_starts_.erase(at);
    const std::array gone{at};
    return ports_.source.unassign(gone);
}

Result<void> Shard::follow(Wish wish, MirrorState wished_state)
{
    const auto at = wish.mirror.source;
    const auto found = members_.find(at);
    Offset lost_end;
    if (found != members_.end()) {
        auto& member = found->second;
        const auto before = member.mirror.state();
        const bool same = member.mirror.mirror() == wish.mirror;
        const bool wished = std::exchange(member.wished, wished_state) == wished_state;
        if (same && (wished || before == wished_state)) return {};
        const std::array gone{at};
        if (auto unassigned = ports_.source.unassign(gone); !unassigned) return unassigned;
        lost_end = std::max(member.lost_end, member.mirror.source_end());
        const auto next = member.mirror.position().block.next_source;
        if (wished_state == MirrorState::source_gone && next < lost_end) {
            auto gap = gap_of(member.mirror.mirror(),
                              member.mirror.position(),
                              GapCause::source_deleted,
                              next,
                              lost_end);
            gap.open = true;
            if (auto booked = book(std::move(gap)); !booked) return booked;
        }
        members_.erase(found);
    }
    auto& member =
        members_.try_emplace(at, Member{PartitionMirror{std::move(wish.mirror)}}).first->second;
    member.lost_end = lost_end;
    member.wished = wished_state;
    if (wished_state == MirrorState::starting) return {};
    const auto position = stored_position(member.mirror.mirror());
    if (!position) return fail(position.error());
    if (*position) member.mirror.remember(**position);
    member.mirror.stop(wished_state, std::move(wish.reason));
    return {};
}

ShardStatus Shard::status() const
{
    ShardStatus status{{},
                       committed_,
                       aborted_,
                       recycled_,
                       records_,
                       bytes_,
                       ports_.sink.queued_bytes(),
                       trouble_};
    for (const auto& [at, member] : members_) {
        const auto& mirror = member.mirror;
        auto& partition = status.partitions[at];
        partition.id = at.partition;
        partition.state = mirror.state();
        partition.reason = mirror.reason();
        partition.next_source = mirror.caught_up_to();
        partition.next_target = mirror.position().block.next_target;
        partition.runs = mirror.runs();
        partition.newest_ms = mirror.newest_ms();
        partition.foreign_writes = mirror.foreign_writes();
        if (mirror.last_commit_ms() > 0) partition.last_commit_ms = mirror.last_commit_ms();
    }
    return status;
}

}  // namespace strait::links
