#include "links/clusters/cluster_survey.hpp"
#include "links/link.hpp"
#include "links/rebuild.hpp"
#include "links/running_link.hpp"
#include "links/topic_rebuilder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Which topics a reversal copies whole, because both sides differ in them, and what is lost then;
// and how the link that mirrors back makes them anew.
namespace strait::links {

namespace asio = boost::asio;

namespace {

// Records of the new target that an earlier reversal left in front of what it mirrored back there.
Result<std::int64_t> kept_before(const LinkView& back,
                                 const TopicOwner& owner,
                                 const ReversedPartition& partition,
                                 Offset from)
{
    const auto gaps = back.gaps();
    if (!gaps) return fail(gaps.error());
    std::int64_t count = 0;
    for (const auto& gap : *gaps) {
        const bool here = gap.topic == owner.source && gap.partition == partition.partition;
        if (!here || gap.cause != GapCause::diverged) continue;
        auto cursor = back.blocks(owner.source_id, partition.partition);
        cursor.seek_generation(gap.generation);
        if (!cursor.valid() || cursor.generation() != gap.generation) continue;
        const auto begun = cursor.checkpoint();
        if (!begun) return fail(begun.error());
        if (begun->target_id != owner.target_id) continue;
        const auto first = std::max(gap.target, from);
        count += std::max<std::int64_t>(0, begun->block.first_target.value() - first.value());
    }
    return count;
}

Result<std::optional<Checkpoint>> first_checkpoint(const LinkView& view,
                                                   const TopicId& topic,
                                                   Partition partition)
{
    auto cursor = view.blocks(topic, partition);
    cursor.seek_generation(Generation{0});
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    if (!cursor.valid()) return std::nullopt;
    const auto first = cursor.checkpoint();
    if (!first) return fail(first.error());
    return *first;
}

std::vector<Position> starts_of(const Reversal& reversal)
{
    std::vector<Position> starts;
    for (const auto& topic : reversal.topics) {
        if (!topic.replaces) continue;
        for (const auto& each : topic.partitions) {
            starts.push_back({topic.owner.source, each.partition, each.start});
        }
    }
    return starts;
}

}  // namespace

// Besides topics that are there on both sides, those whose topic at the new target is gone, or has
// a successor that nobody has written to.
asio::awaitable<Result<void>> Link::add_rebuilds(Reversal& reversal,
                                                 std::vector<ReversedTopic> unmade)
{
    for (auto& topic : reversal.topics) {
        topic.whole = topic.replaces = std::ranges::any_of(
            topic.partitions, [&](const auto& each) { return reversal.differs(each); });
    }
    if (auto counted = co_await count_uncopied(reversal); !counted) co_return counted;
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::unavailable, "the link is not connected");
    for (auto& topic : unmade) {
        const auto& name = topic.owner.target;
        const auto answer = co_await describe_one(*link->source, name);
        if (!answer) co_return fail(answer.error().within("source"));
        const auto& found = *answer;
        bool fits = !found || found->partitions >= topic.partitions.size();
        if (found && fits) {
            const auto empty = co_await is_empty(*link->source, *found);
            if (!empty) co_return fail(empty.error().within("source"));
            fits = *empty;
        }
        topic.whole = true;
        if (fits) reversal.topics.push_back(std::move(topic));
        if (!fits) {
            reversal.left_out.push_back(name.value() +
                                        " at the source is not the topic any more that was "
                                        "mirrored, and is not empty");
        }
    }
    co_return Result<void>{};
}

// What the mirror never had, or has lost at its head.
asio::awaitable<Result<void>> Link::count_uncopied(Reversal& reversal)
{
    const auto answers = co_await translate(Direction::inverse, starts_of(reversal));
    if (!answers) co_return fail(answers.error());
    const auto gaps = setup_.view.gaps();
    if (!gaps) co_return fail(gaps.error());
    const auto back = setup_.reverse_view();
    auto answer = answers->begin();
    for (auto& topic : reversal.topics) {
        if (!topic.replaces) continue;
        for (auto& each : topic.partitions) {
            const auto first = first_checkpoint(setup_.view, topic.owner.target_id, each.partition);
            if (!first) co_return fail(first.error());
            const auto from = copied_from(each, *first, (answer++)->translation.offset);
            each.uncopied = from.value() - each.target_start.value();
            each.uncopied += given_up(*gaps,
                                      {topic.owner.target, each.partition},
                                      topic.owner.target_id,
                                      from,
                                      each.agreed);
            if (!back) continue;
            const auto kept = kept_before(*back, topic.owner, each, from);
            if (!kept) co_return fail(kept.error());
            each.uncopied += *kept;
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Link::may_rebuild(std::set<TopicName> topics, LinkName back)
{
    const Question link{running_.get()};
    if (!link || !link->source_owners) co_return fail(Errc::unavailable, "not connected");
    if (auto read = co_await link->source_owners->refresh(); !read) {
        co_return fail(read.error().within("source"));
    }
    for (const auto& owner : link->source_owners->all()) {
        const bool writes = topics.contains(owner.target) && !owner.released && owner.link != back;
        if (!writes) continue;
        const auto found = co_await describe_one(*link->source, owner.target);
        if (!found) co_return fail(found.error().within("source"));
        const auto& there = *found;
        if (!there || identity_of(owner.target, there->id) != owner.target_id) continue;
        co_return fail(Errc::conflict,
                       "topic " + owner.target.value() + " is not deleted: it is the mirror of " +
                           owner.source.value() + " of link " + owner.link.value() +
                           "; promote that link before, or reverse with --divergence keep");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<Reversal>> Link::rebuild(Reversal reversal, RebuildWatch watch)
{
    const Question link{running_.get()};
    if (!link || !link->link_log) co_return fail(Errc::cancelled);
    TopicRebuilder rebuilder{*link, watch};
    if (auto done = co_await rebuilder.rebuild(reversal); !done) co_return fail(done.error());
    co_return reversal;
}

}  // namespace strait::links
