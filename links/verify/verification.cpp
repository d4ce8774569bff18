#include "links/verify/verification.hpp"

#include "links/store/offset_map.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <map>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto poll = 500ms;
constexpr auto patience = 60s;
constexpr Offset offset_max{std::numeric_limits<std::int64_t>::max()};

Difference map_difference(std::string text)
{
    return {Difference::Kind::map, std::nullopt, std::nullopt, std::move(text)};
}

asio::awaitable<Result<Offset>> ask_start(kafka::Admin& admin, TopicPartition at)
{
    std::map<TopicPartition, kafka::OffsetQuery> query;
    query.emplace(at, kafka::EarliestOffset{});
    const auto answer =
        co_await admin.list_offsets(std::move(query), kafka::Isolation::read_uncommitted);
    if (!answer) co_return fail(answer.error());
    const auto found = answer->find(at);
    if (found == answer->end()) co_return fail(Errc::unavailable, to_string(at) + ": no answer");
    co_return found->second;
}

}  // namespace

Verification::Verification(const VerifyPorts& ports, VerifiedPartition partition)
    : ports_{ports},
      partition_{std::move(partition)},
      blocks_{ports.view, ports.pool, partition_.position},
      check_{partition_.position.target_id, partition_.bounds.target_start}
{
}

asio::awaitable<Result<VerifiedUpTo>> Verification::run()
{
    result_.through = partition_.position.block.next_source;
    result_.difference = difference_of_ends();
    auto generations = co_await blocks_.generations();
    if (!generations) co_return fail(generations.error());
    generations_ = *std::move(generations);
    if (auto taken = co_await take_part(); !taken) co_return fail(taken.error());
    while (ahead_ && !result_.difference) {
        if (ports_.is_over()) co_return fail(Errc::cancelled);
        const auto looked = co_await look_at_parts();
        if (!looked) co_return fail(looked.error());
    }
    co_return result_;
}

std::optional<Difference> Verification::difference_of_ends() const
{
    const auto& block = partition_.position.block;
    const auto text = [](const char* side, Offset end, Offset position) {
        return std::string{"the "} + side + " ends at offset " + std::to_string(end.value()) +
               ", before the checkpoint at " + std::to_string(position.value());
    };
    using enum Difference::Kind;
    if (partition_.target_end < block.next_target) {
        return Difference{ends, {}, {}, text("target", partition_.target_end, block.next_target)};
    }
    if (partition_.source_end < block.next_source) {
        return Difference{ends, {}, {}, text("source", partition_.source_end, block.next_source)};
    }
    return std::nullopt;
}

// `ahead_` becomes the part after it.
asio::awaitable<Result<void>> Verification::take_part()
{
    while (given_ == parts_.size()) {
        if (ports_.is_over()) co_return fail(Errc::cancelled);
        ahead_.reset();
        const auto more = co_await take_block();
        if (!more) co_return fail(more.error());
        if (!*more) co_return Result<void>{};
    }
    ahead_ = block_;
    if (ahead_) ahead_->block = parts_[given_++].block;
    co_return Result<void>{};
}

// The first look at a block; false behind the last one, and where the map contradicts itself.
asio::awaitable<Result<bool>> Verification::take_block()
{
    auto next = co_await blocks_.next();
    if (!next) co_return fail(next.error());
    block_ = *std::move(next);
    if (!block_) co_return false;
    auto trouble = check_.add(*block_);
    if (!trouble.empty()) {  // blocks that were pruned since the starts were asked for leave a hole
        if (auto refreshed = co_await refresh_starts(); !refreshed) {
            co_return fail(refreshed.error());
        }
        trouble = check_.add(*block_);
    }
    if (!trouble.empty()) {
        result_.difference = map_difference(std::move(trouble));
        co_return false;
    }
    const auto found = look_up(block_->block, source_end_of(block_->generation));
    if (!found) co_return fail(found.error());
    keep_chosen(*block_);
    co_return !result_.difference;
}

void Verification::keep_chosen(const Checkpoint& checkpoint)
{
    const auto end = partition_.position.block.next_source;
    parts_ = parts_of(checkpoint.block,
                      {.at = partition_.source,
                       .scope = ports_.scope,
                       .by_blocks = ports_.original == nullptr,
                       .end = std::min(end, ports_.scope.to.value_or(end))});
    given_ = 0;
    for (const auto& part : parts_) {
        const std::pair place{checkpoint.generation, part.stretch};
        if (seen_ != place) ++result_.stretches;
        seen_ = place;
    }
    std::erase_if(parts_, [](const MapPart& part) { return !part.chosen; });
}

