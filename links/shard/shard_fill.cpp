#include "links/shard/shard.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>
#include <variant>

// How a transaction is filled with what the source has.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto idle_wait = 200ms;  // how soon a shard at rest notices what it was told

}  // namespace

asio::awaitable<Result<void>> Shard::fill(Transaction& transaction)
{
    // Gaps first, with the positions behind them: if these waited for records, and one of those
    // were refused in its turn, neither would ever be committed.
    if (!gaps_.empty()) co_return Result<void>{};

    bool sent = false;
    while (!draining_ && !transaction.full()) {
        const auto now = ports_.clock.now();
        if (transaction.due_at_last() <= now) break;
        if (paid_until_ > now) {
            throttled_ = true;
            if (!transaction.empty() && paid_until_ > transaction.due()) break;
            const auto until = std::min(paid_until_, now + idle_wait);
            const std::chrono::duration<double> wait = until - now;
            ports_.instruments.throttled_seconds.Increment(wait.count());
            const auto waited = co_await ports_.clock.wait_until(until);
            if (!waited) co_return waited;
            if (transaction.empty()) break;
            continue;
        }

        // Once it is due, only what is at hand joins it: next() does not wait for what is over.
        // When nothing more is at hand the target gets what there is while we wait for the rest.
        const bool rests = !transaction.empty() && !sent && transaction.due() > now;
        auto fetched =
            co_await ports_.source.next(rests ? now : std::min(transaction.due(), now + idle_wait));
        if (!fetched) {
            if (fetched.error().code() != Errc::timed_out) co_return fail(fetched.error());
            if (rests) {
                sent = true;
                ports_.sink.send_now();
                continue;
            }
            if (transaction.empty() || transaction.due() <= ports_.clock.now()) break;
            continue;
        }
        if (auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            const auto taken = co_await take(transaction, std::move(*batch));
            if (!taken) co_return taken;
        } else if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            take(*end);
        } else {
            const auto taken = take(std::get<kafka::PartitionFailure>(*fetched));
            if (!taken) co_return taken;
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Shard::take(Transaction& transaction, kafka::RecordBatch batch)
{
    const auto found = members_.find(batch.at);
    if (found == members_.end() || !found->second.mirror.active()) co_return Result<void>{};
    auto& member = found->second;
    if (member.reassign) co_return Result<void>{};  // what follows is fetched again

    const bool waits = transaction.parts().contains(&member.mirror);
    if (member.isolation && !waits && batch.first() >= member.isolation->until) {
        member.isolation.reset();  // what was before is gone meanwhile
    }
    const bool dead_letter = cut(member, batch);
    if (batch.records.empty()) co_return Result<void>{};
    const auto unbroken_from = member.mirror.unbroken_from();
    if (const auto read = member.mirror.read(batch); !read) {
        ports_.log.warn("partition starts again partition={} detail={:?}",
                        to_string(batch.at),
                        read.error().detail());
        co_return start_later(member, read.error().detail());
    }
    if (const auto begun = begin(); !begun) co_return begun;
    const auto now = ports_.clock.now();
    if (dead_letter) {
        const auto letter = dead_letter_of(member, batch);
        const auto bytes = transaction.add_dead_letter(member.mirror, letter, now);
        paid_until_ = ports_.throttle.take(bytes, letter.records.size(), now);
        const TopicPartition to{config_.policies.dead_letter_topic, Partition{0}};
        co_return co_await append(transaction, to, letter);
    }
    const auto bytes = transaction.add(member.mirror, batch, now);
    paid_until_ = ports_.throttle.take(bytes, batch.records.size(), now);
    if (at_least_once()) batch = stamped(batch, prefix_of(member.mirror.position()), unbroken_from);
    co_return co_await append(transaction, member.mirror.target(), std::move(batch));
}

// A record that is refused ends the filling and not the transaction: which one it was, and so what
// is to be done about it, is told with the reports.
asio::awaitable<Result<void>> Shard::append(Transaction& transaction,
                                            TopicPartition to,
                                            kafka::RecordBatch batch)
{
    auto appended = co_await ports_.sink.append(to, batch);
    if (appended) co_return appended;
    const auto code = appended.error().code();
    if (code == Errc::cancelled || code == Errc::fatal) co_return appended;
    transaction.refuse(std::move(appended).error());
    co_return Result<void>{};
}

void Shard::take(const kafka::EndOfPartition& end)
{
    const auto found = members_.find(end.at);
    if (found == members_.end() || found->second.reassign) return;
    if (found->second.mirror.active()) found->second.mirror.passed(end.offset);
}

Result<void> Shard::take(const kafka::PartitionFailure& failure)
{
    const auto found = members_.find(failure.at);
    if (found == members_.end() || !found->second.mirror.active()) return {};
    auto& member = found->second;
    if (member.reassign) return {};  // told again, when what comes before it was read again
    const auto& error = failure.error;
    ports_.log.warn("partition failed partition={} error={} detail={:?}",
                    to_string(failure.at),
                    to_string(error.code()),
                    error.detail());

    // What lies behind the position may be of a later epoch: the position's is asked for again.
    const bool of_position =
        member.mirror.resume_at().offset == member.mirror.position().block.next_source;
    switch (error.code()) {
        case Errc::truncated:
        case Errc::out_of_range:
            if (of_position || !doubts_all(failure)) member.failure = failure;
            [[fallthrough]];
        case Errc::not_found: return start_later(member, error.detail());
        case Errc::corrupt: return give_up(member, member.mirror.resume_at().offset, error);
        case Errc::refused:
            assert(failure.offset);
            return pass_over(member, *failure.offset, error);
        case Errc::forbidden:
        case Errc::unauthenticated:
        case Errc::fatal: return start_later(member, error.detail(), retry_wait);
        case Errc::cancelled:
        case Errc::invalid_argument:
        case Errc::conflict:
        case Errc::fenced:
        case Errc::abort_required:
        case Errc::unavailable:
        case Errc::timed_out:
        case Errc::too_large:
        case Errc::data_loss: return {};  // librdkafka goes on trying by itself
    }
    std::unreachable();
}

}  // namespace strait::links
