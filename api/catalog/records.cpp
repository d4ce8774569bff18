#include "api/catalog/records.hpp"

#include "catalog/commands/requests.hpp"

#include <boost/json/serialize.hpp>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

std::string path_of(const Call& call)
{
    const std::string_view target = call.request.target();
    return std::string{target.substr(0, target.find('?'))};
}

// Below the collection that was asked; empty for what has no place there.
std::string location_of(const Call& call, const Shown& shown)
{
    if (!shown.created) return {};
    if (shown.place.starts_with('/')) return shown.place;
    if (!shown.place.empty()) return path_of(call) + "/" + shown.place;
    const auto* const id = shown.body.if_contains("id");
    return id == nullptr ? std::string{} : path_of(call) + "/" + std::string{id->as_string()};
}

Response first_response(const Services& services, const Call& call, const Shown& shown)
{
    auto body = shown.body;
    for (const auto& [name, secret] : shown.secrets) body.insert_or_assign(name, secret);
    auto response =
        catalog_response(services, shown.created ? http::status::created : http::status::ok, body);
    response.set(http::field::etag, tag_of(shown.revision));
    if (auto location = location_of(call, shown); !location.empty()) {
        response.set(http::field::location, location);
    }
    return response;
}

catalog::StoredAnswer kept_of(const Call& call, const Shown& shown)
{
    auto body = shown.body;
    for (const auto& [name, secret] : shown.secrets) body.insert_or_assign(name, nullptr);
    catalog::StoredAnswer kept{.status = static_cast<std::uint16_t>(
                                   shown.created ? http::status::created : http::status::ok),
                               .headers = {{"ETag", tag_of(shown.revision)}},
                               .body = boost::json::serialize(body)};
    if (auto location = location_of(call, shown); !location.empty()) {
        kept.headers.emplace_back("Location", std::move(location));
    }
    return kept;
}

Response replayed(const Services& services, const catalog::StoredAnswer& kept)
{
    auto response = text(static_cast<http::status>(kept.status), "application/json", kept.body);
    for (const auto& [name, value] : kept.headers) response.set(name, value);
    response.set("Strait-Revision", std::to_string(services.catalog->revision()));
    response.set("Idempotency-Replayed", "true");
    return response;
}

}  // namespace

std::string tag_of(std::uint64_t revision) { return "\"" + std::to_string(revision) + "\""; }

Document parse_body(const Call& call, Problems& problems)
{
    const auto& body = call.request.body();
    auto document = parse_json(body.empty() ? "{}" : body, "body", problems);
    const bool readable = document.kind != Document::Kind::unreadable;
    if (readable && document.kind != Document::Kind::object) {
        problems.add({"body", "", "wrong_type", "the body is an object"});
    }
    return document;
}

void check_reason(const std::string& reason, Problems& problems)
{
    if (reason.empty()) return;
    catalog::check_text("/reason", reason, catalog::reason_size_max, problems);
}

Answered<std::string> read_reason(const Call& call)
{
    auto input = read_reasoned<catalog::ReasonInput>(call);
    if (!input) return std::unexpected{input.error()};
    return std::move(input->reason);
}

Answered<Document> read_patch_body(const Call& call)
{
    Problems problems;
    auto patch = parse_body(call, problems);
    if (!problems.empty()) return refuse(problems);
    return patch;
}

catalog::Refusal no_such_object()
{
    return {.code = catalog::RefusalCode::not_found, .detail = "no such object"};
}

catalog::Refusal unavailable(const Error& error)
{
    return {.code = catalog::RefusalCode::unavailable, .detail = error.detail()};
}

std::optional<Refusal> unseen(const Call& call)
{
    const auto method = call.request.method();
    const bool needs_tag = method == http::verb::patch || method == http::verb::delete_;
    if (!needs_tag || call.dry_run || !call.request[http::field::if_match].empty()) {
        return std::nullopt;
    }
    return Refusal{"precondition-required",
                   "say with If-Match which revision you have seen: its ETag"};
}

std::optional<std::string> expected_tag(const Call& call)
{
    const std::string_view field = call.request[http::field::if_match];
    if (field.empty() || field == "*") return std::nullopt;
    return std::string{field};
}

catalog::Refusal precondition_failed(std::uint64_t revision)
{
    return {.code = catalog::RefusalCode::precondition_failed,
            .detail = "it is at revision " + std::to_string(revision) +
                      ": look at what has changed, and ask again"};
}

Response catalog_response(const Services& services,
                          http::status status,
                          const boost::json::value& body)
{
    auto response = json(status, body);
    response.set("Strait-Revision", std::to_string(services.catalog->revision()));
    return response;
}

Handled carry_out(Services& services, const Call& call, Command<Shown> command)
{
    auto& catalog = *services.catalog;
    if (call.dry_run) {
        auto tried = co_await catalog.ask(call.caller, std::move(command));
        if (!tried) co_return std::unexpected{Refusal{tried.error()}};
        co_return catalog_response(services, http::status::ok, tried->body);
    }
    const std::string name{call.request["Idempotency-Key"]};
    const bool has_names = call.caller.kind != catalog::Caller::Kind::anyone;  // of its own
    if (name.empty() || !has_names) {
        auto done = co_await catalog.execute(call.caller, std::move(command));
        if (!done) co_return std::unexpected{Refusal{done.error()}};
        co_return first_response(services, call, *done);
    }
    std::optional<Shown> first;  // with what is not kept
    const Command<catalog::StoredAnswer> named =
        [&first, &command, &call](
            catalog::Draft& draft,
            const catalog::Act& act) -> catalog::Outcome<catalog::StoredAnswer> {
        first = std::nullopt;
        auto done = command(draft, act);
        if (!done) return catalog::refuse(std::move(done.error()));
        first = *std::move(done);
        return kept_of(call, *first);
    };
    const auto& request = call.request;
    const auto answered = co_await catalog.execute_named(
        call.caller,
        {name, catalog::fingerprint_of(request.method_string(), request.target(), request.body())},
        named);
    if (!answered) co_return std::unexpected{Refusal{answered.error()}};
    switch (answered->repetition) {
        case catalog::Repetition::fresh: co_return first_response(services, call, *first);
        case catalog::Repetition::replayed: co_return replayed(services, answered->answer);
        case catalog::Repetition::mismatch: break;
    }
    co_return refuse("idempotency-mismatch",
                     "this Idempotency-Key named another request: choose a new one");
}

Response record_response(const Services& services, const Call& call, Shown shown)
{
    const auto tag = tag_of(shown.revision);
    const bool is_read =
        call.request.method() == http::verb::get || call.request.method() == http::verb::head;
    if (is_read && call.request[http::field::if_none_match] == tag) {
        Response unchanged{http::status::not_modified, 11};
        unchanged.set(http::field::etag, tag);
        return unchanged;
    }
    auto response = catalog_response(services, http::status::ok, shown.body);
    response.set(http::field::etag, tag);
    return response;
}

}  // namespace strait::api
