#pragma once

#include "api/handler.hpp"
#include "api/refusal.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strait::api {

BOOST_DESCRIBE_STRUCT(Refusal::Member, (), (pointer, code, detail))

// The body of every answer that is not 2xx (RFC 9457).
struct ProblemDocument {
    std::string type;
    std::string title;
    unsigned status = 0;
    std::string detail;
    std::string request_id;
    std::vector<Refusal::Member> errors;
};
BOOST_DESCRIBE_STRUCT(ProblemDocument, (), (type, title, status, detail, request_id, errors))

Response json(boost::beast::http::status status, const boost::json::value& body);
Response text(boost::beast::http::status status, std::string_view content_type, std::string body);

// What every answer carries: its request's id, and that nobody may keep it.
void identify(Response& response, std::string_view request_id);

// The one place where a problem document is made.
Response problem(const Refusal& refusal, std::string_view request_id);

// The response as it is sent, with its Content-Length; without its body for a HEAD.
std::string wire_bytes(Response response, bool head);

}  // namespace strait::api
