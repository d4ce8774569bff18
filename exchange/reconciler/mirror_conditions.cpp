#include "exchange/reconciler/mirror_conditions.hpp"

#include "exchange/reconciler/mirror_links.hpp"

#include <algorithm>
#include <utility>

namespace strait::exchange {

namespace {

using catalog::Condition;
using catalog::ConditionType;
using catalog::HoldBy;
using links::LinkStatus;
using links::MirrorState;
using links::TopicStatus;

constexpr double headroom_min = 0.2;  // of the retention: below it both are warned

Condition fine(ConditionType type)
{
    Condition condition;
    condition.type = type;
    condition.status = true;
    condition.reason = "done";
    return condition;
}

Condition missing(ConditionType type, std::string reason, std::string message, HoldBy side)
{
    Condition condition;
    condition.type = type;
    condition.reason = std::move(reason);
    condition.message = std::move(message);
    condition.side = side;
    return condition;
}

// The first link of which this is false, or that is not there; null if there is none.
const MirrorReport* first_without(const std::vector<MirrorReport>& reports, auto is_true)
{
    const auto found = std::ranges::find_if(reports, [&](const MirrorReport& report) {
        return !report.status || !is_true(*report.status);
    });
    return found == reports.end() ? nullptr : &*found;
}

Condition source_ready(const std::vector<MirrorReport>& reports)
{
    const auto* const without = first_without(reports, [](const LinkStatus& link) {
        return link.source.reachable && link.source.cluster_id != ClusterId{};
    });
    if (without == nullptr) return fine(ConditionType::source_ready);
    auto condition = missing(ConditionType::source_ready,
                             "not_connected",
                             "the exchange is not connected to the provider's cluster",
                             HoldBy::provider);
    condition.next_step =
        "see that the cluster is verified, and that the exchange may describe and read its topics";
    return condition;
}

Condition target_ready(const std::vector<MirrorReport>& reports)
{
    const auto* const without = first_without(reports, [](const LinkStatus& link) {
        return link.target.reachable && link.target.cluster_id != ClusterId{};
    });
    if (without == nullptr) return fine(ConditionType::target_ready);
    auto condition = missing(ConditionType::target_ready,
                             "not_connected",
                             "the exchange is not connected to the consumer's cluster",
                             HoldBy::consumer);
    condition.next_step =
        "see that the cluster is verified, and that the exchange may create topics and write there";
    return condition;
}

const TopicStatus* topic_of(const std::vector<MirrorReport>& reports, const TopicName& target)
{
    for (const auto& report : reports) {
        if (!report.status) continue;
        for (const auto& topic : report.status->topics) {
            if (topic.target == target) return &topic;
        }
    }
    return nullptr;
}

Condition route_open(const catalog::Subscription& subscription,
                     const std::vector<MirrorReport>& reports)
{
    const auto* const none = first_without(reports, [](const LinkStatus&) { return true; });
    if (reports.empty() || none != nullptr) {
        auto condition = missing(ConditionType::route_open,
                                 "not_made",
                                 "its link cannot be made as it was agreed on",
                                 HoldBy::operator_);
        condition.next_step = "ask the operator of the exchange: the log of the node has the cause";
        return condition;
    }
    for (const auto& port : subscription.ports) {
        const auto* const topic = topic_of(reports, target_of(subscription, port.alias));
        const auto state = topic == nullptr ? MirrorState::starting : topic->state;
        if (state == MirrorState::active) continue;
        const bool halted = state == MirrorState::halted || state == MirrorState::source_gone;
        auto condition =
            missing(ConditionType::route_open,
                    std::string{to_string(state)},
                    "stream " + port.alias + " is not copied: " + std::string{to_string(state)},
                    halted ? HoldBy::operator_ : HoldBy::system);
        if (halted) {
            condition.next_step =
                "ask the operator of the exchange: the status of the link says what it waits for";
        }
        return condition;
    }
    for (const auto& report : reports) {
        const auto& link = report.status;
        if (!link || link->state == MirrorState::active) continue;
        const std::string state{to_string(link->state)};
        return missing(ConditionType::route_open, state, "its link is " + state, HoldBy::system);
    }
    return fine(ConditionType::route_open);
}

bool is_near_retention(const std::vector<MirrorReport>& reports)
{
    for (const auto& report : reports) {
        if (!report.status) continue;
        for (const auto& topic : report.status->topics) {
            const bool near = std::ranges::any_of(topic.partitions, [](const auto& partition) {
                return partition.retention_headroom.value_or(1) < headroom_min;
            });
            if (near) return true;
        }
    }
    return false;
}

const Condition* find(const std::vector<Condition>& conditions, ConditionType type)
{
    const auto found = std::ranges::find(conditions, type, &Condition::type);
    return found == conditions.end() ? nullptr : &*found;
}

void keep_times(std::vector<Condition>& conditions,
                const std::vector<Condition>& before,
                Timestamp now)
{
    for (auto& condition : conditions) {
        const auto* const known = find(before, condition.type);
        const bool same = known != nullptr && known->status == condition.status &&
                          known->reason == condition.reason;
        condition.since = same ? known->since : now;
    }
}

// A partition of which nothing was copied has no position.
void add_end(const TopicStatus& topic, const std::string& stream, MirrorEnd& end)
{
    for (const auto& partition : topic.partitions) {
        const auto& next = partition.next_source;
        if (!next) continue;
        auto& last = end.last_offsets.emplace_back();
        last.stream = stream;
        last.partition = static_cast<std::uint32_t>(partition.id.value());
        last.next_source_offset = next->value();
        if (const auto& target = partition.next_target) last.next_target_offset = target->value();
        const auto& at = partition.last_commit_ms;
        if (at) end.last_byte_at = std::max(end.last_byte_at.value_or(Timestamp{}), {*at});
    }
}

}  // namespace

std::vector<Condition> conditions_of(const catalog::Subscription& subscription,
                                     const std::vector<MirrorReport>& reports,
                                     Timestamp now)
{
    const auto& before = subscription.conditions;
    const bool rests = !subscription.holds.empty();
    std::vector<Condition> conditions{source_ready(reports), target_ready(reports)};
    const auto* const open = find(before, ConditionType::route_open);
    // What rests is not copied because somebody wants it so.
    conditions.push_back(rests && open != nullptr ? *open : route_open(subscription, reports));
    conditions.push_back(fine(ConditionType::quota_set));
    const auto wrong = std::ranges::find(conditions, false, &Condition::status);
    auto ready = fine(ConditionType::ready);
    if (wrong != conditions.end()) {
        ready = *wrong;
        ready.type = ConditionType::ready;
    }
    conditions.push_back(ready);
    if (is_near_retention(reports)) {
        auto degraded = missing(ConditionType::degraded,
                                "retention_near",
                                "records that were not copied yet are soon deleted at the source",
                                HoldBy::consumer);
        degraded.status = true;
        degraded.next_step = rests ? "resume it, or records are missed" : "";
        conditions.push_back(std::move(degraded));
    } else if (subscription.state != catalog::SubscriptionState::provisioning && !ready.status) {
        auto degraded = ready;
        degraded.type = ConditionType::degraded;
        degraded.status = true;
        conditions.push_back(std::move(degraded));
    }
    keep_times(conditions, before, now);
    return conditions;
}

bool have_ended(const std::vector<MirrorReport>& reports)
{
    return first_without(reports, [](const LinkStatus& link) {
               return link.settled && is_cut(link.desired);
           }) == nullptr;
}

MirrorEnd end_of(const catalog::Subscription& subscription,
                 const std::vector<MirrorReport>& reports)
{
    MirrorEnd end;
    const auto prefix = subscription.target.prefix.size();
    for (const auto& report : reports) {
        const auto topics =
            report.status ? report.status->topics : std::vector<links::TopicStatus>{};
        for (const auto& topic : topics) add_end(topic, topic.target.value().substr(prefix), end);
    }
    return end;
}

}  // namespace strait::exchange
