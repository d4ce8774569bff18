#include "links/source_watch.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace strait::links {

namespace {

double age_seconds(std::int64_t record_ms, std::int64_t now_ms)
{
    return static_cast<double>(std::max<std::int64_t>(0, now_ms - record_ms)) / 1000;
}

}  // namespace

void SourceWatch::take(Offset lso, Offset end, Clock::Time now) noexcept
{
    if (lso != lso_ || lso >= end) lso_moved_at_ = now;
    lso_ = lso;
    end_ = end;
    told_at_ = now;
}

SourceWatch::Seconds SourceWatch::lso_age(Clock::Time now) const noexcept
{
    return lso_ < end_ ? now - lso_moved_at_ : Seconds{0};
}

std::optional<std::chrono::milliseconds> retention_of(const kafka::TopicConfig& topic)
{
    const auto policy = topic.find("cleanup.policy");
    if (policy != topic.end() && !policy->second.value.contains("delete")) return std::nullopt;
    const auto found = topic.find("retention.ms");
    if (found == topic.end()) return std::nullopt;
    const auto& text = found->second.value;
    std::int64_t ms = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, ms);
    if (read.ec != std::errc{} || read.ptr != end || ms <= 0) return std::nullopt;
    return std::chrono::milliseconds{ms};
}

double lag_seconds(SourceWatch::Seconds behind_for,
                   std::optional<std::int64_t> record_ms,
                   std::int64_t now_ms) noexcept
{
    if (!record_ms) return behind_for.count();
    return std::min(behind_for.count(), age_seconds(*record_ms, now_ms));
}

double retention_headroom(std::chrono::milliseconds retention,
                          std::int64_t record_ms,
                          std::int64_t now_ms) noexcept
{
    const std::chrono::duration<double> whole = retention;
    return 1 - age_seconds(record_ms, now_ms) / whole.count();
}

}  // namespace strait::links
