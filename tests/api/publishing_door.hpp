#pragma once

#include "catalog/commands/clusters.hpp"
#include "catalog/commands/products.hpp"
#include "tests/api/catalog_door.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace strait::testing {

// The same, with what an organisation needs to publish something: what only the exchange itself
// sees of a cluster, it says here.
struct PublishingDoor : CatalogDoor {
    const Headers any{{"If-Match", "*"}};

    // Of the organisation, and verified.
    std::string make_cluster(const std::string& owner, const std::string& name)
    {
        const auto id = catalog::id_from<catalog::Noun::organisation>(organisation.at(owner));
        const auto made = as_system<catalog::Cluster>(
            [id = id.value(), name](catalog::Draft& draft, const catalog::Act& system) {
                auto act = system;
                act.organisation = id;
                auto cluster = catalog::register_cluster(
                    draft, act, {.name = name, .bootstrap = {name + ".example:9093"}});
                if (!cluster) return cluster;
                return catalog::verify_cluster(draft, act, cluster->id, {"id", 3, draft.now()});
            });
        return to_string(made.id);
    }

    // For all to see, and described as far as it has to be.
    std::string make_product(const std::string& key, const std::string& name)
    {
        const boost::json::object body{
            {"name", name},
            {"title", "Orders"},
            {"summary", "Every order"},
            {"audience", {{"kind", "public"}}},
            {"support", {{{"purpose", "support"}, {"address", "help@globex.example"}}}}};
        const auto made = ask(key, verb::post, "/v1/products", boost::json::serialize(body));
        EXPECT_EQ(made.status, 201U) << made.text;
        return made.at("/id");
    }

    static boost::json::object version(const std::string& number, const std::string& cluster)
    {
        return {{"version", number},
                {"ports",
                 {{{"alias", "orders"},
                   {"cluster", cluster},
                   {"topic", "sales.orders.v2"},
                   {"rights", {"consume"}},
                   {"kinds", {"http_pull", "kafka_mirror"}},
                   {"format", "json"}}}}};
    }

    // A draft, whose topic has been seen; its path.
    std::string add_version(const std::string& key,
                            const std::string& product,
                            const std::string& cluster,
                            const std::string& number = "1.0.0")
    {
        const auto made = ask(key,
                              verb::post,
                              "/v1/products/" + product + "/versions",
                              boost::json::serialize(version(number, cluster)));
        EXPECT_EQ(made.status, 201U) << made.text;
        const auto id = catalog::id_from<catalog::Noun::product>(product).value();
        const auto semver = catalog::semver_from(number).value();
        static_cast<void>(as_system<catalog::ProductVersion>(
            [id, semver](catalog::Draft& draft, const catalog::Act& act) {
                return catalog::observe_port(draft, act, id, semver, "orders", {"AAAA", 3, 1'000});
            }));
        return std::string{made.response["Location"]};
    }

    // The same, published with one version.
    std::string publish_product(const std::string& key,
                                const std::string& name,
                                const std::string& cluster)
    {
        auto product = make_product(key, name);
        const auto published =
            ask(key, verb::post, add_version(key, product, cluster) + ":publish");
        EXPECT_EQ(published.status, 200U) << published.text;
        return product;
    }

    static boost::json::object offer(const std::string& product, const std::string& name)
    {
        return {{"name", name},
                {"product", product},
                {"versions", "^1.0.0"},
                {"plan",
                 {{"kinds", {"http_pull"}},
                  {"rights", {"consume"}},
                  {"quota", {{"records_s", 100}}},
                  {"max_duration_d", 90}}},
                {"terms", {{"title", "Terms"}, {"text", "Be nice."}}}};
    }

    // Published.
    std::string make_offer(const std::string& key, const boost::json::object& wanted)
    {
        const auto made = ask(key, verb::post, "/v1/offers", boost::json::serialize(wanted));
        EXPECT_EQ(made.status, 201U) << made.text;
        const auto path = "/v1/offers/" + made.at("/id");
        EXPECT_EQ(ask(key, verb::post, path + ":publish").at("/state"), "published");
        return made.at("/id");
    }

    std::string make_application(const std::string& key, const std::string& name)
    {
        const boost::json::object body{{"name", name}, {"title", "It"}};
        return ask(key, verb::post, "/v1/applications", boost::json::serialize(body)).at("/id");
    }

    // For 30 days over HTTP, having read the terms of the offer.
    boost::json::object asking(const std::string& key,
                               const std::string& offer,
                               const std::string& application)
    {
        const auto terms = ask(key, verb::get, "/v1/offers/" + offer + "/terms/1");
        EXPECT_EQ(terms.status, 200U) << terms.text;
        return {{"offer", offer},
                {"application", application},
                {"kind", "http_pull"},
                {"duration_d", 30},
                {"terms", {{"version", 1}, {"sha256", terms.at("/sha256")}}}};
    }

    template <class T>
    T as_system(catalog::Catalog::Command<T> command)
    {
        auto done = run(io,
                        catalog.execute(catalog::Caller{.kind = catalog::Caller::Kind::system},
                                        std::move(command)))
                        .value();
        return done.value();
    }
};

}  // namespace strait::testing
