#include "api/router.hpp"

#include <array>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

using routes::change;
using routes::get;
using routes::post;
using routes::remove;

// 10,000 positions whose topics have 249 characters are 3 MiB.
constexpr std::size_t positions_bytes_max = 8 << 20;

constexpr std::array table{
    get("/v1/links", Right::read_links, list_links),
    post("/v1/links", Right::change_links, create_link),
    get("/v1/links/{}", Right::read_links, show_link),
    change(http::verb::patch, "/v1/links/{}", Right::change_links, change_link),
    remove("/v1/links/{}", Right::change_links, delete_link),
    get("/v1/links/{}/config", Right::read_links, show_link_config),
    get("/v1/links/{}/gaps", Right::read_links, list_gaps),
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:translate",
          .right = Right::read_links,
          .handler = translate_offsets,
          .body_bytes_max = positions_bytes_max},
    post("/v1/links/{}:pause", Right::change_links, pause_link),
    post("/v1/links/{}:resume", Right::change_links, resume_link),
    post("/v1/links/{}:promote", Right::change_links, promote_link),
    post("/v1/links/{}:failover", Right::change_links, fail_link_over),
    post("/v1/links/{}:reverse", Right::change_links, reverse_link),
    post("/v1/links/{}:verify", Right::change_links, verify_link),
    post("/v1/links/{}:acknowledge", Right::change_links, acknowledge_gaps),
    get("/v1/operations", Right::read_links, list_operations),
    get("/v1/operations/{}", Right::read_links, show_operation),
    post("/v1/config:apply", Right::host, apply_config),
};

}  // namespace

const std::span<const Route> link_routes{table};

}  // namespace strait::api
