#include "exchange/reconciler/mirror_usage.hpp"

#include "exchange/reconciler/mirror_links.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace strait::exchange {

std::vector<catalog::UsageReport> usage_of(const catalog::Subscription& subscription,
                                           const std::vector<links::MirroredRange>& mirrored)
{
    std::map<TopicName, std::string> streams;
    for (const auto& port : subscription.ports) {
        streams.emplace(target_of(subscription, port.alias), port.alias);
    }
    std::map<std::pair<TopicId, Partition>, catalog::UsageReport> reports;
    for (const auto& range : mirrored) {
        const auto stream = streams.find(range.target);
        if (stream == streams.end()) continue;
        auto& report = reports[{range.source_id, range.partition}];
        report.place = {.subscription = subscription.id,
                        .topic = range.source_id,
                        .partition = static_cast<std::uint32_t>(range.partition.value())};
        report.stream = stream->second;
        report.given.push_back({.offsets = {range.first.value(), range.end.value()},
                                .records = range.records,
                                .bytes = std::nullopt});
    }
    std::vector<catalog::UsageReport> all;
    all.reserve(reports.size());
    for (auto& [place, report] : reports) all.push_back(std::move(report));
    return all;
}

bool has_records(const std::vector<catalog::UsageReport>& reports)
{
    return std::ranges::any_of(reports, [](const catalog::UsageReport& report) {
        return std::ranges::any_of(report.given,
                                   [](const auto& given) { return given.records > 0; });
    });
}

links::MirroredUpTo known_to(const std::vector<catalog::CountedUpTo>& counted)
{
    links::MirroredUpTo known;
    for (const auto& [place, end] : counted) {
        known.emplace(std::pair{place.topic, Partition{static_cast<std::int32_t>(place.partition)}},
                      Offset{end});
    }
    return known;
}

}  // namespace strait::exchange
