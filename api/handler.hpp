#pragma once

#include "api/cluster_probe.hpp"
#include "api/rate_limiter.hpp"
#include "api/refusal.hpp"
#include "api/target.hpp"
#include "catalog/catalog.hpp"
#include "catalog/discovery.hpp"
#include "core/metrics.hpp"
#include "kafka/address_guard.hpp"
#include "links/config/link_changes.hpp"
#include "links/link_directory.hpp"
#include "links/link_registry.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::api {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

// What a configuration file changes of what runs.
struct ConfigChanges {
    std::vector<links::LinkChange> links;
    std::vector<std::string> at_next_start;  // keys that differ and cannot change at run time
    std::vector<std::string> warnings{};     // what is allowed and unwise
};

// Reads the file of that absolute path and makes it true, or with `dry_run` only says what that
// would change. A file with a problem changes nothing, and each problem is named.
using ApplyConfig =
    std::function<boost::asio::awaitable<Answered<ConfigChanges>>(std::string file, bool dry_run)>;

// How often callers of the public door may ask (catalog.md 4).
struct RateLimits {
    RateLimit reads{"reads", 100, std::chrono::seconds{1}};   // with one key
    RateLimit writes{"writes", 20, std::chrono::seconds{1}};  // the same
    RateLimit organisation_reads{
        "organisation-reads", 1'000, std::chrono::seconds{1}};  // all its keys
    RateLimit organisation_writes{"organisation-writes", 200, std::chrono::seconds{1}};  // the same
    RateLimit anonymous{"anonymous", 20, std::chrono::minutes{1}};  // without one, an address

    bool operator==(const RateLimits&) const = default;
};

// What handlers may use. All of it outlives the listeners, and belongs to their thread.
struct Services {
    links::LinkDirectory& links;
    const Metrics& metrics;
    std::function<Result<std::string>()> ready;  // what /readyz says of links, or why it is not
    ApplyConfig apply{};
    links::LinkRegistry* registry = nullptr;  // null where no handler of it is asked
    catalog::Catalog* catalog = nullptr;      // the same
    catalog::Discovery* discovery = nullptr;  // the same
    ClusterProbe* clusters = nullptr;         // the same
    kafka::AddressGuard cluster_guard{};      // of the addresses that callers register
    bool partner_join = false;                // organisations come by invitations of others
    RateLimiter* limiter = nullptr;           // null: without limits
    RateLimits limits{};
    std::string url{};       // where the API is for others: https://x.example
    std::string page_key{};  // of the tokens of lists; as long as this process
};

// A request, and the path segments that its route's "{name}" matched, decoded and in order.
struct Call {
    const Request& request;
    std::vector<std::string> path;
    bool dry_run = false;                         // ?dry_run=true
    catalog::Caller caller{};                     // who asks
    std::vector<Target::Parameter> parameters{};  // of those that the route knows, each once

    // Empty if it is not there.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

// The router turns a Refusal into a problem document, so a handler returns it as it is.
using Handled = boost::asio::awaitable<Answered<Response>>;

Handled list_links(Services& services, const Call& call);         // GET /v1/links
Handled show_link(Services& services, const Call& call);          // GET /v1/links/{}
Handled list_gaps(Services& services, const Call& call);          // GET /v1/links/{}/gaps
Handled translate_offsets(Services& services, const Call& call);  // POST /v1/links/{}:translate

Handled show_link_config(Services& services, const Call& call);  // GET /v1/links/{}/config
Handled create_link(Services& services, const Call& call);       // POST /v1/links
Handled change_link(Services& services, const Call& call);       // PATCH /v1/links/{}
Handled delete_link(Services& services, const Call& call);       // DELETE /v1/links/{}

Handled pause_link(Services& services, const Call& call);        // POST /v1/links/{}:pause
Handled promote_link(Services& services, const Call& call);      // POST /v1/links/{}:promote
Handled fail_link_over(Services& services, const Call& call);    // POST /v1/links/{}:failover
Handled reverse_link(Services& services, const Call& call);      // POST /v1/links/{}:reverse
Handled verify_link(Services& services, const Call& call);       // POST /v1/links/{}:verify
Handled acknowledge_gaps(Services& services, const Call& call);  // POST /v1/links/{}:acknowledge
Handled resume_link(Services& services, const Call& call);       // POST /v1/links/{}:resume
Handled list_operations(Services& services, const Call& call);   // GET /v1/operations
Handled show_operation(Services& services, const Call& call);    // GET /v1/operations/{}

Handled apply_config(Services& services, const Call& call);  // POST /v1/config:apply

Handled show_life(Services& services, const Call& call);       // GET /livez
Handled show_readiness(Services& services, const Call& call);  // GET /readyz
Handled show_metrics(Services& services, const Call& call);    // GET /metrics

}  // namespace strait::api
