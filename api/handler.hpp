#pragma once

#include "api/refusal.hpp"
#include "core/metrics.hpp"
#include "links/link_directory.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <string>
#include <vector>

namespace strait::api {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

// What handlers may use. All of it outlives the listeners, and belongs to their thread.
struct Services {
    links::LinkDirectory& links;
    const Metrics& metrics;
    std::function<Result<std::string>()> ready;  // what /readyz says of links, or why it is not
};

// A request, and the path segments that its route's "{}" matched, decoded and in order.
struct Call {
    const Request& request;
    std::vector<std::string> path;
};

// The router turns a Refusal into a problem document, so a handler returns it as it is.
using Handled = boost::asio::awaitable<Answered<Response>>;

Handled list_links(Services& services, const Call& call);         // GET /v1/links
Handled show_link(Services& services, const Call& call);          // GET /v1/links/{}
Handled list_gaps(Services& services, const Call& call);          // GET /v1/links/{}/gaps
Handled translate_offsets(Services& services, const Call& call);  // POST /v1/links/{}:translate

Handled show_life(Services& services, const Call& call);       // GET /livez
Handled show_readiness(Services& services, const Call& call);  // GET /readyz
Handled show_metrics(Services& services, const Call& call);    // GET /metrics

}  // namespace strait::api
