#include "core/failpoint.hpp"
#include "links/link_engine.hpp"
#include "links/rebuild.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

// How the engine has topics deleted that a reversal copies whole: what speaks against it, and what
// is kept of it on the disk before, so that whatever interrupts it, it goes on with the same ones.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;
constexpr auto claim_patience = 60s;

// Those that are deleted, by their names at the cluster where they are.
std::set<TopicName> deleted_in(const Reversal& reversal)
{
    std::set<TopicName> topics;
    for (const auto& topic : reversal.topics) {
        if (topic.replaces) topics.insert(topic.owner.target);
    }
    return topics;
}

// A link back that runs would take what is deleted for a new topic, in the middle of all; and what
// it has cut off by itself is the topic that counts.
Result<void> require_rest(const LinkName& link,
                          const Link& back,
                          const LinkView& view,
                          const std::set<TopicName>& deleted)
{
    if (!back.knows_order() || is_cut(back.order().desired)) return {};
    const auto& name = link.value();
    if (back.order().desired == Desired::running) {
        return fail(Errc::conflict,
                    "link " + name + " runs: pause it with `strait link pause " + name +
                        "`, and reverse again");
    }
    const auto owners = view.topics();
    if (!owners) return fail(owners.error());
    for (const auto& owner : *owners) {
        if (!owner.released || !deleted.contains(owner.target)) continue;
        return fail(Errc::conflict,
                    "topic " + owner.target.value() + " is not deleted: link " + name +
                        " has cut it off by itself, and it is an ordinary topic there; promote "
                        "or fail over the whole of that link, and reverse it");
    }
    return {};
}

}  // namespace

// What is only copied whole if the other link mirrors it is none of its matter.
void LinkEngine::leave_out_unkept(const LinkName& back, Reversal& reversal)
{
    const auto found = find(back);
    if (!found) return;
    std::erase_if(reversal.topics, [&](const ReversedTopic& topic) {
        return topic.whole && !(*found)->keeps_pair(topic.owner.source, topic.owner.target);
    });
}

asio::awaitable<Result<void>> LinkEngine::may_rebuild(LinkName link,
                                                      LinkName back,
                                                      const Reversal& reversal)
{
    const auto topics = deleted_in(reversal);
    if (topics.empty()) co_return Result<void>{};
    if (auto unread = require_unread(link, topics); !unread) co_return unread;
    const auto found = find(link);
    if (!found) co_return fail(Errc::cancelled);
    if (const auto other = find(back); other && view_) {
        const auto view = view_->link(back);
        if (!view) co_return fail(view.error());
        if (auto rests = require_rest(back, **other, *view, topics); !rests) co_return rests;
        auto beyond = find_beyond(reversal, *view, back);
        if (!beyond) co_return fail(beyond.error());
        if (!beyond->empty()) co_return fail(Errc::conflict, *std::move(beyond));
    }
    co_return co_await (*found)->may_rebuild(topics, std::move(back));
}

// Another link that mirrors them on, or puts its dead letters there, would find a strange topic.
Result<void> LinkEngine::require_unread(const LinkName& link, const std::set<TopicName>& topics)
{
    const auto cluster = source_of(link);
    const auto refuse = [&](const LinkConfig& other, const TopicName& topic, const char* what) {
        return fail(Errc::conflict,
                    "topic " + topic.value() + " of " + cluster.value() + " is not deleted: link " +
                        other.name.value() + what +
                        "; leave it out there, or reverse with --divergence keep");
    };
    for (const auto& other : config_.wanted.links) {
        const auto running = find(other.name);
        const bool ended = running && is_cut((*running)->order().desired);
        for (const auto& topic : topics) {
            const bool reads = other.source == cluster && other.name != link && !ended &&
                               is_mirrored(other.topics.selection.decide(topic, false));
            if (reads) return refuse(other, topic, " mirrors it");
            const bool fills = other.target == cluster && other.policies.dead_letter_topic == topic;
            if (fills) return refuse(other, topic, " writes its dead letters there");
        }
    }
    return {};
}

// A link that cannot even claim its target would never copy what is deleted there.
asio::awaitable<Result<void>> LinkEngine::wait_for_claim(LinkName back)
{
    const auto until = node_.clock.now() + claim_patience;
    for (;;) {
        const auto found = find(back);
        if (!found) co_return fail(Errc::cancelled);
        if ((*found)->knows_order()) co_return Result<void>{};
        if (draining_) co_return fail(Errc::cancelled);
        if (node_.clock.now() >= until) {
            co_return fail(
                Errc::timed_out,
                "link " + back.value() + " does not run: " + (*found)->last_status().reason);
        }
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return waited;
    }
}

asio::awaitable<Result<Reversal>> LinkEngine::rebuild(const Operation& operation,
                                                      LinkName back,
                                                      Reversal reversal)
{
    auto rebuilt = co_await delete_and_make(operation, std::move(back), std::move(reversal));
    if (rebuilt) co_return rebuilt;
    const auto deleted = text_of_rebuilt(operation.id);
    const auto after = deleted.empty() ? "; no topic was deleted"
                                       : deleted + "; reverse again to have that made again";
    co_return fail(rebuilt.error().code(), rebuilt.error().detail() + after);
}

asio::awaitable<Result<Reversal>> LinkEngine::delete_and_make(const Operation& operation,
                                                              LinkName back,
                                                              Reversal reversal)
{
    operations_.note(operation.id, "waiting until link " + back.value() + " knows its target");
    if (auto claimed = co_await wait_for_claim(back); !claimed) co_return fail(claimed.error());
    auto may = co_await may_rebuild(operation.link, back, reversal);
    if (!may) co_return fail(may.error());
    const auto* const known = operations_.find(operation.id);
    if (known == nullptr) co_return fail(Errc::cancelled);
    auto topics = to_keep(known->rebuilt, rebuilds_of(reversal));
    if (!topics) co_return fail(topics.error());
    auto kept = co_await operations_.keep_rebuilt(operation.id, *std::move(topics));
    if (!kept) co_return fail(kept.error());
    if (auto reached = co_await reach("reverse.noted", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    const auto found = find(back);
    if (!found) co_return fail(Errc::cancelled);
    co_return co_await (*found)->rebuild(
        std::move(reversal),
        {.of = {.note = [&](std::string what) { operations_.note(operation.id, std::move(what)); },
                .is_over = [&] { return draining_ || operations_.has_newer(operation); }},
         .deleted = [&](TopicName topic) { return note_deleted(operation.id, std::move(topic)); }});
}

asio::awaitable<Result<void>> LinkEngine::note_deleted(OperationId id, TopicName topic)
{
    const auto* const known = operations_.find(id);
    if (known == nullptr) co_return fail(Errc::cancelled);
    auto topics = known->rebuilt;
    for (auto& each : topics) each.deleted = each.deleted || each.topic == topic;
    co_return co_await operations_.keep_rebuilt(id, std::move(topics));
}

std::string LinkEngine::text_of_rebuilt(OperationId id) const
{
    const auto* const known = operations_.find(id);
    return known == nullptr ? "" : text_of_deleted(known->rebuilt);
}

}  // namespace strait::links
