#include "links/shard/log_order.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace strait::links {

namespace {

// True if the gap is closed by a position that the step has.
bool waits_for_position(const Gap& gap, std::span<const LinkRecord> records)
{
    return !gap.open && std::ranges::any_of(records, [&](const LinkRecord& record) {
        const auto* const position = std::get_if<Checkpoint>(&record);
        return position != nullptr && position->partition == gap.partition &&
               (position->source_id == gap.old_id || position->source_id == gap.new_id);
    });
}

}  // namespace

std::vector<std::vector<LinkRecord>> in_log_order(std::span<const LinkRecord> records)
{
    std::vector<LinkRecord> before;
    std::vector<LinkRecord> positions;
    std::vector<LinkRecord> after;
    for (const auto& record : records) {
        const auto* const gap = std::get_if<Gap>(&record);
        if (gap != nullptr && waits_for_position(*gap, records)) {
            auto ahead = *gap;
            ahead.open = true;
            before.emplace_back(std::move(ahead));
            after.push_back(record);
        } else {
            (gap != nullptr ? before : positions).push_back(record);
        }
    }
    std::vector<std::vector<LinkRecord>> parts;
    for (auto* const part : {&before, &positions, &after}) {
        if (!part->empty()) parts.push_back(std::move(*part));
    }
    return parts;
}

}  // namespace strait::links
