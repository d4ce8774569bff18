#include "core/failpoint.hpp"
#include "core/units.hpp"
#include "links/fence_checks.hpp"
#include "links/link_engine.hpp"
#include "links/verb_shown.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>

// How the engine carries out what operators ask of its links.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;
constexpr auto drain_tick = 500ms;
constexpr auto release_time_max = 20s;  // the cut is done: it is not held up for long
constexpr std::chrono::milliseconds failover_time_max = 5s;  // for what is under way
constexpr auto waits_for_both =
    "waiting until both clusters answer, and the target keeps the order";

std::string ordinary(const VerbRequest& request)
{
    return request.topics.empty() ? "its topics are ordinary ones"
                                  : "the chosen topics are ordinary ones";
}

std::string text_of(const CutReport& report, const VerbRequest& request)
{
    const auto& lost = report.lost_records;
    std::string text = ordinary(request) + "; ";
    if (!lost) {
        text += "nobody knows how many records were left at the source";
    } else if (*lost == 0) {
        text += "no record was left at the source";
    } else {
        text += std::to_string(*lost) + " records were left at the source";
        // After a while without a source nobody knows of when they are.
        if (report.lost_ms > 0) text += ", of the last " + std::to_string(report.lost_ms) + " ms";
    }
    return text + "; " + std::to_string(report.groups - report.groups_left) + " of " +
           std::to_string(report.groups) + " groups in place, with " +
           std::to_string(report.rereads) + " records to be read again; took " +
           std::to_string(report.took_ms) + " ms";
}

// Those that a link does not resume with itself.
std::string text_of_resting(const Link& link)
{
    const auto topics = link.own_topics();
    if (!topics) return "";
    const auto count = std::ranges::count_if(*topics, &TopicOwner::is_paused);
    if (count == 0) return "";
    return "; " + std::to_string(count) +
           " topics were paused by themselves, and stay so: resume them by --topic";
}

std::set<TopicName> chosen_topics(const VerbRequest& request)
{
    return {request.topics.begin(), request.topics.end()};
}

}  // namespace

asio::awaitable<Result<VerbPlan>> LinkEngine::plan(LinkName link, VerbRequest request)
{
    auto status = co_await this->status(link);
    if (!status) co_return fail(status.error());
    const auto source = status->source.cluster;
    if (request.verb == Verb::reverse) {
        const auto fenced = fences_.count(link, source);
        const auto facts = co_await facts_of_reversal(link, request);
        status = co_await this->status(std::move(link));  // it may have connected meanwhile
        if (!status) co_return fail(status.error());
        auto plan = plan_reversal(request, *status, facts);
        add_end_of_fence(plan, fenced, source);
        co_return plan;
    }
    auto plan = plan_verb(request, *status);
    if (request.fence_source && !plan.steps.empty() && plan.refusal().empty()) {
        add_fence(plan, co_await fences_.plan(source, topics_to_fence(request, *status)), source);
    }
    co_return plan;
}

Result<Operation> LinkEngine::operation(OperationId id) const
{
    const auto* const found = operations_.find(id);
    if (found != nullptr) return *found;
    return fail(Errc::not_found, "no operation '" + std::to_string(id.value()) + "'");
}

asio::awaitable<Result<Operation>> LinkEngine::begin(LinkName link, VerbRequest request)
{
    const auto plan = co_await this->plan(link, request);
    if (!plan) co_return fail(plan.error());
    if (auto refusal = plan->refusal(); !refusal.empty()) {
        co_return fail(Errc::conflict, std::move(refusal));
    }
    if (draining_) co_return fail(Errc::conflict, "the program is ending");
    auto begun = co_await operations_.begin(std::move(link), std::move(request));
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
                  to_string(operation.request.verb));
        tasks_->spawn(run_operation(operation));
    }
}

