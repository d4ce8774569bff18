#include "links/store/mirrored_ranges.hpp"

#include <algorithm>

namespace strait::links {

namespace {

// What topics of the source are called at the target, also those that were there before they were
// created anew.
Result<std::map<TopicId, TopicName>> target_names(const LinkView& view)
{
    const auto topics = view.topics();
    if (!topics) return fail(topics.error());
    std::map<TopicId, TopicName> names;
    for (const auto& owner : *topics) {
        names.insert_or_assign(owner.source_id, owner.target);
        for (const auto& id : owner.previous_ids) names.try_emplace(id, owner.target);
    }
    return names;
}

std::uint64_t records_in(const OffsetBlock& block, Offset from)
{
    std::int64_t count = 0;
    for (const auto& run : block.runs) {
        const auto skipped =
            std::clamp<std::int64_t>(from.value() - run.source_start.value(), 0, run.length);
        count += run.length - skipped;
    }
    return static_cast<std::uint64_t>(count);
}

// To the first block that may reach beyond `known`.
Result<void> seek(BlockCursor& cursor, const Checkpoint& position, std::optional<Offset> known)
{
    if (known) {
        const auto found = cursor.seek(Direction::forward, position.generation, *known);
        if (!found) return fail(found.error());
        if (*found) return {};
    }
    cursor.seek_generation(Generation{0});
    return {};
}

}  // namespace

Result<std::vector<MirroredRange>> mirrored_beyond(const LinkView& view,
                                                   const MirroredUpTo& known,
                                                   std::size_t ranges_max)
{
    const auto names = target_names(view);
    if (!names) return fail(names.error());
    const auto positions = view.positions();
    if (!positions) return fail(positions.error());
    std::vector<MirroredRange> ranges;
    for (const auto& position : *positions) {
        const auto name = names->find(position.source_id);
        if (name == names->end()) continue;
        const auto found = known.find({position.source_id, position.partition});
        const auto before = found == known.end() ? std::nullopt : std::optional{found->second};
        if (before && *before >= position.block.next_source) continue;
        auto cursor = view.blocks(position.source_id, position.partition);
        if (auto sought = seek(cursor, position, before); !sought) return fail(sought.error());
        auto next = before;
        for (; cursor.valid() && ranges.size() < ranges_max; cursor.next()) {
            const auto checkpoint = cursor.checkpoint();
            if (!checkpoint) return fail(checkpoint.error());
            const auto& block = checkpoint->block;
            const auto first = std::max(block.first_source, next.value_or(block.first_source));
            if (first >= block.next_source) continue;
            ranges.push_back({name->second,
                              position.source_id,
                              position.partition,
                              first,
                              block.next_source,
                              records_in(block, first)});
            next = block.next_source;
        }
        if (auto fine = cursor.status(); !fine) return fail(fine.error());
    }
    return ranges;
}

}  // namespace strait::links
