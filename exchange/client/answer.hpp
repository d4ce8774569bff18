#pragma once

#include "core/error.hpp"
#include "exchange/client/http_client.hpp"
#include "exchange/link_commands.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <expected>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>

// What a public door answers, as the commands tell it.
namespace strait::exchange {

// Why a command came to nothing, on `err`; and what the program exits with.
ExitCode tell(std::ostream& err, const Error& error);

// The same of an answer that is not 2xx: the problem's code and detail, what else it names, each
// member that is wrong, and the id of the request.
ExitCode tell(std::ostream& err, const HttpAnswer& refusal);

// Why there is no good answer: no answer at all, or a refusal.
using Setback = std::variant<Error, HttpAnswer>;

template <class T>
using Asked = std::expected<T, Setback>;

ExitCode tell(std::ostream& err, const Setback& setback);

// Asks, and takes only a good answer.
Asked<HttpAnswer> ask_well(HttpClient& door, const HttpRequest& request);

// The same for an answer that is JSON.
Asked<boost::json::value> ask_json(HttpClient& door, const HttpRequest& request);

// The body as JSON, whose numbers are what stands there. Errc::corrupt if it is none.
Result<boost::json::value> json_of(const HttpAnswer& answer);

// The member's text; empty if there is none.
std::string text_in(const boost::json::object& object, std::string_view name);

}  // namespace strait::exchange
