#include "api/router.hpp"

#include <array>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

// 10,000 positions whose topics have 249 characters are 3 MiB.
constexpr std::size_t positions_bytes_max = 8 << 20;

constexpr std::array table{
    Route{http::verb::get, "/v1/links", Right::read_links, list_links},
    Route{.method = http::verb::post,
          .path = "/v1/links",
          .right = Right::change_links,
          .handler = create_link,
          .dry_run = true},
    Route{http::verb::get, "/v1/links/{}", Right::read_links, show_link},
    Route{.method = http::verb::patch,
          .path = "/v1/links/{}",
          .right = Right::change_links,
          .handler = change_link,
          .dry_run = true},
    Route{.method = http::verb::delete_,
          .path = "/v1/links/{}",
          .right = Right::change_links,
          .handler = delete_link,
          .dry_run = true},
    Route{http::verb::get, "/v1/links/{}/config", Right::read_links, show_link_config},
    Route{http::verb::get, "/v1/links/{}/gaps", Right::read_links, list_gaps},
    Route{http::verb::post,
          "/v1/links/{}:translate",
          Right::read_links,
          translate_offsets,
          positions_bytes_max},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:pause",
          .right = Right::change_links,
          .handler = pause_link,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:resume",
          .right = Right::change_links,
          .handler = resume_link,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:promote",
          .right = Right::change_links,
          .handler = promote_link,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:failover",
          .right = Right::change_links,
          .handler = fail_link_over,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:reverse",
          .right = Right::change_links,
          .handler = reverse_link,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:verify",
          .right = Right::change_links,
          .handler = verify_link,
          .dry_run = true},
    Route{.method = http::verb::post,
          .path = "/v1/links/{}:acknowledge",
          .right = Right::change_links,
          .handler = acknowledge_gaps,
          .dry_run = true},
    Route{http::verb::get, "/v1/operations", Right::read_links, list_operations},
    Route{http::verb::get, "/v1/operations/{}", Right::read_links, show_operation},
    Route{.method = http::verb::post,
          .path = "/v1/config:apply",
          .right = Right::host,
          .handler = apply_config,
          .dry_run = true},
};

}  // namespace

const std::span<const Route> link_routes{table};

}  // namespace strait::api
