#pragma once

#include "api/handler.hpp"
#include "api/refusal.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace strait::api {

Response json(boost::beast::http::status status, const boost::json::value& body);
Response text(boost::beast::http::status status, std::string_view content_type, std::string body);

// A problem document (RFC 9457). The request id is in it, and in the header of every answer.
Response problem(const Refusal& refusal, std::string_view request_id);

// The response as it is sent, with its Content-Length; without its body for a HEAD.
std::string wire_bytes(Response response, bool head);

}  // namespace strait::api
