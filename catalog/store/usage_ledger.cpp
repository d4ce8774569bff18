#include "catalog/store/usage_ledger.hpp"

#include <chrono>

namespace strait::catalog {

namespace {

Result<UsageRow> row_at(const Reader& reader, const UsageHour& hour)
{
    const auto bytes = reader.get(Family::usage, usage_key(hour));
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    return found ? decode_usage(*found) : UsageRow{};
}

// What was given so far; empty for what was never counted.
Result<OffsetCover> cover_of(const Reader& reader, const UsagePlace& place)
{
    const auto bytes = reader.get(Family::cover, cover_key(place));
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    return found ? OffsetCover::decode(*found) : OffsetCover{};
}

}  // namespace

Timestamp hour_of(Timestamp at)
{
    constexpr auto hour = std::chrono::milliseconds{std::chrono::hours{1}}.count();
    return {at.unix_ms - at.unix_ms % hour};
}

Result<Overlay::Changes> counted(const Reader& reader,
                                 std::span<const UsageReport> reports,
                                 Timestamp now)
{
    Overlay overlay{reader};
    for (const auto& report : reports) {
        const UsageHour hour{report.place, hour_of(now)};
        auto cover = cover_of(overlay, report.place);
        if (!cover) return fail(cover.error());
        auto row = row_at(overlay, hour);
        if (!row) return fail(row.error());
        row->stream = report.stream;
        for (const auto& given : report.given) count_given(given, *cover, *row);
        overlay.put(Family::cover, cover_key(report.place), cover->encode());
        overlay.put(Family::usage, usage_key(hour), encode(*row));
    }
    return overlay.changes();
}

Result<std::vector<CountedUpTo>> counted_up_to(const Reader& reader, SubscriptionId subscription)
{
    std::vector<CountedUpTo> ends;
    Result<void> good;
    const auto visit = [&](std::string_view key, std::string_view value) {
        const auto place = read_cover_key(key);
        const auto cover = OffsetCover::decode(value);
        if (!cover) good = fail(cover.error());
        if (!place)
            good = fail(Errc::corrupt, "the catalog: a key of what was given is unreadable");
        if (place && cover) ends.push_back({*place, cover->end().value_or(0)});
        return good.has_value();
    };
    const auto prefix = cover_key(subscription);
    const auto scanned = reader.scan(Family::cover, prefix, {}, visit);
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return ends;
}

Result<void> scan_usage(const Reader& reader,
                        SubscriptionId subscription,
                        Timestamp from,
                        Timestamp to,
                        const VisitUsage& visit)
{
    Result<void> good;
    const auto scanned = reader.scan(
        Family::usage,
        usage_key(subscription),
        usage_key(subscription, from),
        [&](std::string_view key, std::string_view value) {
            const auto hour = read_usage_key(key);
            const auto row = decode_usage(value);
            if (!hour || !row) {
                good =
                    fail(row ? Error{Errc::corrupt, "the catalog: a key of the usage is unreadable"}
                             : row.error());
                return false;
            }
            return hour->begins_at < to && visit(*hour, *row);
        });
    return scanned ? good : scanned;
}

}  // namespace strait::catalog
