#pragma once

#include "api/handler.hpp"
#include "api/problem_code.hpp"
#include "api/right.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace strait::api {

class Schemas;

using Handler = Handled (*)(Services& services, const Call& call);

// The names of query parameters.
using ParameterNames = std::span<const std::string_view>;

// The media types that an answer may have, each with the schema of it (openapi/schemas.hpp). None:
// there is no body.
using BodyOf = boost::json::object (*)(Schemas& schemas);

// Whether a request says with If-Match what its caller has seen.
enum class Match { none, optional, required };

// What /openapi.json says of a route, beyond what all have. There is no default: a route that does
// not describe itself does not compile.
struct Description {
    constexpr Description(std::string_view text,
                          BodyOf takes,
                          BodyOf answers,
                          std::initializer_list<ProblemCode> codes = {})
        : summary{text}, input{takes}, answer{answers}
    {
        std::ranges::copy(codes, problems.begin());
    }

    std::string_view summary;  // one line
    BodyOf input;
    BodyOf answer;
    std::array<std::optional<ProblemCode>, 8> problems;  // besides those of its form
    boost::beast::http::status success = boost::beast::http::status::ok;
    BodyOf tried = nullptr;  // the answer to a dry run, where that is another one
    Match match = Match::none;
    bool tagged = false;      // the answer has an ETag, which If-None-Match may name
    bool repeatable = false;  // takes an Idempotency-Key
};

// One line of a route table. In `path`, "{name}" stands for one segment; a verb follows a colon.
struct Route {
    boost::beast::http::verb method;
    std::string_view path;
    Right right;
    Handler handler;
    Description about;
    std::size_t body_bytes_max = 0;  // where more than ConnectionLimits has is needed
    bool dry_run = false;            // whether ?dry_run=true is known
    ParameterNames parameters{};     // that it knows besides
};

// The lines of the tables, by what they do. What changes something can be tried with
// ?dry_run=true.
namespace routes {

constexpr Route get(std::string_view path, Right right, Handler handler, Description about)
{
    return {.method = boost::beast::http::verb::get,
            .path = path,
            .right = right,
            .handler = handler,
            .about = about};
}

constexpr Route change(boost::beast::http::verb method,
                       std::string_view path,
                       Right right,
                       Handler handler,
                       Description about)
{
    return {.method = method,
            .path = path,
            .right = right,
            .handler = handler,
            .about = about,
            .dry_run = true};
}

constexpr Route post(std::string_view path, Right right, Handler handler, Description about)
{
    return change(boost::beast::http::verb::post, path, right, handler, about);
}

constexpr Route remove(std::string_view path, Right right, Handler handler, Description about)
{
    return change(boost::beast::http::verb::delete_, path, right, handler, about);
}

}  // namespace routes

}  // namespace strait::api