// The lookup that consumers are translated with has to find what the block says, both ways.
Result<void> Verification::look_up(const OffsetBlock& block, Offset source_to)
{
    if (block.runs.empty()) return {};
    const auto& topic = partition_.position.source_id;
    const auto partition = partition_.position.partition;
    const auto& last = block.runs.back();
    const std::array pairs{
        std::pair{block.runs.front().source_start, block.runs.front().target_start},
        std::pair{Offset{last.source_start.value() + last.length - 1},
                  Offset{last.target_start.value() + last.length - 1}}};
    for (const auto& [source, target] : pairs) {
        if (source >= source_to || target < partition_.bounds.target_start) continue;
        for (const auto direction : {Direction::forward, Direction::inverse}) {
            const bool forward = direction == Direction::forward;
            const auto found =
                translate(ports_.view, topic, partition, direction, forward ? source : target);
            if (!found) return fail(found.error());
            // Retention goes on meanwhile.
            const auto head = ports_.view.head(topic, partition);
            if (!head) return fail(head.error());
            const auto& known = *head;
            if (known && known->target_log_start > target) continue;
            if (found->status == Translation::Status::exact &&
                found->offset == (forward ? target : source)) {
                continue;
            }
            result_.difference = map_difference(
                "source offset " + std::to_string(source.value()) + " and target offset " +
                std::to_string(target.value()) + " are one record, and the " +
                std::string{to_string(direction)} + " lookup does not say so");
            return {};
        }
    }
    return {};
}

// Where the next generation has gone on instead.
Offset Verification::source_end_of(Generation generation) const
{
    auto end = partition_.position.block.next_source;
    if (generation < partition_.position.generation) end = offset_max;
    for (const auto& [other, first] : generations_) {
        if (other > generation) end = std::min(end, first);
    }
    return end;
}

std::vector<Stretch> Verification::skipped_in(Generation generation) const
{
    const auto& position = partition_.position;
    std::vector<Stretch> skipped;
    for (const auto& gap : partition_.gaps) {
        const bool ours = gap.topic == partition_.source.topic &&
                          gap.partition == position.partition && gap.generation == generation &&
                          gap.old_id == position.source_id;
        if (ours) skipped.push_back({gap.from, gap.to});
    }
    return skipped;
}

// Those from `ahead_` on that join.
asio::awaitable<Result<void>> Verification::look_at_parts()
{
    if (!ahead_) co_return Result<void>{};
    const auto generation = ahead_->generation;
    const bool newest = generation == partition_.position.generation;
    const auto skips = [&] {
        if (!ahead_ || ahead_->generation != generation || result_.difference) return false;
        if (ports_.mirror == nullptr) return true;
        // What retention has taken at the target is not read at the source either.
        const auto& block = ahead_->block;
        return ahead_->seq != partition_.position.seq && !block.runs.empty() &&
               block.next_target <= partition_.bounds.target_start;
    };
    while (skips()) {
        if (ports_.is_over()) co_return fail(Errc::cancelled);
        if (auto taken = co_await take_part(); !taken) co_return taken;
    }
    if (!ahead_ || ahead_->generation != generation || result_.difference) {
        co_return Result<void>{};
    }
    const auto& block = ahead_->block;
    const auto& bounds = partition_.bounds;
    const bool reads_source = ports_.original != nullptr;
    Comparison comparison{
        bounds,
        skipped_in(generation),
        {std::max(block.first_source, bounds.source_start),
         reads_source ? source_end_of(generation) : offset_max,
         std::max(block.first_target, bounds.target_start),
         partition_.stamped_by},
        reads_source ? Comparison::Original::source : Comparison::Original::digests};
    auto begun = ports_.mirror->begin(partition_.target, comparison.target_next());
    if (begun && reads_source) {
        begun = ports_.original->begin(partition_.source, comparison.source_next());
    }
    if (!begun) co_return begun;
    auto done = co_await compare(comparison, generation);
    const bool at_end = newest && !ahead_ && !ports_.scope.to;
    if (done && at_end && !result_.difference && partition_.watches_tail) {
        done = co_await look_at_tail(comparison);
    }
    result_.compared += comparison.compared();
    co_return done;
}

asio::awaitable<Result<void>> Verification::compare(Comparison& comparison, Generation generation)
{
    std::optional<Offset> end;  // of the parts so far
    for (;;) {
        const auto need = comparison.compare();
        if (need == Comparison::Need::block) {
            const bool joins =
                ahead_ && ahead_->generation == generation &&
                ahead_->block.first_source == end.value_or(ahead_->block.first_source);
            if (!joins) {
                comparison.end();
                continue;
            }
            comparison.add(ahead_->block);
            const std::pair place{generation, parts_[given_ - 1].stretch};
            if (sampled_ != place) ++result_.sampled;
            sampled_ = place;
            end = ahead_->block.next_source;
            if (auto taken = co_await take_part(); !taken) co_return taken;
            if (result_.difference) co_return Result<void>{};
        } else if (need != Comparison::Need::nothing) {
            if (auto fed = co_await feed(comparison, need); !fed) co_return fed;
        } else if (!comparison.difference()) {
            co_return Result<void>{};
        } else {
            const auto is_explained = co_await explained(comparison);
            if (!is_explained) co_return fail(is_explained.error());
            if (*is_explained) continue;
            result_.difference = comparison.difference();
            co_return Result<void>{};
        }
    }
}

