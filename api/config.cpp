#include "api/config_documents.hpp"
#include "api/handler.hpp"
#include "api/response.hpp"
#include "core/object_reader.hpp"

#include <boost/json/value_from.hpp>

#include <string>
#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

ApplyDocument read_apply(const Document& body, Problems& problems)
{
    ApplyDocument asked;
    ObjectReader reader{body, "", problems};
    asked.file = reader.required<std::string>("file");
    if (!asked.file.empty() && !asked.file.starts_with('/')) {
        reader.reject("file", "out_of_range", "it is not an absolute path");
    }
    return asked;
}

}  // namespace

LinkChangeDocument document_of(const links::LinkChange& change)
{
    return {change.link.value(), std::string{to_string(change.kind)}, change.keys};
}

Handled apply_config(Services& services, const Call& call)
{
    Problems problems;
    const auto body = parse_json(call.request.body(), "body", problems);
    const auto asked = read_apply(body, problems);
    if (!problems.empty()) co_return refuse(problems);

    const auto changes = co_await services.apply(asked.file, call.dry_run);
    if (!changes) co_return std::unexpected{changes.error()};
    ConfigChangesDocument answer{!call.dry_run, {}, changes->at_next_start, changes->warnings};
    for (const auto& change : changes->links) answer.links.push_back(document_of(change));
    co_return json(http::status::ok, boost::json::value_from(answer));
}

}  // namespace strait::api
