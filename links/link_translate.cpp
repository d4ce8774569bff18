#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/store/offset_map.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

// How a link says what is on the other side, and where.
namespace strait::links {

namespace asio = boost::asio;

namespace {

Direction opposite(Direction direction)
{
    return direction == Direction::forward ? Direction::inverse : Direction::forward;
}

// The maps that answer one question: of the link, and for stretches of the logs that were mirrored
// the other way, of the one that mirrors back.
class Maps {
  public:
    static Result<Maps> open(const LinkView& own,
                             const std::vector<MirrorTopic>& topics,
                             const std::optional<LinkView>& reverse,
                             Direction direction)
    {
        Maps maps{own, direction};
        const bool forward = direction == Direction::forward;
        for (const auto& topic : topics) {
            const auto& owner = topic.owner;
            maps.owners_.emplace(forward ? owner.source : owner.target, &owner);
        }
        if (!reverse) return maps;
        auto back = reverse->topics();
        if (!back) return fail(back.error());
        for (auto& owner : *back) {
            auto name = forward ? owner.target : owner.source;
            maps.back_.emplace(std::move(name), Back{*reverse, std::move(owner)});
        }
        return maps;
    }

    [[nodiscard]] Result<TranslatedPosition> answer(const Position& at,
                                                    const KnownBounds& bounds) const
    {
        const auto found = owners_.find(at.topic);
        if (found == owners_.end()) return TranslatedPosition{at.topic, at.partition, {}};
        const auto& owner = *found->second;
        const auto by_back = ask_back(owner, at);
        if (!by_back) return fail(by_back.error());
        const auto& other = direction_ == Direction::forward ? owner.target : owner.source;
        if (const auto& known = *by_back) return TranslatedPosition{other, at.partition, *known};
        auto translated =
            links::translate(own_, owner.source_id, at.partition, direction_, at.offset, bounds);
        if (!translated) return fail(translated.error());
        return TranslatedPosition{other, at.partition, *std::move(translated)};
    }

  private:
    // A topic of the link that mirrors back.
    struct Back {
        LinkView view;
        TopicOwner owner;
    };

    Maps(LinkView own, Direction direction) : own_{std::move(own)}, direction_{direction} {}

    // Absent if ours is the map to ask.
    [[nodiscard]] Result<std::optional<Translation>> ask_back(const TopicOwner& owner,
                                                              const Position& at) const
    {
        constexpr std::optional<Translation> nothing;
        const auto found = back_.find(at.topic);
        if (found == back_.end()) return nothing;
        const auto& [view, back] = found->second;
        const bool same = back.source_id == owner.target_id && back.target_id == owner.source_id;
        if (!same) return nothing;
        const auto ours = is_mapped(own_, owner.source_id, at.partition, direction_, at.offset);
        if (!ours) return fail(ours.error());
        if (*ours) return nothing;
        const auto way = opposite(direction_);
        const auto theirs = is_mapped(view, back.source_id, at.partition, way, at.offset);
        if (!theirs) return fail(theirs.error());
        if (!*theirs) return nothing;
        const auto answer = links::translate(view, back.source_id, at.partition, way, at.offset);
        if (!answer) return fail(answer.error());
        return std::optional{*answer};
    }

    LinkView own_;
    Direction direction_;
    std::map<TopicName, const TopicOwner*> owners_;  // by the names of the side asked from
    std::map<TopicName, Back> back_;                 // the same
};

}  // namespace

// The shards are asked first: what they passed without a record, the map can not lack afterwards.
asio::awaitable<std::map<TopicPartition, KnownBounds>> Link::known_bounds(
    std::map<TopicPartition, TopicPartition> target_of)
{
    std::map<TopicPartition, KnownBounds> bounds;
    const Question link{running_.get()};
    if (!link || target_of.empty()) co_return bounds;
    const auto shards = (co_await ask_shards()).sum;
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (const auto& [source, target] : target_of) {
        queries.emplace(target, kafka::LatestOffset{});
        const auto found = shards.partitions.find(source);
        if (found != shards.partitions.end()) {
            bounds[source].source_passed = found->second.next_source;
        }
    }
    // No marker of ours follows the last record, and a record that does is not in the map yet.
    if (setup_.config.delivery == Delivery::at_least_once) co_return bounds;
    const auto ends =
        co_await link->target->list_offsets(std::move(queries), kafka::Isolation::read_committed);
    if (!ends) co_return bounds;
    for (const auto& [source, target] : target_of) {
        const auto end = ends->find(target);
        if (end != ends->end() && end->second) bounds[source].target_lso = *end->second;
    }
    co_return bounds;
}

asio::awaitable<Result<std::vector<TranslatedPosition>>> Link::translate(
    Direction direction, std::vector<Position> positions)
{
    const auto began = node_.clock.now();
    const auto ask = [&](const std::vector<Position>& asked,
                         const std::map<TopicPartition, KnownBounds>& bounds)
        -> Result<std::vector<TranslatedPosition>> {
        const auto maps = Maps::open(setup_.view, topics_, setup_.reverse_view(), direction);
        if (!maps) return fail(maps.error());
        std::vector<TranslatedPosition> answers;
        answers.reserve(asked.size());
        for (const auto& at : asked) {
            const auto known = bounds.find({at.topic, at.partition});
            auto found = maps->answer(at, known == bounds.end() ? KnownBounds{} : known->second);
            if (!found) return fail(found.error());
            answers.push_back(*std::move(found));
        }
        return answers;
    };
    auto answers = ask(positions, {});
    if (!answers) co_return fail(answers.error());
    std::map<TopicPartition, TopicPartition> at_end;  // source to target
    for (std::size_t i = 0; i < positions.size(); ++i) {
        const auto& found = (*answers)[i];
        const auto status = found.translation.status;
        if (direction == Direction::forward &&
            (status == Translation::Status::end || status == Translation::Status::clamped)) {
            at_end.try_emplace(
                {positions[i].topic, positions[i].partition}, found.topic, found.partition);
        }
    }
    if (const Question link{running_.get()}; link && !positions.empty()) {
        const std::chrono::duration<double> took = node_.clock.now() - began;
        link->instruments.translate_seconds.Observe(took.count() /
                                                    static_cast<double>(positions.size()));
    }
    const auto bounds = co_await known_bounds(std::move(at_end));
    if (bounds.empty()) co_return answers;
    std::vector<Position> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (!bounds.contains({positions[i].topic, positions[i].partition})) continue;
        again.push_back(positions[i]);
        places.push_back(i);
    }
    auto better = ask(again, bounds);
    if (!better) co_return fail(better.error());
    for (std::size_t i = 0; i < places.size(); ++i) {
        (*answers)[places[i]] = std::move((*better)[i]);
    }
    co_return answers;
}

Result<std::vector<MirroredRange>> Link::mirrored(const MirroredUpTo& known,
                                                  std::size_t ranges_max) const
{
    return mirrored_beyond(setup_.view, known, ranges_max);
}

}  // namespace strait::links
