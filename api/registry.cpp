#include "api/handler.hpp"
#include "api/registry_documents.hpp"
#include "api/response.hpp"
#include "api/wire_time.hpp"
#include "links/config/link_document.hpp"

#include <boost/json/value_from.hpp>

#include <cassert>
#include <string>
#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

links::LinkRegistry& registry_of(Services& services)
{
    assert(services.registry != nullptr);
    return *services.registry;
}

std::string etag_of(std::uint64_t revision) { return "\"" + std::to_string(revision) + "\""; }

// Between this look and the change nothing else runs: the registry looks again before it waits.
std::optional<Refusal> check_revision(Services& services, const Call& call)
{
    const auto expected = call.request[http::field::if_match];
    if (expected.empty() || expected == "*") return std::nullopt;
    const auto link = registry_of(services).find(LinkName{call.path.front()});
    if (!link) return Refusal{link.error()};
    if (expected == etag_of(link->revision)) return std::nullopt;
    return Refusal{"precondition-failed",
                   "the link is at revision " + std::to_string(link->revision) +
                       ": look at what has changed, and ask again"};
}

void tag(Response& response, const links::RegisteredLink& link)
{
    if (link.revision != 0) response.set(http::field::etag, etag_of(link.revision));
}

Answered<Response> answer_of(const links::Registered<links::LinkEdit>& edit, const Call& call)
{
    if (!edit) return refuse(edit.error());
    const bool created = call.request.method() == http::verb::post && !call.dry_run;
    auto response = json(created ? http::status::created : http::status::ok,
                         boost::json::value_from(document_of(*edit, !call.dry_run)));
    const auto& link = edit->link;
    if (!link || call.dry_run) return response;
    tag(response, *link);
    if (created) {
        response.set(http::field::location, "/v1/links/" + link->config.name.value());
    }
    return response;
}

links::EditOptions options_of(const Call& call) { return {.dry_run = call.dry_run}; }

}  // namespace

LinkConfigDocument document_of(const links::RegisteredLink& link)
{
    LinkConfigDocument document{.config = links::write_link(link.config),
                                .managed_by = std::string{to_string(link.config.managed_by)},
                                .revision = {},
                                .created = {},
                                .changed = {}};
    if (link.revision == 0) return document;
    document.revision = link.revision;
    document.created = rfc3339(link.created_ms);
    document.changed = rfc3339(link.changed_ms);
    return document;
}

LinkEditDocument document_of(const links::LinkEdit& edit, bool applied)
{
    LinkEditDocument document{.applied = applied, .links = {}, .warnings = {}, .link = {}};
    for (const auto& change : edit.changes) document.links.push_back(document_of(change));
    for (const auto& warning : edit.warnings) document.warnings.push_back(to_string(warning));
    if (edit.link) document.link = document_of(*edit.link);
    return document;
}

Handled show_link_config(Services& services, const Call& call)
{
    const auto link = registry_of(services).find(LinkName{call.path.front()});
    if (!link) co_return refuse(link.error());
    auto response = json(http::status::ok, boost::json::value_from(document_of(*link)));
    tag(response, *link);
    co_return response;
}

Handled create_link(Services& services, const Call& call)
{
    Problems problems;
    auto body = parse_json(call.request.body(), "body", problems);
    if (!problems.empty()) co_return refuse(problems);
    const auto edit = co_await registry_of(services).create(std::move(body), options_of(call));
    co_return answer_of(edit, call);
}

Handled change_link(Services& services, const Call& call)
{
    Problems problems;
    auto patch = parse_json(call.request.body(), "body", problems);
    if (problems.empty() && patch.kind != Document::Kind::object) {
        problems.add({"body", "", "wrong_type", "a patch is a mapping"});
    }
    if (!problems.empty()) co_return refuse(problems);
    if (auto refused = check_revision(services, call)) co_return refuse(*std::move(refused));
    const auto edit = co_await registry_of(services).change(
        LinkName{call.path.front()}, std::move(patch), options_of(call));
    co_return answer_of(edit, call);
}

Handled delete_link(Services& services, const Call& call)
{
    if (!call.request.body().empty()) {
        co_return refuse(Error{Errc::invalid_argument, "this request has no body"});
    }
    if (auto refused = check_revision(services, call)) co_return refuse(*std::move(refused));
    const auto edit =
        co_await registry_of(services).remove(LinkName{call.path.front()}, options_of(call));
    co_return answer_of(edit, call);
}

}  // namespace strait::api
