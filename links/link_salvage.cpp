#include "links/clusters/cluster_survey.hpp"
#include "links/config/topic_configs.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/salvage.hpp"
#include "links/tail_copier.hpp"
#include "links/topic_rebuilder.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How what a failover left at the source gets to a topic of its own, before mirroring turns around.
// What has been copied that topic says, so there is nothing to remember.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 30s;
constexpr auto visible_poll = 100ms;

// Empty where they may not be read.
asio::awaitable<Result<kafka::TopicConfig>> configs_of(kafka::Admin& admin, TopicName topic)
{
    const auto answer = co_await admin.describe_configs({topic});
    if (!answer) co_return fail(answer.error());
    const auto found = answer->find(topic);
    if (found == answer->end() || !found->second) co_return kafka::TopicConfig{};
    co_return *found->second;
}

std::string value_of(const kafka::TopicConfig& configs, std::string_view name)
{
    const auto found = configs.find(std::string{name});
    return found == configs.end() ? "" : found->second.value;
}

// Whether there is something to salvage; more than the markers of transactions, if that is known.
bool has_tail(const Reversal& reversal, const ReversedPartition& partition)
{
    return partition.diverged > 0 || (!reversal.counted && partition.tail < partition.target_end);
}

std::vector<Tail> tails_of(const Reversal& reversal, const ClusterId& source)
{
    std::vector<Tail> tails;
    for (const auto& [owner, partitions, whole, replaces] : reversal.topics) {
        for (const auto& each : partitions) {
            if (!has_tail(reversal, each)) continue;
            tails.push_back({{source, to_string(owner.target_id), {owner.target, each.partition}},
                             each.tail,
                             each.target_end});
        }
    }
    return tails;
}

// Soon after a topic is made the brokers know it.
asio::awaitable<Result<kafka::TopicDescription>> wait_for_topic(RunningLink& link, TopicName topic)
{
    const auto until = link.node.clock.now() + patience;
    for (;;) {
        auto found = co_await describe_one(*link.target, topic);
        if (!found) co_return fail(found.error());
        auto& described = *found;
        if (described && described->partitions > 0) co_return *std::move(described);
        if (link.node.clock.now() >= until) {
            co_return fail(Errc::timed_out, topic.value() + ": the target does not show it yet");
        }
        auto waited = co_await link.node.clock.wait_until(link.node.clock.now() + visible_poll);
        if (!waited) co_return fail(waited.error());
    }
}

asio::awaitable<Result<void>> make_topic(RunningLink& link,
                                         TopicName topic,
                                         const std::vector<TopicOwner>& from)
{
    std::optional<kafka::TopicDescription> like;  // the one with the most partitions
    std::vector<std::string> record_limits;
    for (const auto& owner : from) {
        const auto configs = co_await configs_of(*link.source, owner.target);
        if (!configs) co_return fail(configs.error().within("source"));
        record_limits.push_back(value_of(*configs, record_limit_config));
        const auto found = co_await describe_one(*link.target, owner.source);
        if (!found) co_return fail(found.error());
        const auto& mirror = *found;
        if (mirror && (!like || like->partitions < mirror->partitions)) like = mirror;
    }
    if (!like) co_return fail(Errc::unavailable, "the mirror topics are not there");
    const auto known = co_await configs_of(*link.target, like->name);
    if (!known) co_return fail(known.error());
    auto made =
        co_await link.target->create_topic(salvage_topic(topic, *like, record_limits, *known));
    if (!made && made.error().code() != Errc::conflict) co_return made;
    co_return Result<void>{};
}

Error refused(const TopicName& topic, const std::string& why)
{
    return Error{Errc::conflict,
                 topic.value() + " cannot take what is salvaged: " + why + "; name another topic"};
}

}  // namespace

asio::awaitable<Result<bool>> Link::finds_salvage(TopicName topic)
{
    const Question link{running_.get()};
    if (!link || !link->target_owners || !link->source_owners) {
        co_return fail(Errc::unavailable, "the link is not connected");
    }
    if (setup_.config.delivery == Delivery::at_least_once) {
        co_return fail(Errc::conflict,
                       "salvaging takes transactions, and the link has delivery: at_least_once: "
                       "copy the records yourself, and reverse with --divergence keep");
    }
    if (const auto illegal = why_illegal(topic)) co_return fail(refused(topic, *illegal));
    if (is_never_mirrored(topic)) co_return fail(refused(topic, "it is internal"));
    if (auto found = co_await link->target_owners->refresh(); !found) co_return fail(found.error());
    for (const auto& owner : link->target_owners->all()) {
        if (owner.target != topic) continue;
        co_return fail(refused(topic,
                               "it is, or was, the mirror of " + owner.source.value() +
                                   " of link " + owner.link.value()));
    }
    // With loops unchecked the right to read them may be missing.
    const bool reads_source = setup_.config.topics.loop_check != LoopCheck::off;
    auto read = reads_source ? co_await link->source_owners->refresh() : Result<void>{};
    if (!read) co_return fail(read.error());
    for (const auto& owner : link->source_owners->all()) {
        if (owner.source != topic || owner.source_cluster != link->clusters.target.id) continue;
        co_return fail(refused(topic, "link " + owner.link.value() + " mirrors it"));
    }
    const auto found = co_await describe_one(*link->target, topic);
    if (!found) co_return fail(found.error().within("target"));
    if (!*found) co_return false;
    const auto configs = co_await configs_of(*link->target, topic);
    if (!configs) co_return fail(configs.error().within("target"));
    if (value_of(*configs, cleanup_config).contains("compact")) {
        co_return fail(refused(topic, "it is compacted, so it would lose records"));
    }
    co_return true;
}

asio::awaitable<Result<void>> Link::salvage(Reversal reversal, TopicName topic, ReadWatch watch)
{
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::cancelled);
    const auto tails = tails_of(reversal, link->clusters.source.id);
    if (tails.empty()) co_return Result<void>{};
    const auto found = co_await describe_one(*link->target, topic);
    if (!found) co_return fail(found.error().within("target"));
    if (!*found) {
        std::vector<TopicOwner> from;
        for (const auto& each : reversal.topics) {
            const bool has_some = std::ranges::any_of(each.partitions, [&](const auto& partition) {
                return has_tail(reversal, partition);
            });
            if (has_some) from.push_back(each.owner);
        }
        const auto made = co_await make_topic(*link, topic, from);
        if (!made) co_return fail(made.error().within(topic.value()));
    }
    auto to = co_await wait_for_topic(*link, topic);
    if (!to) co_return fail(to.error().within("target"));
    auto source = TailCopier::open_reader(*link, link->setup.source);
    if (!source) co_return fail(source.error().within("source"));
    TailCopier copier{*link, *std::move(source), *std::move(to), watch};
    if (auto opened = co_await copier.open(); !opened) {
        co_return fail(opened.error().within(topic.value()));
    }
    for (const auto& tail : tails) {
        const auto copied = co_await copier.copy(tail);
        if (!copied) co_return fail(copied.error().within("salvaging " + to_string(tail.log.at)));
    }
    log_->info("salvaged topic={} records={}", topic.value(), copier.count());
    co_return Result<void>{};
}

}  // namespace strait::links
