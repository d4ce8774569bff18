#include "links/link_engine.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <string>
#include <utility>

// How the engine carries out what operators decide of records that never arrive. What it asks of a
// shard may be forgotten, when that begins a new session: so it looks whether it came true, and
// asks again.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto ask_interval = 1s;
constexpr auto time_max = 30s;

bool is_at(const Gap& gap, const TopicPartition& at)
{
    return TopicPartition{gap.topic, gap.partition} == at;
}

}  // namespace

// Done is a position that the target keeps, which comes with what the ledger says of it.
asio::awaitable<LinkEngine::Outcome> LinkEngine::skip(Operation operation)
{
    assert(operation.request.skip);
    const auto& [at, to] = *operation.request.skip;
    const auto name = to_string(at);
    const auto deadline = node_.clock.now() + time_max;
    for (;;) {
        if (operations_.has_newer(operation)) {
            co_return fail(Errc::conflict, "another verb of this link came after it");
        }
        const auto status = co_await this->status(operation.link);
        const auto link = find(operation.link);
        if (!status || !link) co_return fail(Errc::cancelled);
        const auto stored = (*link)->stored_position(at);
        if (!stored) co_return fail(stored.error());
        if (*stored >= to) {
            co_return Operations::Done{name + " goes on at " + std::to_string(to.value()) +
                                       ": the ledger says what was given up"};
        }
        const auto* const partition = find_partition(*status, at);
        if (partition == nullptr) {
            co_return fail(Errc::conflict, "the link does not mirror " + name + " any more");
        }
        if (node_.clock.now() >= deadline) {
            co_return fail(Errc::timed_out,
                           name + " is " + std::string{to_string(partition->state)} +
                               (partition->reason.empty() ? "" : ": " + partition->reason));
        }
        operations_.note(operation.id, "waiting until " + name + " goes on");
        (*link)->skip(at, to);
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + ask_interval);
        if (!waited) co_return fail(waited.error());
    }
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::acknowledge(Operation operation)
{
    const auto& wanted = operation.request.gap;
    const auto& reason = operation.request.reason;
    const auto by =
        "operation " + std::to_string(operation.id.value()) + (reason.empty() ? "" : ": " + reason);
    const auto deadline = node_.clock.now() + time_max;
    for (;;) {
        const auto link = find(operation.link);
        if (!link) co_return fail(Errc::cancelled);
        const auto ledger = (*link)->gaps();
        if (!ledger) co_return fail(ledger.error());
        std::vector<GapName> left;
        bool found = false;
        std::size_t done = 0;
        for (const auto& gap : *ledger) {
            const bool named = wanted && gap.id == wanted->id && is_at(gap, wanted->at);
            found = found || named;
            if (gap.acknowledged_by == by) ++done;
            const bool due = wanted ? named && gap.acknowledged_by.empty() : gap.is_news();
            if (due) left.push_back({{gap.topic, gap.partition}, gap.id});
        }
        if (wanted && !found) {
            co_return fail(Errc::not_found,
                           "the ledger has no gap " + std::to_string(wanted->id) + " of " +
                               to_string(wanted->at));
        }
        if (left.empty()) {
            co_return Operations::Done{std::to_string(done) + " gaps acknowledged"};
        }
        if (node_.clock.now() >= deadline) {
            co_return fail(Errc::timed_out,
                           std::to_string(left.size()) +
                               " gaps could not be noted as acknowledged: see the link's status");
        }
        operations_.note(operation.id, "waiting until the target keeps it");
        (*link)->acknowledge(std::move(left), by);
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + ask_interval);
        if (!waited) co_return fail(waited.error());
    }
}

}  // namespace strait::links
