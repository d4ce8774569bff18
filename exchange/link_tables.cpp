#include "exchange/link_tables.hpp"

#include "core/document.hpp"
#include "exchange/text_table.hpp"
#include "links/groups/group_status.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace {

using Row = TableRow;

std::string shown(const std::string& text) { return or_dash(text); }

template <class T>
std::string shown(const std::optional<T>& value)
{
    return value ? fmt::format("{}", *value) : "-";
}

std::string seconds(double value) { return fmt::format("{:.1f}s", value); }

std::string side(const api::SideDocument& side)
{
    // Why there is no connection yet is the link's reason: nobody may have answered, or refused us.
    if (side.cluster_id.empty()) return shown(side.cluster) + " (not connected)";
    return fmt::format("{} ({}{})",
                       shown(side.cluster),
                       escaped(side.cluster_id),
                       side.reachable ? "" : ", unreachable");
}

std::string lag_line(const api::LagDocument& lag)
{
    // 0 bytes is an estimate without a record to go by.
    const auto bytes =
        lag.bytes_estimate == 0 ? "" : fmt::format(", about {} bytes", lag.bytes_estimate);
    return fmt::format("{} records{}, {}", lag.records, bytes, seconds(lag.seconds));
}

std::int64_t lag_of(const api::TopicDocument& topic)
{
    std::int64_t lag = 0;
    for (const auto& partition : topic.partitions) lag += partition.lag.value_or(0);
    return lag;
}

std::string_view why_unknown(links::Direction direction)
{
    switch (direction) {
        case links::Direction::forward:
            return ": not mirrored by this link, or a name of the target: see --inverse";
        case links::Direction::inverse:
            return ": not a mirror of this link, or a name of the source: leave out --inverse";
    }
    std::unreachable();
}

std::string topics_table(const std::vector<api::TopicDocument>& topics)
{
    std::vector<Row> rows{{"SOURCE", "TARGET", "STATE", "PARTITIONS", "ACTIVE", "LAG", "REASON"}};
    for (const auto& topic : topics) {
        rows.push_back({shown(topic.source),
                        shown(topic.target),
                        shown(topic.state),
                        std::to_string(topic.partitions.size()),
                        std::to_string(std::ranges::count(
                            topic.partitions, "active", &api::PartitionDocument::state)),
                        std::to_string(lag_of(topic)),
                        shown(topic.reason.empty() ? topic.configs : topic.reason)});
    }
    return aligned(rows);
}

std::string partitions_table(const std::vector<api::TopicDocument>& topics)
{
    std::vector<Row> rows{{"PARTITION",
                           "STATE",
                           "NEXT SOURCE",
                           "SOURCE LSO",
                           "NEXT TARGET",
                           "LAG",
                           "LAST COMMIT",
                           "REASON"}};
    for (const auto& topic : topics) {
        for (const auto& partition : topic.partitions) {
            rows.push_back({fmt::format("{}-{}", shown(topic.source), partition.id),
                            shown(partition.state),
                            shown(partition.next_source_offset),
                            shown(partition.source_lso),
                            shown(partition.next_target_offset),
                            shown(partition.lag),
                            shown(partition.last_commit),
                            shown(partition.reason)});
        }
    }
    return aligned(rows);
}

std::string groups_table(const std::vector<api::GroupDocument>& groups)
{
    if (groups.empty()) return "no groups\n";
    std::vector<Row> rows{{"GROUP", "STATE", "AGE", "REREADS", "REASON"}};
    for (const auto& group : groups) {
        rows.push_back({shown(group.id),
                        shown(group.state),
                        seconds(group.staleness_s),
                        std::to_string(group.rereads),
                        shown(group.reason)});
    }
    return aligned(rows);
}

std::string groups_line(const api::LinkStatusDocument& link)
{
    const auto synced = std::ranges::count(
        link.groups, to_string(links::GroupSyncState::synced), &api::GroupDocument::state);
    return fmt::format("{} of {} synced; a failover now would read {} records again",
                       synced,
                       link.groups.size(),
                       link.failover_now.rereads);
}

}  // namespace

