#include "links/verify/comparison.hpp"

#include "links/shard/partition_mirror.hpp"
#include "links/shard/source_stamp.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace strait::links {

namespace {

Offset after(Offset offset, std::int64_t count) { return Offset{offset.value() + count}; }

std::int64_t distance(Offset from, Offset to) { return to.value() - from.value(); }

}  // namespace

std::optional<Difference::Kind> difference_between(const kafka::Record& original,
                                                   const kafka::Record& copy)
{
    using enum Difference::Kind;
    if (original.key != copy.key) return key;
    if (original.value != copy.value) return value;
    if (original.headers != copy.headers) return headers;
    const bool timed = original.timestamp_ms >= 0;  // where there is none the target sets one
    if (timed && original.timestamp_ms != copy.timestamp_ms) return timestamp;
    return std::nullopt;
}

Comparison::Comparison(const LogBounds& bounds,
                       std::vector<Stretch> skipped,
                       const Range& range,
                       Original original)
    : bounds_{bounds},
      skipped_{std::move(skipped)},
      original_{original},
      source_to_{range.source_to},
      stamped_by_{range.stamped_by},
      source_{{}, range.source_from},
      target_{{}, range.target_from}
{
}

Comparison::Need Comparison::compare()
{
    while (!difference_) {
        const bool passed = !block_ || run_ == block_->runs.size();
        if (passed && digest_differs()) break;
        if (passed && !ended_) return Need::block;
        const auto place = this->place();
        // Whether there is a record at the place itself has to be known, too, but for the end.
        const std::int64_t more = place.count > 0 ? 1 : 0;
        const bool reads = original_ == Original::source;
        if (reads && source_.records.empty() && source_.next < after(place.source, more)) {
            return Need::source;
        }
        if (target_.records.empty() && target_.next < after(place.target, more)) {
            return Need::target;
        }
        if (take_stray(place)) continue;
        if (place.count == 0) return Need::nothing;
        reads ? take_pairs(place) : take_for_digest(place);
    }
    return Need::nothing;
}

Comparison::Place Comparison::place() const
{
    if (!block_) return {source_.next, target_.next};
    if (run_ == block_->runs.size()) {
        return {std::min(block_->next_source, source_to_), block_->next_target};
    }
    const auto& run = block_->runs[run_];
    const Place place{
        after(run.source_start, within_), after(run.target_start, within_), run.length - within_};
    const auto ours = distance(place.source, source_to_);
    if (ours <= 0) return {source_to_, place.target};
    return {place.source, place.target, std::min(place.count, ours)};
}

// A record that lies before what the map says comes next.
bool Comparison::take_stray(const Place& place)
{
    if (!source_.records.empty() && source_.at() < place.source) {
        const auto offset = source_.at();
        if (offset >= pruned_to_ && !is_skipped(offset)) {
            difference_ = {Difference::Kind::not_mirrored, offset};
        } else {
            source_.records = source_.records.subspan(1);
        }
        return true;
    }
    if (!target_.records.empty() && target_.at() < place.target) {
        if (is_stamped()) {
            target_.records = target_.records.subspan(1);
        } else {
            difference_ = {Difference::Kind::foreign, std::nullopt, target_.at()};
        }
        return true;
    }
    return false;
}

void Comparison::take_pairs(const Place& place)
{
    const auto to_source = std::min(place.count, distance(place.source, source_.at()));
    const auto to_target = std::min(place.count, distance(place.target, target_.at()));
    const auto gone = std::min(to_source, to_target);
    if (gone == 0) {
        take_pair(place, to_source == 0, to_target == 0);
        return;
    }
    miss_at_target(place, gone);
    miss_at_source(place, gone);
    if (!difference_) pass(gone);
}

void Comparison::take_for_digest(const Place& place)
{
    const auto gone = std::min(place.count, distance(place.target, target_.at()));
    if (gone > 0) {
        miss_at_target(place, gone);
        whole_ = false;
    } else {
        digest_ = extended_digest(digest_, digest_of(copied()));
        target_.records = target_.records.subspan(1);
        ++compared_;
    }
    if (!difference_) pass(std::max<std::int64_t>(gone, 1));
}

// Of a block that is passed.
bool Comparison::digest_differs()
{
    const bool speaks = original_ == Original::digests && block_ && whole_;
    if (!speaks || digest_ == block_->digest) return false;
    difference_ = {
        Difference::Kind::digest,
        block_->first_source,
        block_->first_target,
        "the records at target offsets [" + std::to_string(block_->first_target.value()) + ", " +
            std::to_string(block_->next_target.value()) + ") are not all as they were mirrored"};
    return true;
}

void Comparison::take_pair(const Place& place, bool at_source, bool at_target)
{
    if (!at_source) miss_at_source(place, 1);
    if (!at_target) miss_at_target(place, 1);
    if (at_source && at_target) {
        const auto kind = difference_between(source_.records.front(), copied());
        if (kind) difference_ = {*kind, place.source, place.target};
        if (!kind) ++compared_;
    }
    if (difference_) return;
    if (at_source) source_.records = source_.records.subspan(1);
    if (at_target) target_.records = target_.records.subspan(1);
    pass(1);
}

void Comparison::miss_at_source(const Place& from, std::int64_t count)
{
    const auto first = std::max(from.source, bounds_.source_start);
    const auto place = distance(from.source, first);
    if (difference_ || bounds_.source_compacted || place >= count) return;
    difference_ = {Difference::Kind::source_missing, first, after(from.target, place)};
}

void Comparison::miss_at_target(const Place& from, std::int64_t count)
{
    const auto first = std::max(from.target, bounds_.target_start);
    const auto place = distance(from.target, first);
    if (difference_ || bounds_.target_compacted || place >= count) return;
    difference_ = {Difference::Kind::target_missing, after(from.source, place), first};
}

void Comparison::pass(std::int64_t count)
{
    assert(block_);
    within_ += count;
    if (within_ < block_->runs[run_].length) return;
    ++run_;
    within_ = 0;
}

bool Comparison::is_skipped(Offset source) const
{
    return std::ranges::any_of(skipped_, [&](const Stretch& stretch) {
        return source >= stretch.from && source < stretch.to;
    });
}

void Comparison::add(const OffsetBlock& block)
{
    const bool joins = block_ && block_->next_source == block.first_source;
    if (!joins) pruned_to_ = block.first_source;
    block_ = block;
    run_ = 0;
    within_ = 0;
    digest_ = 0;
    whole_ = true;
}

void Comparison::end() { ended_ = true; }

void Comparison::add_source(std::span<const kafka::Record> records, Offset next)
{
    assert(source_.records.empty());
    source_ = {records, std::max(source_.next, next)};
}

void Comparison::add_target(std::span<const kafka::Record> records, Offset next)
{
    assert(target_.records.empty());
    target_ = {records, std::max(target_.next, next)};
}

void Comparison::look_again(const LogBounds& bounds)
{
    bounds_ = bounds;
    difference_.reset();
}

bool Comparison::is_stamped() const
{
    return stamped_by_ != LinkName{} && is_stamped_by(target_.records.front(), stamped_by_);
}

// The next record of the target, as it was at the source.
kafka::Record Comparison::copied() const
{
    const auto& record = target_.records.front();
    return is_stamped() ? without_stamp(record) : record;
}

std::optional<Offset> Comparison::target_record() const
{
    if (target_.records.empty()) return std::nullopt;
    return target_.at();
}

}  // namespace strait::links
