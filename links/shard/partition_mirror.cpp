#include "links/shard/partition_mirror.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

namespace strait::links {

namespace {

static_assert(std::endian::native == std::endian::little, "digests are stored");

std::uint64_t chained(std::uint64_t before, std::uint64_t next)
{
    const std::array both{before, next};
    return XXH3_64bits(both.data(), sizeof both);
}

// Absent, empty and adjacent texts differ: each carries its size, or the largest number.
std::uint64_t chained(std::uint64_t before, const std::optional<std::string_view>& text)
{
    if (!text) return chained(before, ~std::uint64_t{0});
    return chained(chained(before, text->size()), XXH3_64bits(text->data(), text->size()));
}

}  // namespace

std::uint64_t digest_of(const kafka::Record& record)
{
    auto digest = static_cast<std::uint64_t>(record.timestamp_ms);
    digest = chained(chained(digest, record.key), record.value);
    for (const auto& [name, value] : record.headers) {
        digest = chained(chained(digest, std::optional{name}), value);
    }
    return digest;
}

std::uint64_t extended_digest(std::uint64_t block, std::uint64_t record)
{
    return chained(block, record);
}

PartitionMirror::PartitionMirror(Mirror mirror) : mirror_{std::move(mirror)} {}

void PartitionMirror::start(const Verdict& verdict,
                            const std::optional<Checkpoint>& position,
                            const PartitionFacts& facts)
{
    assert(verdict.state == MirrorState::active);
    state_ = MirrorState::active;
    reason_.clear();
    if (position) position_ = *position;
    stored_ = !verdict.new_generation;
    const auto target_next =
        verdict.new_generation ? facts.target_end : position_.block.next_target;
    own_offsets_ += std::max<std::int64_t>(0, facts.target_end.value() - target_next.value()) + 1;
    if (verdict.new_generation) {
        position_.partition = at().partition;
        position_.source_id = facts.source_id;
        position_.target_id = facts.target_id;
        position_.generation = verdict.generation;
        position_.from_log_start = verdict.from_log_start;
        position_.block = block_at(verdict.from, facts.target_end);
    }
    position_.epoch = verdict.epoch;
    read_ = verdict.from;
    unbroken_from_ = position_.block.next_source;
    uncommitted_ = false;
    if (verdict.new_generation) source_end_ = Offset{};
    heard_end_ = facts.source_end;
    epoch_ = verdict.epoch;
}

void PartitionMirror::remember(const Checkpoint& position)
{
    position_ = position;
    stored_ = true;
    aborted();
}

Result<void> PartitionMirror::read(const kafka::RecordBatch& batch)
{
    if (batch.first() < read_) {
        return fail(Errc::data_loss,
                    to_string(at()) + ": the source went back from offset " +
                        std::to_string(read_.value()) + " to " +
                        std::to_string(batch.first().value()));
    }
    read_ = batch.next();
    unbroken_from_ = read_;
    uncommitted_ = true;
    heard(std::max(batch.high_watermark, read_));
    epoch_ = batch.epoch;
    return {};
}

void PartitionMirror::passed(Offset offset) { read_ = std::max(read_, offset); }

void PartitionMirror::gave_up_to(Offset offset)
{
    passed(offset);
    unbroken_from_ = std::max(unbroken_from_, offset);
}

void PartitionMirror::found(Offset next, LeaderEpoch epoch)
{
    passed(next);
    epoch_ = epoch;
}

Result<std::vector<Checkpoint>> PartitionMirror::checkpoints(const TransactionId& transaction,
                                                             std::span<const Copied> copied,
                                                             std::span<const Offset> targets) const
{
    assert(copied.size() == targets.size());
    std::vector<Checkpoint> out;
    if (copied.empty() && !moved()) return out;

    auto current = position_;
    current.link = transaction.link;
    current.shard = transaction.shard;
    current.session = transaction.session;
    current.txn_no = transaction.txn_no;
    const auto put = [&] {
        current.seq = PartitionSeq{current.seq.value() + 1};
        out.push_back(current);
    };
    for (std::size_t i = 0; i < copied.size(); ++i) {
        if (targets[i] < current.block.next_target) {
            return fail(Errc::data_loss,
                        to_string(target()) + ": the target answered offset " +
                            std::to_string(targets[i].value()) + " below " +
                            std::to_string(current.block.next_target.value()));
        }
        if (!extend(current.block, copied[i].source, targets[i])) {
            put();
            current.block = successor_of(current.block);
            [[maybe_unused]] const bool room = extend(current.block, copied[i].source, targets[i]);
            assert(room);
        }
        current.block.digest = extended_digest(current.block.digest, copied[i].digest);
    }
    skip_to(current.block, std::max(current.block.next_source, read_));
    current.epoch = epoch_;
    put();
    return out;
}

// Within a transaction nothing of ours lies between two records, before it what own_offsets_ says.
std::uint64_t PartitionMirror::foreign_writes(std::span<const Offset> targets) const
{
    std::int64_t foreign = 0;
    auto expected = position_.block.next_target.value() + own_offsets_;
    for (const auto target : targets) {
        foreign += std::max<std::int64_t>(0, target.value() - expected);
        expected = target.value() + 1;
    }
    return static_cast<std::uint64_t>(foreign);
}

void PartitionMirror::gave_up(std::size_t records) noexcept
{
    own_offsets_ += static_cast<std::int64_t>(records) + 1;
}

std::optional<std::int64_t> PartitionMirror::newest_ms() const noexcept
{
    if (newest_ms_) return newest_ms_;
    return position_.wall_time_ms > 0 ? std::optional{position_.wall_time_ms} : std::nullopt;
}

void PartitionMirror::committed(std::span<const Checkpoint> checkpoints, const Effects& effects)
{
    if (effects.newest_ms) {
        own_offsets_ = 1;  // the marker
        newest_ms_ = effects.newest_ms;
    }
    foreign_writes_ += effects.foreign_writes;
    for (const auto& next : checkpoints) {
        const bool same_block = next.block.first_source == position_.block.first_source;
        runs_ += next.block.runs.size() - (same_block ? position_.block.runs.size() : 0);
        position_ = next;
    }
    unbroken_from_ = position_.block.next_source;
    uncommitted_ = false;
    stored_ = true;
}

void PartitionMirror::aborted()
{
    read_ = position_.block.next_source;
    unbroken_from_ = read_;
    uncommitted_ = false;
    epoch_ = position_.epoch;
}

void PartitionMirror::stop(MirrorState state, std::string reason)
{
    state_ = state;
    reason_ = std::move(reason);
}

kafka::StartAt PartitionMirror::resume_at() const { return {at(), read_, epoch_}; }

Offset PartitionMirror::caught_up_to() const noexcept
{
    return uncommitted_ ? position_.block.next_source : read_;
}

bool PartitionMirror::moved() const noexcept
{
    return !stored_ || read_ != position_.block.next_source;
}

}  // namespace strait::links