std::string links_table(const std::vector<api::LinkDocument>& links)
{
    if (links.empty()) return "no links\n";
    std::vector<Row> rows{{"NAME",
                           "STATE",
                           "SOURCE",
                           "TARGET",
                           "LAG",
                           "BEHIND",
                           "OPEN GAPS",
                           "MANAGED BY",
                           "REASON"}};
    for (const auto& link : links) {
        rows.push_back({shown(link.name),
                        shown(link.state),
                        shown(link.source.cluster),
                        shown(link.target.cluster),
                        std::to_string(link.lag.records),
                        seconds(link.lag.seconds),
                        std::to_string(link.gaps.open),
                        shown(link.managed_by),
                        shown(link.reason)});
    }
    return aligned(rows);
}

std::string link_view(const api::LinkStatusDocument& link, LinkDetails details)
{
    std::vector<Row> rows{{"link", shown(link.name)}, {"state", shown(link.state)}};
    if (!link.reason.empty()) rows.push_back({"reason", escaped(link.reason)});
    rows.push_back({"managed by", shown(link.managed_by)});
    rows.push_back({"delivery", shown(link.delivery)});
    if (!link.delivery_caveat.empty()) rows.back().back() += ": " + escaped(link.delivery_caveat);
    rows.push_back({"source", side(link.source)});
    rows.push_back({"target", side(link.target)});
    if (!link.acls.empty()) rows.push_back({"acls", escaped(link.acls)});
    rows.push_back({"lag", lag_line(link.lag)});
    rows.push_back({"transactions",
                    fmt::format("{} committed, {} aborted, {} producers recycled",
                                link.transactions.committed,
                                link.transactions.aborted,
                                link.transactions.recycled)});
    const auto& [open, unacknowledged, total] = link.gaps;
    rows.push_back(
        {"gaps",
         fmt::format("{} open of {}", open, total) +
             (unacknowledged > 0 ? fmt::format(", {} to acknowledge", unacknowledged) : "")});
    rows.push_back({"groups", groups_line(link)});
    auto out = aligned(rows);
    out += "\n" + (link.topics.empty() ? "no topics\n" : topics_table(link.topics));
    if (details.partitions && !link.topics.empty()) out += "\n" + partitions_table(link.topics);
    if (details.groups) out += "\n" + groups_table(link.groups);
    return out;
}

std::string gaps_table(const std::vector<api::GapDocument>& gaps)
{
    if (gaps.empty()) return "no gaps\n";
    std::vector<Row> rows{{"ID",
                           "PARTITION",
                           "CAUSE",
                           "FROM",
                           "TO",
                           "OFFSETS",
                           "TARGET",
                           "POLICY",
                           "OPEN",
                           "TIME",
                           "ACKNOWLEDGED BY"}};
    for (const auto& gap : gaps) {
        rows.push_back({std::to_string(gap.id),
                        fmt::format("{}-{}", shown(gap.topic), gap.partition),
                        shown(gap.cause),
                        std::to_string(gap.from),
                        std::to_string(gap.to),
                        std::to_string(gap.to - gap.from),
                        std::to_string(gap.target_offset),
                        shown(gap.policy),
                        gap.open ? "yes" : "no",
                        shown(gap.time),
                        shown(gap.acknowledged_by)});
    }
    return aligned(rows);
}

std::string translation_line(const api::PositionDocument& asked,
                             const api::TranslatedDocument& answer,
                             links::Direction direction)
{
    const auto from = fmt::format("{}-{} {}", escaped(asked.topic), asked.partition, asked.offset);
    if (!answer.offset) {
        const bool unknown = answer.status == to_string(links::Translation::Status::unknown);
        return fmt::format("{} -> none ({}){}\n",
                           from,
                           shown(answer.status),
                           unknown ? why_unknown(direction) : "");
    }
    const auto beyond = answer.not_replicated == 0
                            ? ""
                            : fmt::format(", {} not replicated yet", answer.not_replicated);
    return fmt::format("{} -> {}-{} {} ({}{})\n",
                       from,
                       shown(answer.topic),
                       answer.partition,
                       *answer.offset,
                       shown(answer.status),
                       beyond);
}

