#include "links/shard/shard.hpp"

#include <chrono>
#include <map>
#include <set>
#include <utility>

// What readers of the target see of the records that a shard has written there.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// `hidden`: those in which an open transaction begins before the expected end.
asio::awaitable<Result<Shard::Seen>> Shard::find_hanging(std::map<TopicPartition, Offset> expected)
{
    Seen seen;
    for (int looks = 1; !expected.empty(); ++looks) {
        std::set<TopicPartition> places;
        for (const auto& [at, end] : expected) places.insert(at);
        const auto ends = co_await ports_.survey.target_ends(std::move(places));
        if (!ends) co_return fail(ends.error().within("looking for lost records"));
        for (const auto& [at, found] : *ends) {
            const auto end = expected.at(at);
            const bool silent = !found && is_retryable(found.error().code());
            const bool hangs = found && found->stable < end;
            // A leader that is new may not know yet that all of it is replicated.
            const bool doubtful = silent || hangs || (found && found->end < end);
            if (doubtful && looks < hidden_max) continue;
            if (silent) seen.unknown.insert(at);
            if (!silent && !found) seen.gone.insert(at);
            if (hangs) seen.hidden.insert(at);
            expected.erase(at);
        }
        if (expected.empty()) break;
        const auto waited = co_await ports_.clock.wait_until(ports_.clock.now() + 1s);
        if (!waited) co_return fail(waited.error());
    }
    co_return seen;
}

// What readers see of the records before these ends: not what hangs, and not what was aborted with
// something else of ours, or by hand. Only a reader can tell that from what is committed.
asio::awaitable<Result<Shard::Seen>> Shard::look_at(std::map<TopicPartition, Offset> ends)
{
    auto seen = co_await find_hanging(ends);
    if (!seen) co_return seen;
    std::map<TopicPartition, Offset> asked;
    for (const auto& [at, end] : ends) {
        const bool decided =
            seen->hidden.contains(at) || seen->unknown.contains(at) || seen->gone.contains(at);
        if (!decided) asked.emplace(at, Offset{end.value() - 1});
    }
    const auto shown = co_await ports_.survey.visible(asked);
    if (!shown) co_return fail(shown.error().within("looking for lost records"));
    for (const auto& [at, last] : asked) {
        const auto answer = shown->find(at);
        if (answer == shown->end()) {
            seen->unknown.insert(at);
        } else if (!answer->second) {
            seen->hidden.insert(at);
        }
    }
    co_return seen;
}

// After a connection broke: the checkpoints of the newest transaction are there, but markers of
// partitions that it wrote may be lost, and its records aborted with what came behind them. One
// partition that does not answer keeps no other waiting.
asio::awaitable<Result<void>> Shard::look_for_lost()
{
    if (!suspicious_) co_return Result<void>{};
    std::map<TopicPartition, Offset> ends;
    for (const auto& [at, range] : written_) ends.emplace(at, Offset{range.second.value() + 1});
    const auto seen = co_await look_at(std::move(ends));
    suspicious_ = false;
    if (!seen && seen.error().code() == Errc::forbidden) {
        ports_.log.warn("cannot look whether the target lost records that it acknowledged "
                        "detail={:?}",
                        seen.error().detail());
        co_return Result<void>{};
    }
    suspicious_ = !seen || !seen->unknown.empty();
    if (!seen) co_return fail(seen.error());
    for (const auto& at : seen->hidden) lost_.emplace(at, written_.at(at).first);
    for (const auto& at : seen->unknown) {
        ports_.log.warn("cannot tell yet whether the target lost records partition={}",
                        to_string(at));
    }
    co_return Result<void>{};
}

}  // namespace strait::links
