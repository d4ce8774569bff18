#include "api/handler.hpp"
#include "api/response.hpp"

#include <boost/beast/http/status.hpp>

namespace strait::api {

namespace http = boost::beast::http;

Handled show_life(Services&, const Call&)
{
    co_return text(http::status::ok, "text/plain", "ok\n");
}

Handled show_readiness(Services& services, const Call&)
{
    const auto ready = services.ready();
    if (ready) co_return text(http::status::ok, "text/plain", "ready\n" + *ready);
    co_return refuse("not-ready", ready.error().detail());
}

Handled show_metrics(Services& services, const Call&)
{
    co_return text(
        http::status::ok, "text/plain; version=0.0.4; charset=utf-8", services.metrics.text());
}

}  // namespace strait::api
