#include "catalog/commands/usage.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"

#include <array>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

// How much subscriptions were given (catalog.md 12).
namespace strait::api {

namespace {

using catalog::Usage;
using catalog::UsageGroup;
using catalog::UsageQuestion;
using catalog::UsageStep;
namespace http = boost::beast::http;

Answered<std::optional<Timestamp>> read_time(const Call& call, std::string_view name)
{
    const auto text = call.parameter(name);
    if (text.empty()) return std::nullopt;
    const auto time = timestamp_from(text);
    if (!time) {
        return refuse(
            wrong_parameter(name, "a time as RFC 3339 has it, for example 2026-02-01T12:00:00Z"));
    }
    return time;
}

Answered<std::vector<UsageGroup>> read_groups(const Call& call)
{
    std::vector<UsageGroup> groups;
    for (const auto part : std::views::split(call.parameter("group_by"), ',')) {
        const std::string_view word{part.begin(), part.end()};
        if (word.empty()) continue;
        const auto group = catalog::from_string<UsageGroup>(word);
        if (!group) {
            return refuse(wrong_parameter(
                "group_by", "any of product, subscription, organisation, partition, kind"));
        }
        groups.push_back(*group);
    }
    return groups;
}

Answered<UsageQuestion> read_question(const Call& call)
{
    UsageQuestion question;
    const auto from = read_time(call, "from");
    if (!from) return std::unexpected{from.error()};
    question.from = *from;
    const auto to = read_time(call, "to");
    if (!to) return std::unexpected{to.error()};
    question.to = *to;
    if (const auto text = call.parameter("step"); !text.empty()) {
        const auto step = catalog::from_string<UsageStep>(text);
        if (!step) return refuse(wrong_parameter("step", "hour, day or month"));
        question.step = *step;
    }
    auto groups = read_groups(call);
    if (!groups) return std::unexpected{groups.error()};
    question.group_by = *std::move(groups);
    if (const auto text = call.parameter("subscription"); !text.empty()) {
        const auto id = catalog::id_from<catalog::Noun::subscription>(text);
        if (!id) return refuse(wrong_parameter("subscription", "the id of one"));
        question.subscription = *id;
    }
    return question;
}

// One column for each member. None of them holds a comma, a quote or an end of a line.
std::string csv_of(const Usage& usage)
{
    constexpr std::array columns{"begins_at",
                                 "side",
                                 "product",
                                 "subscription",
                                 "organisation",
                                 "stream",
                                 "partition",
                                 "kind",
                                 "records",
                                 "bytes",
                                 "rereads"};
    std::string text;
    for (const auto* const column : columns)
        text += (text.empty() ? "" : ",") + std::string{column};
    text += "\r\n";
    for (const auto& line : usage.rows) {
        const auto members = catalog::to_json(line, catalog::Purpose::shown).as_object();
        std::string row;
        for (const auto* const column : columns) {
            if (column != columns.front()) row += ',';
            const auto* const value = members.if_contains(column);
            if (value == nullptr) continue;
            row += value->is_string() ? std::string{value->as_string()} : serialize(*value);
        }
        text += row + "\r\n";
    }
    return text;
}

}  // namespace

Handled show_usage(Services& services, const Call& call)
{
    const auto question = read_question(call);
    if (!question) co_return std::unexpected{question.error()};
    const Command<Usage> ask_usage = [question = *question](catalog::Draft& draft,
                                                            const catalog::Act& act) {
        return usage_of(draft, act, question);
    };
    const auto usage = co_await ask(services, call, ask_usage);
    if (!usage) co_return std::unexpected{usage.error()};
    if (call.request[http::field::accept].contains("text/csv")) {
        co_return text(http::status::ok, "text/csv; charset=utf-8", csv_of(*usage));
    }
    co_return catalog_response(
        services, http::status::ok, catalog::to_json(*usage, catalog::Purpose::shown));
}

}  // namespace strait::api
