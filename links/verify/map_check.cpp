#include "links/verify/map_check.hpp"

namespace strait::links {

namespace {

std::string number(Offset offset) { return std::to_string(offset.value()); }

std::string place_of(const Checkpoint& checkpoint)
{
    return "block " + number(checkpoint.block.first_source) + " of generation " +
           std::to_string(checkpoint.generation.value());
}

}  // namespace

std::string trouble_in(const OffsetBlock& block)
{
    auto source = block.first_source;
    auto target = block.first_target;
    for (const auto& run : block.runs) {
        if (run.length <= 0 || run.source_start < source || run.target_start < target) {
            return "the run at source offset " + number(run.source_start) +
                   " lies before the end of what comes before it";
        }
        source = Offset{run.source_start.value() + run.length};
        target = Offset{run.target_start.value() + run.length};
    }
    if (block.next_source < source || block.next_target != target) {
        return "it goes on at source offset " + number(block.next_source) + " and target offset " +
               number(block.next_target) + ", and its last run ends at " + number(source) +
               " and " + number(target);
    }
    return "";
}

std::string MapCheck::add(const Checkpoint& checkpoint)
{
    auto trouble = trouble_in(checkpoint.block);
    if (trouble.empty() && checkpoint.target_id != target_) {
        trouble = "it is about the mirror topic of id " + to_string(checkpoint.target_id);
    }
    if (trouble.empty() && last_) trouble = trouble_between(*last_, checkpoint);
    if (!trouble.empty()) return place_of(checkpoint) + ": " + trouble;
    last_ = checkpoint;
    return trouble;
}

std::string MapCheck::trouble_between(const Checkpoint& before, const Checkpoint& next) const
{
    if (next.seq <= before.seq) {
        return "its number " + std::to_string(next.seq.value()) + " is not above " +
               std::to_string(before.seq.value()) + " of " + place_of(before);
    }
    const auto& old = before.block;
    const auto& block = next.block;
    if (next.generation != before.generation) {
        if (block.first_target >= old.next_target) return "";
        return "it begins at target offset " + number(block.first_target) +
               ", and the generation before it ends at " + number(old.next_target);
    }
    const bool joins =
        block.first_source == old.next_source && block.first_target == old.next_target;
    const bool pruned = block.first_source >= old.next_source &&
                        block.first_target >= old.next_target &&
                        block.first_target <= target_start_;
    if (joins || pruned) return "";
    return "it begins at source offset " + number(block.first_source) + " and target offset " +
           number(block.first_target) + ", and the one before it ends at " +
           number(old.next_source) + " and " + number(old.next_target);
}

std::vector<std::string> torn_transactions(const std::vector<ShardState>& shards)
{
    std::vector<std::string> torn;
    for (const auto& shard : shards) {
        if (!shard.torn()) continue;
        torn.push_back("shard " + std::to_string(shard.shard.value()) + ": transaction " +
                       std::to_string(shard.txn_no.value()) + " wrote " +
                       std::to_string(shard.touched) + " checkpoints, and " +
                       std::to_string(shard.seen) + " of them are here");
    }
    return torn;
}

}  // namespace strait::links
