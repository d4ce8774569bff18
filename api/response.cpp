#include "api/response.hpp"

#include <boost/beast/http/write.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <sstream>
#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

Response json(http::status status, const boost::json::value& body)
{
    return text(status, "application/json", boost::json::serialize(body));
}

Response text(http::status status, std::string_view content_type, std::string body)
{
    Response response{status, 11};
    response.set(http::field::content_type, content_type);
    response.body() = std::move(body);
    return response;
}

void identify(Response& response, std::string_view request_id)
{
    response.set("Strait-Request-Id", request_id);
    response.set(http::field::cache_control, "no-store");
}

Response problem(const Refusal& refusal, std::string_view request_id)
{
    const ProblemDocument document{.type = std::string{"/problems/"}.append(refusal.code),
                                   .title = std::string{http::obsolete_reason(refusal.status)},
                                   .status = static_cast<unsigned>(refusal.status),
                                   .detail = refusal.detail,
                                   .request_id = std::string{request_id},
                                   .errors = refusal.members};
    auto body = boost::json::value_from(document);
    if (!refusal.named_as.empty()) {
        body.as_object().emplace(refusal.named_as, boost::json::value_from(refusal.named));
    }
    auto response = json(refusal.status, body);
    response.set(http::field::content_type, "application/problem+json");
    identify(response, request_id);
    if (!refusal.allow.empty()) response.set(http::field::allow, refusal.allow);
    if (refusal.status == http::status::unauthorized) {
        response.set(http::field::www_authenticate, R"(Bearer realm="strait")");
    }
    if (refusal.status == http::status::service_unavailable) {
        response.set(http::field::retry_after, "1");
    }
    return response;
}

std::string wire_bytes(Response response, bool head)
{
    response.prepare_payload();
    std::ostringstream header;
    header << response.base();
    auto bytes = std::move(header).str();
    if (!head) bytes += response.body();
    return bytes;
}

}  // namespace strait::api
