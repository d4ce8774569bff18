#include "core/failpoint.hpp"
#include "links/config/link_document.hpp"
#include "links/config/reverse_link.hpp"
#include "links/link_engine.hpp"
#include "links/verb_shown.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

// How the engine turns mirroring around: with two links, each of which knows its own stretches of
// the logs.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;
constexpr auto connecting_time_max = 10s;  // somebody waits for the plan

// `fenced`: of so many topics a fence was taken back.
std::string text_of(const LinkName& back,
                    const VerbRequest& request,
                    const Reversal& reversal,
                    std::size_t fenced,
                    std::int64_t took_ms)
{
    auto text = "link " + back.value() + " mirrors " + std::to_string(reversal.topics.size()) +
                " topics back";
    if (const auto count = reversal.diverged(); count > 0) {
        text += "; " + std::to_string(count) + " records that were never mirrored stay at " +
                "its target";
        if (request.divergence == Divergence::salvage) {
            text += ", and are in topic " + request.salvage.value() + " of its source";
        }
    }
    if (const auto count = reversal.missing(); count > 0) {
        text += "; " + std::to_string(count) + " offsets that were mirrored are gone there";
    }
    if (!reversal.left_out.empty()) {
        text += "; left out: " + std::to_string(reversal.left_out.size()) + " topics, as " +
                reversal.left_out.front();
    }
    if (fenced > 0) {
        text += "; everybody may write to " + std::to_string(fenced) + " topics there again";
    }
    return text + "; took " + std::to_string(took_ms) + " ms";
}

}  // namespace

std::optional<LinkView> LinkEngine::view_of_reverse(const LinkName& link)
{
    const auto back = find_reverse(link, config_.wanted.links);
    if (!back || !view_) return std::nullopt;
    auto view = view_->link(*back);
    if (!view) return std::nullopt;  // the one that it belongs to says why
    return *view;
}

// Errc::cancelled as long as nobody knows.
Result<bool> LinkEngine::is_mirrored_back(const LinkName& link, const LinkName& back)
{
    const auto cut = find(link);
    const auto reverse = find(back);
    if (!cut || !reverse || !(*reverse)->knows_order()) return fail(Errc::cancelled);
    const auto topics = (*cut)->own_topics();
    if (!topics) return fail(topics.error());
    return (*reverse)->mirrors_back(*topics);
}

asio::awaitable<ReversalFacts> LinkEngine::facts_of_reversal(LinkName link, VerbRequest request)
{
    const auto back = find_reverse(link, config_.wanted.links);
    ReversalFacts facts{.back = back.value_or(reverse_name(link)),
                        .exists = back.has_value(),
                        .done = false,
                        .found = Reversal{}};
    if (back) facts.done = is_mirrored_back(link, *back).value_or(false);
    const auto found = find(link);
    const bool is_cut_off = found && is_cut((*found)->order().desired);
    if (facts.done || !is_cut_off) co_return facts;
    facts.found = co_await survey_reversal(link, request.divergence);
    if (request.divergence == Divergence::rebuild && facts.found) {
        leave_out_unkept(facts.back, *facts.found);
        facts.rebuildable = co_await may_rebuild(link, facts.back, *facts.found);
    }
    if (request.divergence == Divergence::salvage) {
        facts.salvage_exists = co_await finds_salvage(std::move(link), request.salvage);
    }
    co_return facts;
}

// A link connects when the program starts, and anew for each order that it takes to its target,
// also for one that is refused there: whoever asks right then waits, and need not know.
asio::awaitable<Result<Reversal>> LinkEngine::survey_reversal(LinkName link, Divergence divergence)
{
    const auto give_up = node_.clock.now() + connecting_time_max;
    for (;;) {
        const auto found = find(link);
        Result<Reversal> reversal = fail(Errc::unavailable, "the link is not connected");
        if (!found) reversal = fail(found.error());
        if (found && (*found)->knows_order()) {
            reversal = co_await (*found)->survey_reversal(divergence);
        }
        const bool absent = !reversal && reversal.error().code() == Errc::unavailable;
        if (!absent || node_.clock.now() >= give_up) co_return reversal;
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return fail(waited.error());
    }
}

// A topic that a link of ours would mirror would not stay where it is.
asio::awaitable<Result<bool>> LinkEngine::finds_salvage(LinkName link, TopicName topic)
{
    const auto& links = config_.wanted.links;
    const auto config = std::ranges::find(links, link, &LinkConfig::name);
    const auto found = find(link);
    if (!found || config == links.end()) co_return fail(Errc::cancelled);
    for (const auto& other : links) {
        const bool takes = other.source == config->target &&
                           is_mirrored(other.topics.selection.decide(topic, false));
        if (!takes) continue;
        co_return fail(Errc::conflict,
                       "link " + other.name.value() + " would mirror topic " + topic.value() +
                           ": exclude it there, or name another topic");
    }
    co_return co_await (*found)->finds_salvage(std::move(topic));
}

