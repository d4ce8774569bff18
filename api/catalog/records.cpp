#include "api/catalog/records.hpp"

#include "catalog/records/base32.hpp"

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

// Proves that we made the token, for this caller and this list.
PageToken token_of(const Services& services, const Call& call, const catalog::IdBits& after)
{
    PageToken token{};
    std::ranges::copy(after, token.begin());
    std::string text;
    for (const auto& segment : call.path) text.append(segment).push_back('/');
    text.append(call.request.target().substr(0, call.request.target().find('?')));
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

std::string tag_of(std::uint64_t revision) { return "\"" + std::to_string(revision) + "\""; }

}  // namespace

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

catalog::Refusal no_such_object()
{
    return {.code = catalog::RefusalCode::not_found, .detail = "no such object"};
}

std::optional<std::string> expected_tag(const Call& call)
{
    std::string_view field = call.request[http::field::if_match];
    if (field.empty() || field == "*") return std::nullopt;
    if (field.starts_with('"')) field.remove_prefix(1);
    if (field.ends_with('"')) field.remove_suffix(1);
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

Response created_response(const Services& services, const Call& call, Shown shown)
{
    const auto tag = tag_of(shown.revision);
    const auto location =
        std::string{call.request.target().substr(0, call.request.target().find('?'))} + "/" +
        std::string{shown.body.at("id").as_string()};
    auto response = catalog_response(
        services, call.dry_run ? http::status::ok : http::status::created, shown.body);
    if (call.dry_run) return response;
    response.set(http::field::etag, tag);
    response.set(http::field::location, location);
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
