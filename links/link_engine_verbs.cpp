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
    Result<std::string> outcome = fail(Errc::cancelled);
    do {
        if (!applying_) outcome = co_await carry_out(operation);
        if (outcome || outcome.error().code() != Errc::cancelled) break;
        // Its link was made anew meanwhile, or is about to be; or we end, and go on at the start.
    } while (!draining_ && co_await node_.clock.wait_until(node_.clock.now() + tick));
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
    auto ended = co_await operations_.end(operation.id, std::move(outcome));
    if (ended) ended = co_await reach("operation.ended", node_.clock);
    if (ended) co_return;
    log_.error(
        "operation not written id={} detail={:?}", operation.id.value(), ended.error().detail());
}

asio::awaitable<Result<std::string>> LinkEngine::carry_out(Operation operation)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(unopened_ ? Error{Errc::cancelled} : found.error());
    auto& link = **found;
    const bool paused = link.order().desired == Desired::paused;
    const auto order = [&](Desired desired) {
        operations_.note(operation.id, "waiting until the target keeps the order");
        return link.follow_order({desired, operation.reason, operation.started_ms},
                                 config_.drain_time);
    };
    switch (operation.verb) {
        case Verb::pause: {
            const auto done = co_await order(Desired::paused);
            if (!done) co_return fail(done.error());
            co_return "nothing is copied until it is resumed";
        }
        case Verb::resume: {
            if (!paused) {
                co_await link.look_at_halted();
                co_return "what was halted is looked at again";
            }
            const auto done = co_await order(Desired::running);
            if (!done) co_return fail(done.error());
            co_return "it copies on from where it was";
        }
    }
    std::unreachable();
}

}  // namespace strait::links
