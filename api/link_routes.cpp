#include "api/openapi/bodies.hpp"
#include "api/operation_documents.hpp"
#include "api/registry_documents.hpp"
#include "api/router.hpp"

#include <array>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

using routes::change;
using routes::get;

// 10,000 positions whose topics have 249 characters are 3 MiB.
constexpr std::size_t positions_bytes_max = 8 << 20;

// What a resumption takes: to look again at some topics, or to skip records of one partition.
struct ResumeInput : ResumeDocument {
    std::vector<std::string> topics;
};
BOOST_DESCRIBE_STRUCT(ResumeInput, (ResumeDocument), (topics))

// A link, with the keys of the file.
using LinkKeys = boost::json::object;

constexpr Route show(std::string_view path,
                     Handler handler,
                     std::string_view summary,
                     BodyOf answer)
{
    return get(path, Right::read_links, handler, {summary, nothing, answer});
}

constexpr Route edit(http::verb method,
                     std::string_view path,
                     Handler handler,
                     std::string_view summary,
                     BodyOf input)
{
    auto route =
        change(method,
               path,
               Right::change_links,
               handler,
               {summary,
                input,
                converted<LinkEditDocument>,
                {"illegal-transition", "outcome-unknown", "kafka-unavailable", "draining"}});
    const bool creates = method == http::verb::post;
    route.about.success = creates ? http::status::created : http::status::ok;
    route.about.match = creates ? Match::none : Match::optional;
    return route;
}

constexpr Route verb(std::string_view path, Handler handler, std::string_view summary, BodyOf input)
{
    auto route = routes::post(path,
                              Right::change_links,
                              handler,
                              {summary,
                               input,
                               converted<OperationDocument>,
                               {"illegal-transition",
                                "position-lost",
                                "position-out-of-range",
                                "outcome-unknown",
                                "kafka-unavailable",
                                "draining"}});
    route.about.success = http::status::accepted;
    route.about.tried = converted<VerbPlanDocument>;
    return route;
}

constexpr std::array table{
    show("/v1/links", list_links, "The links", converted<ItemsDocument<LinkDocument>>),
    edit(http::verb::post, "/v1/links", create_link, "Make a link", asked<LinkKeys>),
    show("/v1/links/{link}",
         show_link,
         "One link, partition by partition",
         converted<LinkStatusDocument>),
    edit(http::verb::patch,
         "/v1/links/{link}",
         change_link,
         "Change keys of a link",
         patched_to<LinkKeys>),
    edit(http::verb::delete_, "/v1/links/{link}", delete_link, "End a link", nothing),
    show("/v1/links/{link}/config",
         show_link_config,
         "Every key of a link",
         converted<LinkConfigDocument>),
    show("/v1/links/{link}/gaps",
         list_gaps,
         "Its gaps, the oldest first",
         converted<ItemsDocument<GapDocument>>),
    Route{.method = http::verb::post,
          .path = "/v1/links/{link}:translate",
          .right = Right::read_links,
          .handler = translate_offsets,
          .about = {"Where positions of one side are on the other",
                    asked<TranslateDocument>,
                    converted<TranslatedPositionsDocument>,
                    {"illegal-transition", "kafka-unavailable"}},
          .body_bytes_max = positions_bytes_max},
    verb("/v1/links/{link}:pause", pause_link, "Let it stand still", asked<TopicsDocument>),
    verb("/v1/links/{link}:resume", resume_link, "Let it go on", asked<ResumeInput>),
    verb("/v1/links/{link}:promote",
         promote_link,
         "Make the target the source, with all records",
         asked<PromoteDocument>),
    verb("/v1/links/{link}:failover",
         fail_link_over,
         "Make the target the source, with the records that it has",
         asked<TopicsDocument>),
    verb("/v1/links/{link}:reverse", reverse_link, "Mirror back", asked<ReverseDocument>),
    verb("/v1/links/{link}:verify", verify_link, "Compare both sides", asked<VerifyDocument>),
    verb("/v1/links/{link}:acknowledge",
         acknowledge_gaps,
         "Say that gaps are known",
         asked<AcknowledgeDocument>),
    show("/v1/operations",
         list_operations,
         "What was begun",
         converted<ItemsDocument<OperationDocument>>),
    show("/v1/operations/{operation}", show_operation, "One of it", converted<OperationDocument>),
    routes::post(
        "/v1/config:apply",
        Right::host,
        apply_config,
        {"Make a configuration file true", asked<ApplyDocument>, converted<ConfigChangesDocument>}),
};

}  // namespace

const std::span<const Route> link_routes{table};

}  // namespace strait::api
