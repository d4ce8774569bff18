#include "api/catalog/handlers.hpp"
#include "api/catalog/route_forms.hpp"
#include "api/catalog/routes.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/contracts.hpp"
#include "catalog/commands/drafts.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/declared/apply.hpp"
#include "catalog/inputs/contract_inputs.hpp"
#include "catalog/inputs/publishing_inputs.hpp"

#include <array>

namespace strait::api {

namespace {

using catalog::Cluster;
using catalog::Contract;
using catalog::DataProduct;
using catalog::Offer;
using catalog::ProductVersion;
using catalog::ReasonInput;
using catalog::Verb;
using forms::asks_with;
using forms::create;
using forms::edit;
using forms::list;
using forms::list_named;
using forms::list_own;
using forms::named;
using forms::remove;
using forms::show;
using forms::show_own;
using forms::tell;
using forms::verb;

constexpr std::array<std::string_view, 4> search_parameters{
    "q", "facets", "page_size", "page_token"};
constexpr std::array<std::string_view, 1> prefix_parameter{"prefix"};
constexpr std::array<std::string_view, 1> version_parameter{"version"};

// Schemas and terms are long, and longer as texts of JSON.
constexpr std::size_t long_texts_bytes_max = 8 << 20;

constexpr Route with_long_texts(Route route)
{
    route.body_bytes_max = long_texts_bytes_max;
    return route;
}

boost::json::object schema_text(Schemas&)
{
    const boost::json::object text{{"schema", {{"type", "string"}}}};
    return {{"application/schema+json", boost::json::object{}},
            {"application/vnd.apache.avro+json", boost::json::object{}},
            {"text/plain", text}};
}

template <Verb V>
constexpr Route of_cluster(std::string_view path, std::string_view summary)
{
    return tell<catalog::change_cluster, V, Cluster, AnyOf<Cluster, RecordStub<Cluster>>>(
        path, Right::signed_in, summary);
}

template <Verb V>
constexpr Route of_offer(std::string_view path, std::string_view summary)
{
    return tell<catalog::change_offer, V, Offer>(
        path, Right::products_write, summary, {"not-publishable"});
}

template <Verb V>
constexpr Route of_contract(std::string_view path, std::string_view summary)
{
    return tell<catalog::change_contract, V, Contract>(
        path, Right::products_write, summary, {"in-use", "schema-invalid"});
}

template <bool Listed>
constexpr Route list_product(std::string_view path, std::string_view summary)
{
    constexpr auto change = [](catalog::Draft& draft,
                               const catalog::Act& act,
                               catalog::ProductId id,
                               const std::string&) {
        return catalog::list_product(draft, act, id, Listed);
    };
    return verb(path,
                Right::products_write,
                say<change, DataProduct>,
                {summary, asked<ReasonInput>, answered<DataProduct>});
}

constexpr Route drop_product(std::string_view path, std::string_view summary)
{
    constexpr auto change =
        [](catalog::Draft& draft, const catalog::Act& act, catalog::ProductId id, Verb) {
            return catalog::remove_product(draft, act, id);
        };
    return remove<change, DataProduct>(path, Right::products_write, summary, {"in-use"});
}

constexpr Route of_version(std::string_view path,
                           Handler handler,
                           std::string_view summary,
                           BodyOf answer = answered<ProductVersion>,
                           BodyOf input = asked<ReasonInput>)
{
    return verb(path,
                Right::products_write,
                handler,
                {summary, input, answer, {"not-publishable", "version-immutable", "in-use"}});
}

constexpr std::array table{
    named("/v1/clusters",
          Right::signed_in,
          list_clusters,
          {"The clusters of one's organisation",
           nothing,
           answered<PageDocument<AnyOf<Cluster, ClusterCard>>>}),
    create("/v1/clusters",
           Right::org_write,
           create_cluster,
           {"Register a cluster; its secrets are never shown",
            asked<catalog::NewCluster>,
            answered<Cluster>,
            {"name-taken", "address-refused"}}),
    show("/v1/clusters/{cluster}",
         Right::signed_in,
         show_cluster,
         {"One cluster: all of it for who looks after it, its name for others",
          nothing,
          answered<AnyOf<Cluster, ClusterCard>>}),
    edit("/v1/clusters/{cluster}",
         Right::org_write,
         edit_cluster,
         {"Say where a cluster is, or how it is reached",
          asked<catalog::ClusterChanges>,
          answered<Cluster>,
          {"address-refused"}}),
    remove<catalog::change_cluster, Cluster>("/v1/clusters/{cluster}",
                                             Right::org_write,
                                             "Remove a cluster that nothing uses",
                                             {"in-use"}),
    of_cluster<Verb::disable>("/v1/clusters/{cluster}:disable", "Let nothing connect to it"),
    of_cluster<Verb::enable>("/v1/clusters/{cluster}:enable", "Let connections be made again"),
    verb("/v1/clusters/{cluster}:verify",
         Right::org_write,
         verify_cluster,
         {"Look whether it is there, at once",
          asked<ReasonInput>,
          answered<Cluster>,
          {"cluster-unreachable", "address-refused"}}),
    asks_with(prefix_parameter,
              routes::get("/v1/clusters/{cluster}/topics",
                          Right::products_write,
                          list_cluster_topics,
                          {"The topics of a cluster",
                           nothing,
                           answered<ClusterTopics>,
                           {"cluster-unreachable"}})),

    asks_with(search_parameters,
              routes::get("/v1/discover",
                          Right::catalog_read,
                          discover,
                          {"Find products that others publish",
                           nothing,
                           answered<FoundProducts>,
                           {"index-rebuilding", "not-found"}})),
    routes::get("/v1/discover/{product}",
                Right::catalog_read,
                show_discovered,
                {"One product, its versions and offers, and what the caller has of it",
                 nothing,
                 answered<ProductPage>}),
    asks_with(version_parameter,
              routes::get("/v1/discover/{product}/asyncapi",
                          Right::catalog_read,
                          describe_discovered,
                          {"A version of a product, the newest by default, as AsyncAPI 3.1",
                           nothing,
                           foreign_document})),

    list_named<DataProduct>("/v1/products", Right::org_read, "One's own products"),
    create("/v1/products",
           Right::products_write,
           create_product,
           {"Make a product, which nobody else sees yet",
            asked<catalog::ProductInput>,
            answered<DataProduct>,
            {"name-taken"}}),
    show_own<DataProduct>("/v1/products/{product}", Right::org_read, "One of them"),
    edit("/v1/products/{product}",
         Right::products_write,
         describe_product,
         {"Describe a product otherwise", patched_to<catalog::ProductText>, answered<DataProduct>}),
    drop_product("/v1/products/{product}", "Delete a product that has nothing but drafts"),
    list_product<true>("/v1/products/{product}:list", "Let others find a product"),
    list_product<false>("/v1/products/{product}:unlist", "Let nobody find it"),
    list("/v1/products/{product}/versions",
         Right::org_read,
         list_versions,
         {"The versions of one's product", nothing, answered<PageDocument<ProductVersion>>, {}}),
    create("/v1/products/{product}/versions",
           Right::products_write,
           add_version,
           {"Draft a version",
            asked<catalog::VersionInput>,
            answered<ProductVersion>,
            {"name-taken", "in-use"}}),
    show("/v1/products/{product}/versions/{version}",
         Right::org_read,
         show_version,
         {"One version", nothing, answered<ProductVersion>}),
    edit("/v1/products/{product}/versions/{version}",
         Right::products_write,
         edit_version,
         {"Change a draft",
          patched_to<catalog::VersionText>,
          answered<ProductVersion>,
          {"version-immutable"}}),
    forms::change(boost::beast::http::verb::delete_,
                  "/v1/products/{product}/versions/{version}",
                  Right::products_write,
                  remove_version,
                  {"Delete a draft", nothing, answered<ProductVersion>, {"version-immutable"}},
                  Match::required),
    of_version("/v1/products/{product}/versions/{version}:submit",
               submit_version,
               "Ask a colleague to look at a draft"),
    of_version("/v1/products/{product}/versions/{version}:return",
               return_version,
               "Make it a draft again"),
    of_version("/v1/products/{product}/versions/{version}:publish",
               publish_version,
               "Publish a version: it does not change any more"),
    of_version("/v1/products/{product}/versions/{version}:deprecate",
               deprecate_version,
               "Say that it will go away, and when",
               answered<ProductVersion>,
               asked<catalog::SunsetInput>),
    of_version(
        "/v1/products/{product}/versions/{version}:restore", restore_version, "Take that back"),
    of_version("/v1/products/{product}/versions/{version}:retire",
               retire_version,
               "End a version, and the subscriptions that no other one serves",
               answered<RetiredVersion>),

    list_named<Offer>("/v1/offers", Right::org_read, "One's own offers"),
    create("/v1/offers",
           Right::products_write,
           create_offer,
           {"Draft an offer", asked<catalog::NewOffer>, answered<Offer>, {"name-taken"}}),
    show("/v1/offers/{offer}",
         Right::org_read,
         show_offer,
         {"An offer: one's own, or one that is published and whose product one sees",
          nothing,
          answered<Offer>}),
    edit("/v1/offers/{offer}",
         Right::products_write,
         edit_offer,
         {"Change an offer that is not published yet",
          patched_to<catalog::OfferDraft>,
          answered<Offer>,
          {"version-immutable"}}),
    of_offer<Verb::publish>("/v1/offers/{offer}:publish", "Let others ask for it"),
    of_offer<Verb::close>("/v1/offers/{offer}:close", "Take no more requests"),
    create("/v1/offers/{offer}/terms",
           Right::products_write,
           add_terms,
           {"Add a version of its terms",
            asked<catalog::NewTerms>,
            answered<OfferedTerms>,
            {"offer-not-open"}}),
    show("/v1/offers/{offer}/terms/{version}",
         Right::org_read,
         show_terms,
         {"The text of one version of them", nothing, answered<TermsText>}),

    list_own<Contract>("/v1/contracts", Right::products_write, "What one's records look like"),
    with_long_texts(create("/v1/contracts",
                           Right::products_write,
                           create_contract,
                           {"Draft a contract",
                            asked<catalog::NewContract>,
                            answered<Contract>,
                            {"name-taken", "schema-invalid"}})),
    show_own<Contract>("/v1/contracts/{contract}", Right::products_write, "One contract"),
    with_long_texts(edit("/v1/contracts/{contract}",
                         Right::products_write,
                         edit_contract,
                         {"Change a draft; what is left out stays",
                          asked<catalog::ContractChange>,
                          answered<Contract>,
                          {"version-immutable", "schema-invalid"}})),
    of_contract<Verb::activate>("/v1/contracts/{contract}:activate",
                                "Let versions promise it: it does not change any more"),
    of_contract<Verb::deprecate>("/v1/contracts/{contract}:deprecate",
                                 "Let no new version promise it"),
    of_contract<Verb::retire>("/v1/contracts/{contract}:retire", "End it"),
    routes::get("/v1/contracts/{contract}/schema",
                Right::catalog_read,
                show_schema,
                {"The text of its schema", nothing, schema_text}),

    with_long_texts(forms::change(boost::beast::http::verb::post,
                                  "/v1/apply",
                                  Right::signed_in,
                                  apply_declarations,
                                  {"Make what there is what is declared: all of it, or nothing",
                                   asked<ApplyInput>,
                                   answered<catalog::Applied>,
                                   {"name-taken",
                                    "in-use",
                                    "illegal-transition",
                                    "version-immutable",
                                    "not-publishable",
                                    "offer-not-open",
                                    "schema-invalid"}},
                                  Match::none)),
    routes::get("/v1/export",
                Right::org_read,
                export_declarations,
                {"What one's organisation has, as it would be declared",
                 nothing,
                 answered<ExportedDocuments>,
                 {"in-use"}}),
};

}  // namespace

const std::span<const Route> publishing_routes{table};

}  // namespace strait::api
