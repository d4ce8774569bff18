#include "catalog/commands/usage.hpp"

#include "catalog/records/people.hpp"
#include "catalog/store/usage_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::chrono::milliseconds asked_for = std::chrono::days{1};  // unless they say since when

Timestamp step_of(Timestamp hour, UsageStep step)
{
    using std::chrono::milliseconds;
    const std::chrono::sys_time<milliseconds> at{milliseconds{hour.unix_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    switch (step) {
        case UsageStep::hour: return hour;
        case UsageStep::day: return {milliseconds{day.time_since_epoch()}.count()};
        case UsageStep::month: {
            const std::chrono::year_month_day date{day};
            const std::chrono::sys_days first{date.year() / date.month() / 1};
            return {milliseconds{first.time_since_epoch()}.count()};
        }
    }
    std::unreachable();
}

// Which sides of its organisation's subscriptions somebody may ask for.
std::vector<UsageSide> sides_of(const Act& act)
{
    using enum Role;
    const auto has = [&](auto... roles) {
        return ((std::ranges::find(act.roles, roles) != act.roles.end()) || ...);
    };
    std::vector<UsageSide> sides;
    if (has(org_admin, auditor, product_owner)) sides.push_back(UsageSide::provider);
    if (has(org_admin, auditor, developer)) sides.push_back(UsageSide::consumer);
    return sides;
}

// Adds hours up to lines.
class Ledger {
  public:
    Ledger(const UsageQuestion& question, Timestamp now) : question_{question}
    {
        usage_.to = question.to.value_or(now);
        usage_.from = question.from.value_or(Timestamp{usage_.to.unix_ms - asked_for.count()});
        usage_.step = question.step;
    }

    [[nodiscard]] Timestamp from() const noexcept { return usage_.from; }
    [[nodiscard]] Timestamp to() const noexcept { return usage_.to; }

    // False if there are too many.
    bool add(const Subscription& subscription,
             UsageSide side,
             const UsageHour& hour,
             const UsageRow& row)
    {
        UsageLine line;
        line.begins_at = step_of(hour.begins_at, question_.step);
        line.side = side;
        for (const auto group : question_.group_by) {
            switch (group) {
                case UsageGroup::product: line.product = subscription.product; break;
                case UsageGroup::subscription: line.subscription = subscription.id; break;
                case UsageGroup::organisation: line.organisation = subscription.organisation; break;
                case UsageGroup::partition:
                    line.stream = row.stream;
                    line.partition = hour.place.partition;
                    break;
                case UsageGroup::kind: line.kind = subscription.kind; break;
            }
        }
        counts_[key_of(line)] += row.count;
        totals_[side] += row.count;
        return counts_.size() <= usage_rows_max && ++hours_ <= usage_hours_max;
    }

    [[nodiscard]] Usage usage() const
    {
        auto usage = usage_;
        usage.rows.reserve(counts_.size());
        for (const auto& [key, count] : counts_) {
            auto& line = usage.rows.emplace_back();
            std::tie(line.begins_at,
                     line.side,
                     line.product,
                     line.subscription,
                     line.organisation,
                     line.stream,
                     line.partition,
                     line.kind) = key;
            fill(line, count);
        }
        for (const auto& [side, count] : totals_) {
            auto& line = usage.totals.emplace_back();
            line.begins_at = usage_.from;
            line.side = side;
            fill(line, count);
        }
        return usage;
    }

  private:
    using Key = std::tuple<Timestamp,
                           UsageSide,
                           std::optional<ProductId>,
                           std::optional<SubscriptionId>,
                           std::optional<OrganisationId>,
                           std::optional<std::string>,
                           std::optional<std::uint32_t>,
                           std::optional<DeliveryKind>>;

    static Key key_of(const UsageLine& line)
    {
        return {line.begins_at,
                line.side,
                line.product,
                line.subscription,
                line.organisation,
                line.stream,
                line.partition,
                line.kind};
    }

    static void fill(UsageLine& line, const UsageCount& count)
    {
        line.records = count.records;
        if (count.unsized == 0) line.bytes = count.bytes;
        line.rereads = count.rereads;
    }

    const UsageQuestion& question_;
    Usage usage_;  // without its lines
    std::map<Key, UsageCount> counts_;
    std::map<UsageSide, UsageCount> totals_;
    std::size_t hours_ = 0;
};

}  // namespace

Outcome<Usage> usage_of(Draft& draft, const Act& act, const UsageQuestion& question)
{
    const auto& own = act.organisation;
    if (!own || !act.has(Scope::usage_read)) return refuse(RefusalCode::not_found, "usage");
    const auto& credential = act.credential;
    const auto key = credential ? draft.find<Credential>(*credential) : std::nullopt;
    const auto bound = key ? key->subscription : std::nullopt;
    const auto sides = bound ? std::vector{UsageSide::consumer} : sides_of(act);
    Ledger ledger{question, draft.now()};
    if (ledger.from() >= ledger.to()) {
        return refuse(RefusalCode::invalid_request, "from: a time before `to`");
    }
    std::size_t asked = 0;
    bool fits = true;
    for (const auto& each : draft.of_organisation<Subscription>(*own, Draft::unlimited)) {
        const bool wanted = (!question.subscription || each.id == *question.subscription) &&
                            (!bound || each.id == *bound);
        if (!wanted) continue;
        ++asked;
        for (const auto side : sides) {
            const auto& of = side == UsageSide::provider ? each.provider : each.organisation;
            if (of != *own) continue;
            const auto scanned = scan_usage(draft.reader(),
                                            each.id,
                                            ledger.from(),
                                            ledger.to(),
                                            [&](const UsageHour& hour, const UsageRow& row) {
                                                fits = ledger.add(each, side, hour, row);
                                                return fits;
                                            });
            if (!scanned) return refuse(RefusalCode::unavailable, scanned.error().detail());
            if (!fits) {
                return refuse(RefusalCode::invalid_request,
                              "this is more than can be added up at once: ask for a shorter "
                              "time, a longer step, or one subscription");
            }
        }
    }
    if (question.subscription && asked == 0) {
        return refuse(RefusalCode::not_found, to_string(*question.subscription));
    }
    return ledger.usage();
}

}  // namespace strait::catalog