std::string plan_view(const api::VerbPlanDocument& plan)
{
    std::string out = "dry run: nothing is changed\n";
    std::vector<Row> rows{{"CHECK", "OUTCOME", "WHAT"}};
    for (const auto& check : plan.checks) {
        rows.push_back({shown(check.name), shown(check.outcome), shown(check.text)});
    }
    out += aligned(rows);
    if (plan.steps.empty()) return out + "nothing to do\n";
    int number = 0;
    for (const auto& step : plan.steps) out += fmt::format("{}. {}\n", ++number, escaped(step));
    return out;
}

std::string operations_table(const std::vector<api::OperationDocument>& operations)
{
    if (operations.empty()) return "no operations\n";
    std::vector<Row> rows{{"ID", "LINK", "VERB", "STATE", "STARTED", "ENDED", "REASON", "DETAIL"}};
    for (const auto& operation : operations) {
        rows.push_back({shown(operation.id),
                        shown(operation.link),
                        shown(operation.verb),
                        shown(operation.state),
                        shown(operation.started),
                        shown(operation.ended),
                        shown(operation.reason),
                        shown(operation.detail)});
    }
    return aligned(rows);
}

std::string operation_line(const api::OperationDocument& operation)
{
    return fmt::format("{} of {} {}: {}\n",
                       escaped(operation.verb),
                       escaped(operation.link),
                       escaped(operation.state),
                       escaped(operation.detail));
}

std::string changes_view(const api::ConfigChangesDocument& changes)
{
    std::string out = changes.applied ? "" : "dry run: nothing is changed\n";
    if (changes.links.empty()) out += "no link changes\n";
    std::vector<Row> rows{{"LINK", "CHANGE", "KEYS"}};
    for (const auto& link : changes.links) {
        rows.push_back({shown(link.link),
                        shown(link.change),
                        shown(fmt::format("{}", fmt::join(link.keys, ", ")))});
    }
    if (rows.size() > 1) out += aligned(rows);
    for (const auto& key : changes.at_next_start) {
        out += fmt::format("{} differs as well: the next start of `strait serve` takes it over\n",
                           escaped(key));
    }
    for (const auto& warning : changes.warnings) {
        out += fmt::format("warning: {}\n", escaped(warning));
    }
    return out;
}

std::string edit_view(const api::LinkEditDocument& edit)
{
    return changes_view({edit.applied, edit.links, {}, edit.warnings});
}

namespace {

// Every text stands in quotes, as JSON has it, so that none is taken for something else.
void append_yaml(std::string& out, const boost::json::object& members, const std::string& indent)
{
    for (const auto& [name, value] : members) {
        const std::string_view key = name;
        const bool plain = !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
                                               std::string_view::npos;
        out += indent + (plain ? std::string{key} : boost::json::serialize(key)) + ":";
        const auto* const inner = value.if_object();
        if (inner != nullptr && !inner->empty()) {
            out += "\n";
            append_yaml(out, *inner, indent + "  ");
        } else {
            out += " " + boost::json::serialize(value) + "\n";
        }
    }
}

}  // namespace

std::string config_view(const api::LinkConfigDocument& link)
{
    auto out = "# managed by " + escaped(link.managed_by);
    if (link.revision) {
        out += fmt::format(", revision {}, created {}, changed {}",
                           *link.revision,
                           shown(link.created),
                           shown(link.changed));
    }
    out += "\n";
    if (const auto* const members = link.config.if_object()) append_yaml(out, *members, "");
    return out;
}

}  // namespace strait::exchange
