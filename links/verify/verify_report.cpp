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

std::string through(const VerifyReport::Partition& partition, const VerifyScope& scope)
{
    const auto at = to_string(partition.at);
    const auto next = partition.result.through;
    if (next == Offset{}) return at + " has nothing yet";
    const auto end = std::min(next, scope.to.value_or(next));
    const auto last = std::to_string(end.value() - 1);
    if (!scope.from) return at + " through source offset " + last;
    const auto from = *scope.from;
    if (from >= end) return at + " has nothing there";
    return at + " from source offset " + std::to_string(from.value()) + " through " + last;
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

// The command line that looks at the same ones again.
std::string sample_of(const VerifyReport& report, VerifyMode mode, const VerifyScope& scope)
{
    std::int64_t all = 0;
    std::int64_t sampled = 0;
    std::int64_t identical = 0;
    for (const auto& [at, result] : report.partitions) {
        all += result.stretches;
        sampled += result.sampled;
        const bool differs = result.difference && result.sampled > 0;
        identical += result.sampled - (differs ? 1 : 0);
    }
    return std::string{verdict_of(mode)} + " in " + std::to_string(identical) + " of " +
           std::to_string(sampled) + " sampled stretches, of " + std::to_string(all) +
           " (--sample " + written(scope.sample) + " --seed " +
           std::to_string(scope.seed.value_or(0)) + ")";
}

}  // namespace

bool VerifyReport::clean() const
{
    return troubles.empty() && std::ranges::none_of(partitions, [](const Partition& partition) {
               return partition.result.difference.has_value();
           });
}

std::string text_of(const VerifyReport& report, VerifyMode mode, const VerifyScope& scope)
{
    auto differing = report.troubles;
    std::vector<std::string> fine;
    std::int64_t compared = 0;
    for (const auto& partition : report.partitions) {
        const auto& difference = partition.result.difference;
        compared += partition.result.compared;
        if (difference)
            differing.push_back(to_string(partition.at) + ": " + to_string(*difference));
        if (!difference) fine.push_back(through(partition, scope));
    }
    std::string text;
    if (!differing.empty()) text = "differs: " + listed(differing) + "; ";
    text += std::to_string(fine.size()) + " of " + std::to_string(report.partitions.size()) +
            " partitions " + std::string{verdict_of(mode)};
    if (!fine.empty()) text += ": " + listed(fine);
    if (mode == VerifyMode::structure) return text;
    if (scope.samples()) text += "; " + sample_of(report, mode, scope);
    return text + "; " + std::to_string(compared) + " records compared";
}

}  // namespace strait::links
