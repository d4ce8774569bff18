#pragma once

#include "api/handler.hpp"
#include "api/right.hpp"

#include <boost/beast/http/verb.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace strait::api {

using Handler = Handled (*)(Services& services, const Call& call);

// The names of query parameters.
using ParameterNames = std::span<const std::string_view>;

// One line of a route table. In `path`, "{}" stands for one segment; a verb follows a colon.
struct Route {
    boost::beast::http::verb method;
    std::string_view path;
    Right right;
    Handler handler;
    std::size_t body_bytes_max = 0;  // where more than ConnectionLimits has is needed
    bool dry_run = false;            // whether ?dry_run=true is known
    ParameterNames parameters{};     // that it knows besides
};

// The lines of the tables, by what they do. What changes something can be tried with
// ?dry_run=true.
namespace routes {

constexpr Route get(std::string_view path, Right right, Handler handler)
{
    return {
        .method = boost::beast::http::verb::get, .path = path, .right = right, .handler = handler};
}

constexpr Route change(boost::beast::http::verb method,
                       std::string_view path,
                       Right right,
                       Handler handler)
{
    return {.method = method, .path = path, .right = right, .handler = handler, .dry_run = true};
}

constexpr Route post(std::string_view path, Right right, Handler handler)
{
    return change(boost::beast::http::verb::post, path, right, handler);
}

constexpr Route remove(std::string_view path, Right right, Handler handler)
{
    return change(boost::beast::http::verb::delete_, path, right, handler);
}

}  // namespace routes

}  // namespace strait::api
