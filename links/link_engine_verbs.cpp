#include "core/failpoint.hpp"
#include "links/link_engine.hpp"

#include <cassert>
#include <chrono>
#include <utility>

// How the engine carries out what operators ask of its links.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;

}  // namespace

asio::awaitable<Result<VerbPlan>> LinkEngine::plan(LinkName link, Verb verb)
{
    const auto status = co_await this->status(std::move(link));
    if (!status) co_return fail(status.error());
    co_return plan_verb(verb, *status);
}

asio::awaitable<Result<Operation>> LinkEngine::begin(LinkName link, Verb verb, std::string reason)
{
    const auto plan = co_await this->plan(link, verb);
    if (!plan) co_return fail(plan.error());
    if (auto refusal = plan->refusal(); !refusal.empty()) {
        co_return fail(Errc::conflict, std::move(refusal));
    }
    if (draining_) co_return fail(Errc::conflict, "the program is ending");
    auto begun = co_await operations_.begin(std::move(link), verb, std::move(reason));
    if (!begun) co_return begun;
    if (auto reached = co_await reach("operation.stored", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    if (tasks_ != nullptr) tasks_->spawn(run_operation(*begun));
    co_return begun;
}

// Those that a restart of the program, or of the links with their view, has interrupted.
void LinkEngine::go_on_with_operations()
{
    assert(tasks_ != nullptr);
    for (const auto& operation : operations_.all()) {
        if (operation.state != Operation::State::running) continue;
        log_.info("operation goes on id={} link={} verb={}",
                  operation.id.value(),
                  operation.link.value(),
                  to_string(operation.verb));
        tasks_->spawn(run_operation(operation));
    }
}

asio::awaitable<void> LinkEngine::run_operation(Operation operation)
{
    if (!carried_out_.insert(operation.id).second) co_return;  // it goes on already
    const auto outcome = co_await outcome_of(operation);
    carried_out_.erase(operation.id);
    if (!outcome && outcome.error().code() == Errc::cancelled) co_return;

    log_.info("operation ended id={} link={} verb={} outcome={} detail={:?}",
              operation.id.value(),
              operation.link.value(),
              to_string(operation.verb),
              outcome ? "succeeded" : "failed",
              outcome ? *outcome : outcome.error().detail());
    if (const auto reached = co_await reach("operation.done", node_.clock); !reached) {
        log_.warn("operation goes on at the next start detail={:?}", reached.error().detail());
        co_return;
    }
    auto ended = co_await operations_.end(operation.id, outcome);
    if (ended) ended = co_await reach("operation.ended", node_.clock);
    if (ended) co_return;
    log_.error(
        "operation not written id={} detail={:?}", operation.id.value(), ended.error().detail());
}

// Errc::cancelled if it is to go on later.
asio::awaitable<Result<std::string>> LinkEngine::outcome_of(Operation operation)
{
    do {
        if (operations_.has_newer(operation)) {
            co_return fail(Errc::conflict, "another verb of this link came after it");
        }
        if (changing_.contains(operation.link)) continue;
        auto outcome = co_await carry_out(operation);
        if (outcome || outcome.error().code() != Errc::cancelled) co_return outcome;
        // Its link was made anew meanwhile; or we end, and go on at the next start.
    } while (!draining_ && co_await node_.clock.wait_until(node_.clock.now() + tick));
    co_return fail(Errc::cancelled);
}

asio::awaitable<Result<std::string>> LinkEngine::carry_out(Operation operation)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(unopened_ ? Error{Errc::cancelled} : found.error());
    auto& link = **found;
    const bool pauses = operation.verb == Verb::pause;
    const auto desired = pauses ? Desired::paused : Desired::running;
    if (link.keeps(desired)) {
        if (pauses) co_return "it is paused already";
        co_await link.look_at_halted();
        co_return "what is halted is looked at again: see its status";
    }
    operations_.note(operation.id,
                     "waiting until both clusters answer, and the target keeps the order");
    const auto done = co_await link.follow_order({desired, operation.reason, operation.started_ms},
                                                 config_.drain_time);
    if (!done) co_return fail(done.error());
    if (pauses) co_return "nothing is copied until it is resumed";
    co_return "it copies on from where it was";
}

}  // namespace strait::links