// Retention and DeleteRecords go on meanwhile.
asio::awaitable<Result<bool>> Verification::explained(Comparison& comparison)
{
    if (auto refreshed = co_await refresh_starts(); !refreshed) co_return fail(refreshed.error());
    if (partition_.bounds == comparison.bounds()) co_return false;
    comparison.look_again(partition_.bounds);
    co_return true;
}

asio::awaitable<Result<void>> Verification::refresh_starts()
{
    const auto source = co_await ask_start(ports_.source, partition_.source);
    if (!source) co_return fail(source.error().within("source"));
    const auto target = co_await ask_start(ports_.target, partition_.target);
    if (!target) co_return fail(target.error().within("target"));
    auto& bounds = partition_.bounds;
    bounds.source_start = std::max(bounds.source_start, *source);
    bounds.target_start = std::max(bounds.target_start, *target);
    check_.target_starts_at(bounds.target_start);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Verification::feed(Comparison& comparison, Comparison::Need need)
{
    const bool from_source = need == Comparison::Need::source;
    auto* const reader = from_source ? ports_.original : ports_.mirror;
    assert(reader != nullptr);  // who has none never needs it
    ports_.note(result_.compared + comparison.compared());
    auto read = co_await read_more(comparison, *reader);
    if (read && from_source) comparison.add_source(reader->records(), reader->next());
    if (read && !from_source) comparison.add_target(reader->records(), reader->next());
    co_return read;
}

asio::awaitable<Result<void>> Verification::read_more(Comparison& comparison, LogReader& reader)
{
    const auto until = ports_.clock.now() + patience;
    for (;;) {
        if (ports_.is_over()) co_return fail(Errc::cancelled);
        const auto read = co_await reader.read(ports_.clock.now() + poll);
        if (read && *read) co_return Result<void>{};
        if (!read && read.error().code() != Errc::out_of_range) co_return fail(read.error());
        if (ports_.clock.now() >= until) {
            co_return fail(read ? Error{Errc::timed_out,
                                        to_string(reader.at()) +
                                            ": nothing came to read at offset " +
                                            std::to_string(reader.next().value()) + " for 60 s"}
                                : read.error());
        }
        if (read) continue;
        if (auto refreshed = co_await refresh_starts(); !refreshed) co_return refreshed;
        const bool at_source = &reader == ports_.original;
        const auto start =
            at_source ? partition_.bounds.source_start : partition_.bounds.target_start;
        comparison.look_again(partition_.bounds);
        if (auto begun = reader.begin(reader.at(), std::max(reader.next(), start)); !begun) {
            co_return begun;
        }
    }
}

// What lies behind the position is the link's own, and on its way into the map, or a stranger's.
asio::awaitable<Result<void>> Verification::look_at_tail(Comparison& comparison)
{
    while (!comparison.target_record() && comparison.target_next() < partition_.target_stable) {
        const auto fed = co_await feed(comparison, Comparison::Need::target);
        if (!fed) co_return fed;
    }
    const auto record = comparison.target_record();
    if (!record || *record >= partition_.target_stable) co_return Result<void>{};
    if (comparison.is_stamped()) co_return Result<void>{};
    co_return co_await judge_tail(*record);
}

asio::awaitable<Result<void>> Verification::judge_tail(Offset record)
{
    const auto& topic = partition_.position.source_id;
    const auto partition = partition_.position.partition;
    const auto until = ports_.clock.now() + partition_.tail_time;
    for (;;) {
        const auto position = ports_.view.position(topic, partition);
        if (!position) co_return fail(position.error());
        const auto& now = *position;
        const bool passed = now && now->block.next_target > record;
        if (passed || ports_.clock.now() >= until) {
            const auto found = translate(ports_.view, topic, partition, Direction::inverse, record);
            if (!found) co_return fail(found.error());
            if (found->status == Translation::Status::exact) co_return Result<void>{};
            result_.difference = Difference{Difference::Kind::foreign, std::nullopt, record};
            co_return Result<void>{};
        }
        if (ports_.is_over()) co_return fail(Errc::cancelled);
        auto waited = co_await ports_.clock.wait_until(ports_.clock.now() + poll);
        if (!waited) co_return waited;
    }
}

}  // namespace strait::links
