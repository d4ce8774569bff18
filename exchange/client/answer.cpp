#include "exchange/client/answer.hpp"

#include "catalog/audit/exported_chain.hpp"
#include "core/document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace json = boost::json;

namespace {

ExitCode exit_of(const Error& error)
{
    const auto code = error.code();
    if (code == Errc::unavailable || code == Errc::timed_out) return ExitCode::unavailable;
    if (code == Errc::not_found) return ExitCode::not_found;
    return code == Errc::invalid_argument ? ExitCode::usage : ExitCode::failure;
}

ExitCode exit_of(unsigned status)
{
    if (status == 404) return ExitCode::not_found;
    if (status == 400) return ExitCode::usage;
    return status == 429 || status == 503 ? ExitCode::unavailable : ExitCode::failure;
}

// What every problem has is told before; the rest names what is in the way, or what is allowed.
constexpr std::array<std::string_view, 6> told_apart{
    "type", "title", "status", "detail", "request_id", "errors"};

void tell_rest(std::ostream& err, const json::object& problem)
{
    for (const auto& [name, value] : problem) {
        if (std::ranges::find(told_apart, std::string_view{name}) != told_apart.end()) continue;
        err << "  " << escaped(name) << ": " << escaped(json::serialize(value)) << '\n';
    }
    const auto* const errors = problem.if_contains("errors");
    const auto* const members = errors == nullptr ? nullptr : errors->if_array();
    if (members == nullptr) return;
    for (const auto& each : *members) {
        const auto* const member = each.if_object();
        if (member == nullptr) continue;
        err << "  " << escaped(text_in(*member, "pointer")) << ": "
            << escaped(text_in(*member, "code")) << '\n';
    }
}

}  // namespace

ExitCode tell(std::ostream& err, const Error& error)
{
    print_error(err, error);
    return exit_of(error);
}

ExitCode tell(std::ostream& err, const HttpAnswer& refusal)
{
    const auto exit = exit_of(refusal.status);
    const auto parsed = json_of(refusal);
    const auto* const problem = parsed ? parsed->if_object() : nullptr;
    if (problem == nullptr || !problem->contains("type")) {
        err << "error: " << refusal.status << ": " << in_quotes(refusal.body) << '\n';
        return exit;
    }
    const auto type = text_in(*problem, "type");
    const auto detail = text_in(*problem, "detail");
    err << "error: " << escaped(detail.empty() ? text_in(*problem, "title") : detail) << " ("
        << refusal.status << ' ' << escaped(type.substr(type.rfind('/') + 1)) << ")\n";
    tell_rest(err, *problem);
    err << "  request: " << escaped(text_in(*problem, "request_id")) << '\n';
    return exit;
}

ExitCode tell(std::ostream& err, const Setback& setback)
{
    return std::visit([&](const auto& why) { return tell(err, why); }, setback);
}

Asked<HttpAnswer> ask_well(HttpClient& door, const HttpRequest& request)
{
    auto answer = door.ask(request);
    if (!answer) return std::unexpected<Setback>{answer.error()};
    if (!answer->is_good()) return std::unexpected<Setback>{*std::move(answer)};
    return *std::move(answer);
}

Asked<json::value> ask_json(HttpClient& door, const HttpRequest& request)
{
    const auto answer = ask_well(door, request);
    if (!answer) return std::unexpected{answer.error()};
    auto body = json_of(*answer);
    if (!body) return std::unexpected<Setback>{body.error()};
    return *std::move(body);
}

Result<json::value> json_of(const HttpAnswer& answer)
{
    auto parsed = catalog::parse_exactly(answer.body);
    if (!parsed) return fail(parsed.error().within("the answer cannot be read"));
    return parsed;
}

std::string text_in(const json::object& object, std::string_view name)
{
    const auto* const member = object.if_contains(name);
    const auto* const text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

}  // namespace strait::exchange
