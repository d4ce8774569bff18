#include "links/verify/verify_report.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

// Joined, and of the rest how many there are.
std::string listed(const std::vector<std::string>& texts)
{
    std::string list;
    for (std::size_t i = 0; i < texts.size() && i < named_max; ++i) {
        list += (i == 0 ? "" : "; ") + texts[i];
    }
    if (texts.size() <= named_max) return list;
    return list + "; and " + std::to_string(texts.size() - named_max) + " more";
}

std::string through(const VerifyReport::Partition& partition)
{
    const auto next = partition.result.through.value();
    if (next == 0) return to_string(partition.at) + " has nothing yet";
    return to_string(partition.at) + " through source offset " + std::to_string(next - 1);
}

std::string_view verdict_of(VerifyMode mode)
{
    switch (mode) {
        case VerifyMode::structure: return "sound";
        case VerifyMode::full: return "identical";
        case VerifyMode::target: return "as they were mirrored";
    }
    std::unreachable();
}

}  // namespace

bool VerifyReport::clean() const
{
    return troubles.empty() && std::ranges::none_of(partitions, [](const Partition& partition) {
               return partition.result.difference.has_value();
           });
}

std::string text_of(const VerifyReport& report, VerifyMode mode)
{
    auto differing = report.troubles;
    std::vector<std::string> fine;
    std::int64_t compared = 0;
    for (const auto& partition : report.partitions) {
        const auto& difference = partition.result.difference;
        compared += partition.result.compared;
        if (difference)
            differing.push_back(to_string(partition.at) + ": " + to_string(*difference));
        if (!difference) fine.push_back(through(partition));
    }
    std::string text;
    if (!differing.empty()) text = "differs: " + listed(differing) + "; ";
    text += std::to_string(fine.size()) + " of " + std::to_string(report.partitions.size()) +
            " partitions " + std::string{verdict_of(mode)};
    if (!fine.empty()) text += ": " + listed(fine);
    if (mode == VerifyMode::structure) return text;
    return text + "; " + std::to_string(compared) + " records compared";
}

}  // namespace strait::links
