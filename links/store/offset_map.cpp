#include "links/store/offset_map.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

namespace {

using enum Translation::Status;

// One question. "Own" is the side that is asked from, "other" the one that is answered for.
class Lookup {
  public:
    Lookup(const LinkView& view,
           const TopicId& topic,
           Partition partition,
           const PartitionHead& head,
           Direction direction,
           const KnownBounds& bounds)
        : view_{view},
          topic_{topic},
          partition_{partition},
          head_{head},
          forward_{direction == Direction::forward},
          log_start_{std::max(head.target_log_start, bounds.target_log_start.value_or(Offset{}))},
          lso_{bounds.target_lso},
          passed_{bounds.source_passed.value_or(Offset{})}
    {
    }

    Result<Translation> answer(Offset offset)
    {
        const auto direction = forward_ ? Direction::forward : Direction::inverse;
        const auto found = cursor_.seek(direction, head_.generation, offset);
        if (!found) return fail(found.error());
        if (!*found) return before_all(offset);

        const auto at = cursor_.checkpoint();
        if (!at) return fail(at.error());
        const auto& runs = at->block.runs;
        const auto later =
            std::ranges::upper_bound(runs, offset, {}, [&](const Run& run) { return own(run); });
        if (later != runs.begin()) {
            const auto& run = *std::prev(later);
            const auto distance = offset.value() - own(run).value();
            if (distance < run.length) return there(*at, other(run), distance, exact);
        }
        if (forward_ && is_lost(*at) && !is_newest(*at)) {
            return translation(log_start_, pruned, at->generation);
        }
        if (auto limited = set_limit(*at); !limited) return fail(limited.error());
        const auto status = later == runs.begin() ? before_runs(*at) : gap;
        if (!status) return fail(status.error());
        if (later != runs.end()) return next_run(*at, *later, *status);
        cursor_.next();
        return first_run(*at, offset, is_lost(*at) ? pruned : *status);
    }

  private:
    [[nodiscard]] Offset own(const Run& run) const
    {
        return forward_ ? run.source_start : run.target_start;
    }

    [[nodiscard]] Offset other(const Run& run) const
    {
        return forward_ ? run.target_start : run.source_start;
    }

    [[nodiscard]] Offset own_first(const OffsetBlock& block) const
    {
        return forward_ ? block.first_source : block.first_target;
    }

    [[nodiscard]] Translation translation(Offset offset,
                                          Translation::Status status,
                                          Generation generation) const
    {
        return {.offset = offset,
                .status = status,
                .generation = generation,
                .as_of_txn = head_.txn_no};
    }

    // True if retention has taken all of the block at the target.
    [[nodiscard]] bool is_lost(const Checkpoint& at) const
    {
        return at.block.next_target <= log_start_ && log_start_ > Offset{};
    }

    [[nodiscard]] bool is_newest(const Checkpoint& at) const
    {
        return at.generation == head_.generation && at.block.first_source == head_.first_source;
    }

    // A record that is in the map, and at the target unless that has deleted it since.
    [[nodiscard]] Translation there(const Checkpoint& at,
                                    Offset start,
                                    std::int64_t distance,
                                    Translation::Status status) const
    {
        const Offset offset{start.value() + distance};
        if (!forward_) return translation(offset, status, at.generation);
        if ((is_lost(at) && status != before_first) ||
            (status == pruned && log_start_ > Offset{})) {
            return translation(log_start_, pruned, at.generation);
        }
        return translation(std::max(offset, log_start_), status, at.generation);
    }

    // Where generations newer than `at` begin at the source: what the older has from there on was
    // cut off since.
    Result<void> set_limit(const Checkpoint& at)
    {
        limit_.reset();
        if (!forward_ || at.generation == head_.generation) return {};
        auto cursor = view_.blocks(topic_, partition_);
        cursor.seek_generation(Generation{at.generation.value() + 1});
        while (cursor.valid()) {
            limit_ = std::min(limit_.value_or(cursor.first_source()), cursor.first_source());
            cursor.seek_generation(Generation{cursor.generation().value() + 1});
        }
        return cursor.status();
    }

    // The run that follows a position, unless a newer generation comes before it.
    Result<Translation> next_run(const Checkpoint& at, const Run& run, Translation::Status status)
    {
        if (!limit_ || run.source_start < *limit_) return there(at, other(run), 0, status);
        auto newer = answer(*limit_);
        if (newer && newer->status == exact) newer->status = gap;
        return newer;
    }

    // What lies before the runs of a block is a gap; before those of the partition's first block,
    // nothing that was ever missed.
    Result<Translation::Status> before_runs(const Checkpoint& at)
    {
        auto cursor = view_.blocks(topic_, partition_);
        cursor.seek_generation(Generation{0});
        if (const auto fine = cursor.status(); !fine) return fail(fine.error());
        const bool first = cursor.valid() && cursor.generation() == at.generation &&
                           cursor.first_source() == at.block.first_source;
        if (!first) return gap;
        if (!forward_) return before_first;
        return at.from_log_start ? exact : gap;
    }