asio::awaitable<void> LinkEngine::run_operation(Operation operation)
{
    if (!carried_out_.insert(operation.id).second) co_return;  // it goes on already
    auto outcome = co_await outcome_of(operation);
    if (!outcome) outcome = co_await superseded(operation, outcome.error());
    if (!outcome) outcome = co_await without_fence(operation, outcome.error());
    carried_out_.erase(operation.id);
    if (!outcome && outcome.error().code() == Errc::cancelled) co_return;

    log_.info("operation ended id={} link={} verb={} outcome={} detail={:?}",
              operation.id.value(),
              operation.link.value(),
              to_string(operation.request.verb),
              outcome ? "succeeded" : "failed",
              outcome ? outcome->text : outcome.error().detail());
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
asio::awaitable<LinkEngine::Outcome> LinkEngine::outcome_of(Operation operation)
{
    do {
        if (operations_.has_newer(operation)) {
            const auto link = find(operation.link);
            if (link && has_cut(**link, operation.request)) {
                co_return done_by_cut(operation);
            }
            co_return fail(Errc::conflict, "another verb of this link came after it");
        }
        if (changing_.contains(operation.link)) continue;
        auto outcome = co_await carry_out(operation);
        if (outcome || outcome.error().code() != Errc::cancelled) co_return outcome;
        // Its link was made anew meanwhile; or we end, and go on at the next start.
    } while (!draining_ && co_await node_.clock.wait_until(node_.clock.now() + tick));
    co_return fail(Errc::cancelled);
}

// A cut may be on its way to the target when a newer verb replaces it: whether it has happened the
// target says, once it keeps the newer order.
asio::awaitable<LinkEngine::Outcome> LinkEngine::superseded(Operation operation, Error why)
{
    const auto verb = operation.request.verb;
    const bool cuts = verb == Verb::promote || verb == Verb::failover;
    const bool replaced = why.code() == Errc::conflict && operations_.has_newer(operation);
    if (!cuts || !replaced) co_return fail(why);
    operations_.note(operation.id, "waiting until the target says whether it has been cut off");
    do {
        const auto link = find(operation.link);
        if (!link) co_return fail(why);
        if (has_cut(**link, operation.request)) co_return done_by_cut(operation);
        if ((*link)->has_settled()) co_return fail(why);
    } while (!draining_ && co_await node_.clock.wait_until(node_.clock.now() + tick));
    co_return fail(Errc::cancelled);
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::carry_out(Operation operation)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(unopened_ ? Error{Errc::cancelled} : found.error());
    switch (operation.request.verb) {
        case Verb::resume:
            if (operation.request.skip) co_return co_await skip(std::move(operation));
            [[fallthrough]];
        case Verb::pause: co_return co_await pause_or_resume(**found, std::move(operation));
        case Verb::promote: co_return co_await promote(std::move(operation));
        case Verb::failover: co_return co_await fail_over(std::move(operation));
        case Verb::reverse: co_return co_await reverse(std::move(operation));
        case Verb::verify: co_return co_await verify(std::move(operation));
        case Verb::acknowledge: co_return co_await acknowledge(std::move(operation));
    }
    std::unreachable();
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::pause_or_resume(Link& link, Operation operation)
{
    const bool pauses = operation.request.verb == Verb::pause;
    const auto desired = pauses ? Desired::paused : Desired::running;
    if (!operation.request.topics.empty()) {
        co_return co_await pause_or_resume_topics(link, std::move(operation), desired);
    }
    const auto resting = pauses ? "" : text_of_resting(link);
    if (link.keeps(desired)) {
        if (pauses) co_return Operations::Done{"it is paused already"};
        co_await link.look_at_halted();
        co_return Operations::Done{"what is halted is looked at again: see its status" + resting};
    }
    operations_.note(operation.id, waits_for_both);
    const auto done = co_await link.follow_order(
        {desired, operation.request.reason, operation.started_ms}, config_.drain_time);
    if (!done) co_return fail(done.error());
    co_return Operations::Done{pauses ? "nothing is copied until it is resumed"
                                      : "it copies on from where it was" + resting};
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::pause_or_resume_topics(Link& link,
                                                                        Operation operation,
                                                                        Desired desired)
{
    const bool pauses = desired == Desired::paused;
    const auto topics = chosen_topics(operation.request);
    const auto kept = link.keeps_topics(desired, topics);
    if (!kept) co_return fail(kept.error());
    if (link.has_settled() && *kept) {  // an older order that is open would come true later
        co_return Operations::Done{pauses ? "they are paused by themselves already"
                                          : "none of them is paused by itself"};
    }
    operations_.note(operation.id, waits_for_both);
    const auto done =
        co_await link.follow_order({desired, operation.request.reason, operation.started_ms},
                                   config_.drain_time,
                                   {.topics = topics, .reversal = std::nullopt});
    if (!done) co_return fail(done.error());
    co_return Operations::Done{pauses
                                   ? "nothing of the chosen topics is copied until they are resumed"
                                   : "they copy on from where they were"};
}

// Whether it happened before a restart the target says first.
asio::awaitable<LinkEngine::Outcome> LinkEngine::promote(Operation operation)
{
    const auto found = find(operation.link);
    if (!found || !(*found)->knows_order()) co_return fail(Errc::cancelled);
    if (has_cut(**found, operation.request)) co_return done_by_cut(operation);
    std::optional<VerbShown> shown;  // of the whole link
    if (operation.request.topics.empty()) {
        shown.emplace(*this, operation.link, MirrorState::promoting);
    }
    const auto drained = operation.request.fence_source ? co_await drain_fenced(operation)
                                                        : co_await drain(operation);
    if (!drained) co_return fail(drained.error());
    operations_.note(operation.id, "drained; the cut is taken to the target");
    co_return co_await cut(std::move(operation), Desired::promoted, config_.drain_time);
}

// Whether such a cut has happened, as far as the link has read it at the target.
bool LinkEngine::has_cut(const Link& link, const VerbRequest& request)
{
    const bool promotes = request.verb == Verb::promote;
    if (!promotes && request.verb != Verb::failover) return false;
    const auto desired = promotes ? Desired::promoted : Desired::failed_over;
    if (link.keeps(desired)) return true;
    if (request.topics.empty() || !link.knows_order()) return false;
    return link.keeps_topics(desired, chosen_topics(request)).value_or(false);
}

Clock::Time LinkEngine::deadline_of(const Operation& operation) const
{
    const auto& timeout = operation.request.timeout;
    const std::chrono::milliseconds spent{node_.clock.wall_ms() - operation.started_ms};
    return node_.clock.now() + std::clamp(timeout - spent, 0ms, timeout);
}

// The link may be made anew between two looks: then all of it begins again.
asio::awaitable<Result<void>> LinkEngine::drain(const Operation& operation)
{
    const auto deadline = deadline_of(operation);
    for (;;) {
        if (operations_.has_newer(operation)) {
            co_return fail(Errc::conflict, "another verb of this link came after it");
        }
        const auto link = find(operation.link);
        if (!link) co_return fail(Errc::cancelled);
        std::string how_far;
        const auto drained =
            co_await (*link)->is_drained(chosen_topics(operation.request), how_far);
        if (!drained) co_return fail(drained.error());
        if (*drained) co_return Result<void>{};
        operations_.note(operation.id, "draining: " + how_far);
        if (node_.clock.now() >= deadline) {
            co_return fail(Errc::timed_out,
                           how_far + " after " + written(operation.request.timeout) +
                               ": stop the producers of the source and promote again, or fail "
                               "over; the link runs on");
        }
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + drain_tick);
        if (!waited) co_return waited;
    }
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::fail_over(Operation operation)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(Errc::cancelled);
    if (has_cut(**found, operation.request)) co_return done_by_cut(operation);
    std::optional<VerbShown> shown;  // of the whole link
    if (operation.request.topics.empty()) {
        shown.emplace(*this, operation.link, MirrorState::failing_over);
    }
    operations_.note(operation.id, "what is complete is committed, then it is cut off");
    co_return co_await cut(std::move(operation),
                           Desired::failed_over,
                           std::min(config_.drain_time, failover_time_max));
}

asio::awaitable<LinkEngine::Outcome> LinkEngine::cut(Operation operation,
                                                     Desired desired,
                                                     std::chrono::milliseconds time_max)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(Errc::cancelled);
    const auto& request = operation.request;
    if (operations_.has_newer(operation)) {
        co_return fail(Errc::conflict, "another verb of this link came after it");
    }
    const auto done =
        co_await (*found)->follow_order({desired, request.reason, operation.started_ms},
                                        time_max,
                                        {.with_groups = !request.without_groups,
                                         .topics = chosen_topics(request),
                                         .reversal = std::nullopt});
    if (!done) co_return fail(done.error());
    operations_.note(operation.id, "cut off; the target's topics get the configs of the source");
    const auto until = node_.clock.now() + release_time_max;
    for (;;) {
        const auto link = find(operation.link);
        if (!link || (*link)->release() || node_.clock.now() >= until) break;
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return fail(waited.error());
    }
    co_return done_by_cut(operation);
}

// A restart may have come between the cut and this: then its figures are gone.
Operations::Done LinkEngine::done_by_cut(const Operation& operation)
{
    const auto found = find(operation.link);
    auto report = found ? (*found)->cut_report(chosen_topics(operation.request)) : std::nullopt;
    if (!report) return {ordinary(operation.request) + text_of_fence(operation.id)};
    report->took_ms = node_.clock.wall_ms() - operation.started_ms;
    auto text = text_of(*report, operation.request) + text_of_fence(operation.id);
    const auto& release = (*found)->release();
    if (!release || !*release) {
        text += "; their timestamp configs are still those of a mirror: " +
                (release ? release->error().detail() : "the target has not answered yet");
    }
    return {std::move(text), report};
}

// It only reads: whatever interrupts it, it begins anew.
asio::awaitable<LinkEngine::Outcome> LinkEngine::verify(Operation operation)
{
    const auto found = find(operation.link);
    if (!found) co_return fail(Errc::cancelled);
    auto& request = operation.request;
    if (!request.scope.seed) request.scope.seed = operation.id.value();
    operations_.note(operation.id, "waiting until both clusters answer");
    const auto report = co_await (*found)->verify(
        request,
        {.note = [&](std::string what) { operations_.note(operation.id, std::move(what)); },
         .is_over = [&] { return draining_ || operations_.has_newer(operation); }});
    if (!report) co_return fail(report.error());
    auto text = text_of(*report, request.mode, request.scope);
    if (!report->clean()) co_return fail(Errc::data_loss, std::move(text));
    co_return Operations::Done{std::move(text)};
}

}  // namespace strait::links
