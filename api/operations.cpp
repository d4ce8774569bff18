#include "api/handler.hpp"
#include "api/operation_documents.hpp"
#include "api/response.hpp"
#include "api/wire_time.hpp"
#include "core/object_reader.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

std::string read_reason(const std::string& text, Problems& problems)
{
    if (text.empty()) return {};
    const auto body = parse_json(text, "body", problems);
    ObjectReader reader{body, "", problems};
    auto reason = reader.optional("reason", std::string{});
    if (reason.size() > links::Order::reason_bytes_max) {
        reader.reject("reason",
                      "too_large",
                      "at most " + std::to_string(links::Order::reason_bytes_max) + " bytes");
    }
    return reason;
}

Handled carry_out(Services& services, const Call& call, links::Verb verb)
{
    Problems problems;
    auto reason = read_reason(call.request.body(), problems);
    if (!problems.empty()) co_return refuse(problems);
    LinkName link{call.path.front()};
    if (call.dry_run) {
        const auto plan = co_await services.links.plan(std::move(link), verb);
        if (!plan) co_return refuse(plan.error());
        co_return json(http::status::ok, boost::json::value_from(document_of(*plan)));
    }
    const auto begun = co_await services.links.begin(std::move(link), verb, std::move(reason));
    if (!begun) co_return refuse(begun.error());
    auto response = json(http::status::accepted, boost::json::value_from(document_of(*begun)));
    response.set(http::field::location, "/v1/operations/" + std::to_string(begun->id.value()));
    co_return response;
}

}  // namespace

VerbPlanDocument document_of(const links::VerbPlan& plan)
{
    VerbPlanDocument document{{}, plan.steps};
    for (const auto& check : plan.checks) {
        document.checks.push_back({std::string{to_string(check.outcome)}, check.name, check.text});
    }
    return document;
}

OperationDocument document_of(const links::Operation& operation)
{
    const bool running = operation.state == links::Operation::State::running;
    return {.id = std::to_string(operation.id.value()),
            .link = operation.link.value(),
            .verb = std::string{to_string(operation.verb)},
            .reason = operation.reason,
            .state = std::string{to_string(operation.state)},
            .detail = operation.detail,
            .started = rfc3339(operation.started_ms),
            .ended = running ? std::nullopt : std::optional{rfc3339(operation.ended_ms)}};
}

Handled pause_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::pause);
}

Handled resume_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::resume);
}

Handled list_operations(Services& services, const Call&)
{
    ItemsDocument<OperationDocument> list;
    for (const auto& operation : services.links.operations()) {
        list.items.push_back(document_of(operation));
    }
    co_return json(http::status::ok, boost::json::value_from(list));
}

Handled show_operation(Services& services, const Call& call)
{
    const auto& text = call.path.front();
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    const auto all = services.links.operations();
    const auto found = std::ranges::find(all, links::OperationId{number}, &links::Operation::id);
    if (parsed.ec != std::errc{} || parsed.ptr != end || found == all.end()) {
        co_return refuse(Error{Errc::not_found, "no operation '" + text + "'"});
    }
    co_return json(http::status::ok, boost::json::value_from(document_of(*found)));
}

}  // namespace strait::api
