#include "links/shard/shard_closing.hpp"

#include "links/store/link_batch.hpp"

#include <chrono>
#include <span>
#include <string>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto closing_deadline = 60s;

asio::awaitable<Result<void>> commit_alone(ShardSink& sink,
                                           const TopicPartition& place,
                                           const std::vector<LinkRecord>& records,
                                           Clock& clock)
{
    const auto deadline = clock.now() + closing_deadline;
    if (auto begun = sink.begin(); !begun) co_return begun;
    const auto batch = batch_of(records, clock.wall_ms());
    if (auto appended = co_await sink.append(place, batch); !appended) co_return appended;
    const auto delivered = co_await sink.flush(deadline);
    if (!delivered) co_return fail(delivered.error());
    if (const auto& failed = delivered->failed) {
        co_return fail(Errc::unavailable, failed->error.detail());
    }
    co_return co_await sink.commit(deadline);
}

asio::awaitable<Result<EndedLeftovers>> abort_alone(ShardSink& sink,
                                                    const TopicPartition& place,
                                                    const std::vector<LinkRecord>& records,
                                                    Clock& clock)
{
    const auto deadline = clock.now() + closing_deadline;
    if (auto begun = sink.begin(); !begun) co_return fail(begun.error());
    const auto batch = batch_of(records, clock.wall_ms());
    auto written = co_await sink.append(place, batch);
    if (written) {
        const auto delivered = co_await sink.flush(deadline);
        if (!delivered) written = fail(delivered.error());
        const auto failed = delivered ? delivered->failed : std::nullopt;
        if (failed) written = fail(failed->error);
    }
    if (!written && written.error().code() == Errc::cancelled) co_return fail(written.error());
    const auto started = clock.now();
    if (auto aborted = co_await sink.abort(deadline); !aborted) co_return fail(aborted.error());
    EndedLeftovers ended{.took = clock.now() - started, .unwritten = {}};
    if (!written) ended.unwritten = written.error();
    co_return ended;
}

// Another try begins with another producer, unless it is fatal to this one, or the end of all.
template <class T>
Result<T> retryable(Result<T> done)
{
    if (done) return done;
    const auto code = done.error().code();
    const bool kept = code == Errc::cancelled || code == Errc::fatal;
    return fail(kept ? code : Errc::unavailable, done.error().detail());
}

}  // namespace

asio::awaitable<Result<void>> commit_records(ShardSink& sink,
                                             TopicPartition place,
                                             std::vector<LinkRecord> records,
                                             Clock& clock)
{
    co_return retryable(co_await commit_alone(sink, place, records, clock));
}

asio::awaitable<Result<EndedLeftovers>> end_leftovers(ShardSink& sink,
                                                      TopicPartition place,
                                                      ShardSession record,
                                                      Clock& clock)
{
    const std::vector<LinkRecord> records{std::move(record)};
    co_return retryable(co_await abort_alone(sink, place, records, clock));
}

std::string open_transaction_text(const TopicPartition& place)
{
    return "a transaction is open in " + to_string(place) +
           " at the target; if it stays, kafka-transactions.sh find-hanging names it, and abort "
           "ends it";
}

Error view_ahead(const Acknowledged& lost)
{
    return Error{Errc::corrupt,
                 "view_ahead: the target acknowledged transaction " +
                     std::to_string(lost.txn_no.value()) + " of shard " +
                     std::to_string(lost.shard.value()) +
                     " and does not have it: its records are copied again"};
}

Result<void> require_whole(const ShardState& newest)
{
    if (!newest.torn()) return {};
    return fail(Errc::conflict,
                "torn_transaction: transaction " + std::to_string(newest.txn_no.value()) +
                    " of shard " + std::to_string(newest.shard.value()) + " has " +
                    std::to_string(newest.seen) + " of its " + std::to_string(newest.touched) +
                    " checkpoints");
}

asio::awaitable<Result<Offset>> close_shard(ShardSettings of,
                                            ShardNumber reader,
                                            Offset from,
                                            ClosingPorts ports)
{
    auto opened = co_await ports.sink.open(ports.clock.now() + closing_deadline);
    if (!opened) co_return fail(opened.error());
    auto& view = ports.view;
    const auto end = co_await ports.link_log.read(from, [&](std::span<const LinkRecord> records) {
        return view.apply(reader, records, from);
    });
    if (!end) co_return fail(end.error());
    const auto found = view.state_of(of.number);
    if (!found) co_return fail(found.error());
    const auto newest = found->value_or(ShardState{});
    if (newest.session > first_session(of.term)) {
        co_return fail(Errc::fenced, "another instance of this link has taken over");
    }
    if (auto whole = require_whole(newest); !whole) co_return fail(whole.error());

    // Without checkpoints: others are going to write over the last ones of this shard, which would
    // look torn then.
    const std::vector<LinkRecord> closed{ShardSession{
        of.link, of.number, first_session(of.term), TxnNo{newest.txn_no.value() + 1}, of.node}};
    const auto committed =
        co_await commit_records(ports.sink, ports.link_log.place(), closed, ports.clock);
    if (!committed) co_return fail(committed.error());
    if (auto applied = view.apply(reader, closed, *end); !applied) co_return fail(applied.error());
    co_return *end;
}

}  // namespace strait::links
