#include "links/verify/map_parts.hpp"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace strait::links {

namespace {

Offset after(Offset offset, std::int64_t count) { return Offset{offset.value() + count}; }

std::int64_t stretch_of(Offset offset) { return offset.value() / stretch_offsets; }

// Where parts of the block begin, but for the first one.
std::vector<Offset> cuts_of(const OffsetBlock& block)
{
    std::vector<Offset> cuts;
    auto before = block.first_source;  // the end of the run before
    for (const auto& run : block.runs) {
        const auto end = after(run.source_start, run.length);
        Offset cut{stretch_of(run.source_start) * stretch_offsets};
        if (cut < before) cut = after(cut, stretch_offsets);
        for (; cut < end; cut = after(cut, stretch_offsets)) {
            if (cut > block.first_source) cuts.push_back(cut);
        }
        before = end;
    }
    return cuts;
}

bool is_chosen(const PartRules& rules, std::uint64_t stretch)
{
    const auto text = to_string(rules.at) + "/" + std::to_string(stretch);
    const auto hash = XXH64(text.data(), text.size(), rules.scope.seed.value_or(0)) >> 32U;
    const auto limit = std::uint64_t{rules.scope.sample.millionths} << 32U;
    return hash * Share::whole < limit;
}

}  // namespace

OffsetBlock clipped(const OffsetBlock& block, Offset from, Offset to)
{
    OffsetBlock part;
    part.first_source = std::max(block.first_source, from);
    part.next_source = std::max(part.first_source, std::min(block.next_source, to));
    part.first_target = block.first_target;
    part.digest = block.digest;
    for (const auto& run : block.runs) {
        const auto begin = std::max(run.source_start, part.first_source);
        const auto end = std::min(after(run.source_start, run.length), part.next_source);
        const auto before = std::clamp<std::int64_t>(
            part.first_source.value() - run.source_start.value(), 0, run.length);
        if (before > 0) part.first_target = after(run.target_start, before);
        const auto skipped = begin.value() - run.source_start.value();
        if (begin < end) {
            part.runs.push_back(
                {begin, after(run.target_start, skipped), end.value() - begin.value()});
        }
    }
    part.next_target = part.runs.empty()
                           ? part.first_target
                           : after(part.runs.back().target_start, part.runs.back().length);
    return part;
}

std::vector<MapPart> parts_of(const OffsetBlock& block, const PartRules& rules)
{
    const auto from = std::max(block.first_source, rules.scope.from.value_or(block.first_source));
    const auto to = std::min(block.next_source, rules.scope.to.value_or(block.next_source));
    const bool empty = block.first_source == block.next_source;
    const bool outside = empty ? !rules.scope.is_whole() : from >= to;
    if (outside) return {};
    const bool cuts = rules.scope.samples() && !rules.by_blocks;
    const auto range = rules.by_blocks || rules.scope.is_whole() ? block : clipped(block, from, to);
    std::vector<MapPart> parts;
    auto begin = range.first_source;
    const auto add = [&](Offset end) {
        auto& part = parts.emplace_back();
        part.block = cuts ? clipped(range, begin, end) : range;
        part.stretch =
            static_cast<std::uint64_t>(rules.by_blocks ? begin.value() : stretch_of(begin));
        const bool last = part.block.next_source >= rules.end;
        part.chosen = !rules.scope.samples() || last || is_chosen(rules, part.stretch);
        begin = end;
    };
    if (cuts) {
        for (const auto cut : cuts_of(range)) add(cut);
    }
    add(range.next_source);
    return parts;
}

}  // namespace strait::links