    // The first run from the cursor on, or the end; `before` is the block in front of the cursor.
    Result<Translation> first_run(Checkpoint before, Offset offset, Translation::Status status)
    {
        for (; cursor_.valid(); cursor_.next()) {
            auto at = cursor_.checkpoint();
            if (!at) return fail(at.error());
            if (is_of_others(before, *at)) return end_before_others(before);
            const bool joined = at->generation != before.generation ||
                                at->block.first_source == before.block.next_source;
            if (!joined) status = pruned;
            if (!at->block.runs.empty()) return next_run(*at, at->block.runs.front(), status);
            before = *std::move(at);
        }
        if (const auto fine = cursor_.status(); !fine) return fail(fine.error());
        return end_of(before, offset);
    }

    // True if the log goes on between the two, which is another link's to know: after a reversal.
    // One that begins again because of a gap begins at the log's start; a log that was cut, before.
    [[nodiscard]] static bool is_of_others(const Checkpoint& before, const Checkpoint& next)
    {
        return next.generation != before.generation && !next.from_log_start &&
               next.block.first_source > before.block.next_source;
    }

    // Whoever stands there goes on where we ended: that reads again at most, and skips nothing.
    [[nodiscard]] Translation end_before_others(const Checkpoint& last) const
    {
        const auto& block = last.block;
        return translation(forward_ ? std::max(block.next_target, log_start_) : block.next_source,
                           gap,
                           last.generation);
    }

    [[nodiscard]] Translation end_of(const Checkpoint& last, Offset offset) const
    {
        auto target = last.block.next_target;
        const Offset behind_marker{target.value() + 1};
        if (lso_ == behind_marker) target = behind_marker;

        const auto source = std::max(last.block.next_source, passed_);
        const auto own_end = forward_ ? source : target;
        const auto other_end = forward_ ? std::max(target, log_start_) : source;
        auto out = translation(other_end, end, last.generation);
        if (offset > own_end) {
            out.status = clamped;
            out.not_replicated = offset.value() - own_end.value();
        }
        return out;
    }

    // Before every generation: what comes next is in the one that begins first on this side.
    Result<Translation> before_all(Offset offset)
    {
        std::optional<Checkpoint> first;
        for (cursor_.seek_generation(Generation{0}); cursor_.valid();) {
            auto at = cursor_.checkpoint();
            if (!at) return fail(at.error());
            cursor_.seek_generation(Generation{at->generation.value() + 1});
            if (!first || own_first(at->block) <= own_first(first->block)) first = *std::move(at);
        }
        if (const auto fine = cursor_.status(); !fine) return fail(fine.error());
        if (!first) return fail(Errc::corrupt, "local view: a position without blocks");

        const auto status = forward_ && first->from_log_start ? exact : before_first;
        if (!first->block.runs.empty()) {
            return there(*first, other(first->block.runs.front()), 0, status);
        }
        cursor_.seek_generation(first->generation);
        cursor_.next();
        auto found = first_run(*std::move(first), offset, status);
        if (found && found->status == end) found->status = status == exact ? end : before_first;
        return found;
    }

    const LinkView& view_;
    TopicId topic_;
    Partition partition_;
    BlockCursor cursor_{view_.blocks(topic_, partition_)};
    PartitionHead head_;
    bool forward_;
    Offset log_start_;
    std::optional<Offset> lso_;
    Offset passed_;
    std::optional<Offset> limit_;  // of the present answer
};

}  // namespace

Result<Translation> translate(const LinkView& view,
                              const TopicId& topic,
                              Partition partition,
                              Direction direction,
                              Offset offset,
                              const KnownBounds& bounds)
{
    const auto found = view.head(topic, partition);
    if (!found) return fail(found.error());
    const auto head = *found;
    if (!head) return Translation{};
    Lookup lookup{view, topic, partition, *head, direction, bounds};
    return lookup.answer(std::max(offset, Offset{}));
}

Result<bool> is_mapped(const LinkView& view,
                       const TopicId& topic,
                       Partition partition,
                       Direction direction,
                       Offset offset)
{
    const auto found = view.head(topic, partition);
    if (!found) return fail(found.error());
    const auto head = *found;
    if (!head) return false;
    auto cursor = view.blocks(topic, partition);
    const auto begun = cursor.seek(direction, head->generation, offset);
    if (!begun) return fail(begun.error());
    if (!*begun) return false;
    const auto at = cursor.checkpoint();
    if (!at) return fail(at.error());
    const auto& block = at->block;
    const auto end = direction == Direction::forward ? block.next_source : block.next_target;
    if (offset < end) return true;
    cursor.next();
    if (const auto fine = cursor.status(); !fine) return fail(fine.error());
    return cursor.valid() && cursor.generation() == at->generation;
}

}  // namespace strait::links
