#include "api/catalog/records.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/inputs/people_inputs.hpp"
#include "catalog/records/base32.hpp"

#include <boost/json/serialize.hpp>
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <system_error>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t page_size_default = 50;
constexpr std::size_t tag_bytes = 16;

using PageToken = std::array<std::uint8_t, catalog::IdBits{}.size() + tag_bytes>;

Refusal wrong_parameter(std::string_view name, std::string text)
{
    Refusal refusal{http::status::bad_request, "invalid-request", std::move(text)};
    refusal.members.push_back({"?" + std::string{name}, "out_of_range"});
    return refusal;
}

std::string path_of(const Call& call)
{
    const std::string_view target = call.request.target();
    return std::string{target.substr(0, target.find('?'))};
}

// Proves that we made the token, for this caller and this list.
PageToken token_of(const Services& services, const Call& call, const catalog::IdBits& after)
{
    PageToken token{};
    std::ranges::copy(after, token.begin());
    std::string text;
    text.append(path_of(call));
    text.push_back('\n');
    text.append(call.caller.key.reveal()).push_back('\n');
    text.append(after.begin(), after.end());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> tag{};
    ::HMAC(::EVP_sha256(),
           services.page_key.data(),
           static_cast<int>(services.page_key.size()),
           reinterpret_cast<const std::uint8_t*>(text.data()),
           text.size(),
           tag.data(),
           nullptr);
    std::copy_n(tag.begin(), tag_bytes, token.begin() + after.size());
    return token;
}

// Below the collection that was asked; empty for what has no id.
std::string location_of(const Call& call, const Shown& shown)
{
    const auto path = path_of(call);
    const auto* const id = shown.body.if_contains("id");
    if (!shown.created || id == nullptr) return {};
    constexpr auto version = std::string_view{"/v1/"}.size();
    return path.substr(0, path.find_first_of("/:", version)) + "/" + std::string{id->as_string()};
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

Answered<std::string> read_reason(const Call& call)
{
    auto input = read_body<catalog::ReasonInput>(call);
    if (!input) return std::unexpected{input.error()};
    Problems problems;
    if (!input->reason.empty()) {
        catalog::check_text("/reason", input->reason, catalog::reason_size_max, problems);
    }
    if (!problems.empty()) return refuse(problems);
    return std::move(input->reason);
}

catalog::Refusal no_such_object()
{
    return {.code = catalog::RefusalCode::not_found, .detail = "no such object"};
}

std::optional<Refusal> unseen(const Call& call)
{
    const auto method = call.request.method();
    const bool needs_tag = method == http::verb::patch || method == http::verb::delete_;
    if (!needs_tag || call.dry_run || !call.request[http::field::if_match].empty()) {
        return std::nullopt;
    }
    return Refusal{http::status::precondition_required,
                   "precondition-required",
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
    co_return refuse(http::status::unprocessable_entity,
                     "idempotency-mismatch",
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

Answered<Page> read_page(const Services& services, const Call& call)
{
    Page page{.size = page_size_default, .after = {}};
    if (const auto size = call.parameter("page_size"); !size.empty()) {
        const auto [end, failure] =
            std::from_chars(size.data(), size.data() + size.size(), page.size);
        const bool whole = failure == std::errc{} && end == size.data() + size.size();
        if (!whole || page.size < 1 || page.size > page_size_max) {
            return refuse(wrong_parameter("page_size", "page_size is 1 to 500"));
        }
    }
    const auto text = call.parameter("page_token");
    if (text.empty()) return page;
    PageToken token{};
    catalog::IdBits after{};
    const bool is_token = catalog::read_base32(text, token);
    std::copy_n(token.begin(), after.size(), after.begin());
    const auto ours = token_of(services, call, after);
    if (!is_token || ::CRYPTO_memcmp(token.data(), ours.data(), ours.size()) != 0) {
        return refuse(wrong_parameter("page_token", "not of this list: begin at its first page"));
    }
    page.after = after;
    return page;
}

Response page_response(const Services& services,
                       const Call& call,
                       boost::json::array items,
                       const std::optional<catalog::IdBits>& last)
{
    boost::json::object body{{"items", std::move(items)}};
    if (last) body.emplace("next_page_token", catalog::base32(token_of(services, call, *last)));
    return catalog_response(services, http::status::ok, body);
}

std::vector<catalog::IdBits> ids_of_page(catalog::Draft& draft,
                                         catalog::OrganisationId organisation,
                                         catalog::Noun noun,
                                         const Page& page)
{
    std::string from;
    if (const auto& after = page.after) {
        from = catalog::organisation_key(organisation, noun, *after);
        from.push_back('\0');  // the first key behind it
    }
    return draft.ids_below(catalog::Family::by_organisation,
                           catalog::organisation_key(organisation, noun),
                           page.size + 1,
                           from);
}

}  // namespace strait::api