asio::awaitable<Result<void>> LinkEngine::salvage(const Operation& operation,
                                                  const Reversal& reversal)
{
    const auto& topic = operation.request.salvage;
    const auto usable = co_await finds_salvage(operation.link, topic);
    if (!usable) co_return fail(usable.error());
    const auto found = find(operation.link);
    if (!found) co_return fail(Errc::cancelled);
    operations_.note(operation.id, "salvaging what was never mirrored");
    co_return co_await (*found)->salvage(
        reversal,
        topic,
        {.note = [&](std::string what) { operations_.note(operation.id, std::move(what)); },
         .is_over = [&] { return draining_ || operations_.has_newer(operation); }});
}

// Whether it happened before a restart the target of the link that mirrors back says first: what
// that has copied since looks like a divergence.
asio::awaitable<LinkEngine::Outcome> LinkEngine::reverse(Operation operation)
{
    const auto& name = operation.link;
    const auto found = find(name);
    operations_.note(operation.id, "waiting until both links know how far they are");
    if (!found || !(*found)->knows_order()) co_return fail(Errc::cancelled);
    auto back = find_reverse(name, config_.wanted.links);
    if (back) {
        const auto done = is_mirrored_back(name, *back);
        if (!done) co_return fail(done.error());
        if (*done) {
            co_return Operations::Done{"link " + back->value() + " mirrors back" +
                                       text_of_rebuilt(operation.id)};
        }
    }
    const VerbShown shown{*this, name, MirrorState::reversing};
    operations_.note(operation.id, "comparing the source with the cut");
    auto reversal = co_await survey_reversal(name, operation.request.divergence);
    // A try before a restart may have deleted topics already.
    const auto before = text_of_rebuilt(operation.id);
    if (!reversal) co_return fail(reversal.error().code(), reversal.error().detail() + before);
    if (back) leave_out_unkept(*back, *reversal);
    auto refusal = refusal_of(operation.request.divergence, *reversal);
    if (!refusal.empty()) co_return fail(Errc::conflict, std::move(refusal) + before);
    if (operation.request.divergence == Divergence::salvage) {
        auto salvaged = co_await salvage(operation, *reversal);
        if (!salvaged) co_return fail(salvaged.error());
    }
    if (!back) {
        const auto made = co_await make_reverse(operation, *reversal);
        if (!made) co_return fail(made.error());
        back = *made;
    }
    if (auto reached = co_await reach("reverse.made", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    if (reversal->copies_whole()) {
        reversal = co_await rebuild(operation, *back, *std::move(reversal));
        if (!reversal) co_return fail(reversal.error());
    }
    const auto lifted = co_await fences_.lift_all(name, source_of(name));
    if (!lifted) co_return fail(lifted.error().within("DENY WRITE at the source"));
    const auto reverse = find(*back);
    if (!reverse) co_return fail(Errc::cancelled);
    operations_.note(
        operation.id,
        "link " + back->value() + " takes the topics over (to give that up, pause it)");
    const auto done = co_await (*reverse)->follow_order(
        {Desired::running, operation.request.reason, operation.started_ms},
        config_.drain_time,
        {.with_groups = true, .reversal = *reversal});
    const auto deleted = text_of_rebuilt(operation.id);
    if (!done) co_return fail(done.error().code(), done.error().detail() + deleted);
    co_return Operations::Done{text_of(*back,
                                       operation.request,
                                       *reversal,
                                       *lifted,
                                       node_.clock.wall_ms() - operation.started_ms) +
                               deleted};
}

// On the disk before it runs; while it is paused it has no topics yet.
asio::awaitable<Result<LinkName>> LinkEngine::make_reverse(const Operation& operation,
                                                           const Reversal& reversal)
{
    assert(registry_ != nullptr);
    const auto& links = config_.wanted.links;
    const auto config = std::ranges::find(links, operation.link, &LinkConfig::name);
    if (config == links.end()) co_return fail(Errc::cancelled);
    std::map<TopicName, TopicName> topics;
    for (const auto& topic : reversal.topics) {
        topics.emplace(topic.owner.target, topic.owner.source);
    }
    const auto& as = operation.request.as;
    const auto name = as == LinkName{} ? reverse_name(operation.link) : as;
    operations_.note(operation.id, "making link " + name.value());
    const auto made = co_await registry_->create(
        document_of(reverse_link(*config, name, topics), "reverse of " + operation.link.value()),
        {});
    if (made) co_return name;
    const auto& error = made.error().error;
    // Another change is being applied.
    if (error.code() == Errc::conflict) co_return fail(Errc::cancelled);
    co_return fail(error.within("link " + name.value()));
}

}  // namespace strait::links
