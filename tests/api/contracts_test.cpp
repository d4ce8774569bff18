#include "catalog/commands/clusters.hpp"
#include "catalog/commands/products.hpp"
#include "tests/api/catalog_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

using catalog::Act;
using catalog::Draft;

struct ContractsDoorTest : testing::CatalogDoor {
    static constexpr auto order = R"({"properties": {"customer": {"type": "string"}}})";
    const Headers seen{{"If-Match", "*"}};
    std::string acme = organise("initech");
    std::string globex = organise("globex");

    static std::string body(const std::string& text)
    {
        const boost::json::object schema{{"type", "json"}, {"text", text}};
        return boost::json::serialize(
            boost::json::object{{"name", "orders-value"},
                                {"version", "1.0.0"},
                                {"schema", schema},
                                {"extra", {{"team", boost::json::array{"sales", 1}}}}});
    }

    template <class T, class Command>
    T must(const catalog::Caller& caller, Command command)
    {
        auto done = testing::run(io, catalog.execute<T>(caller, std::move(command))).value();
        EXPECT_TRUE(done) << (done ? "" : done.error().detail);
        return done ? *std::move(done) : T{};
    }

    // A version that has the contract, published for that audience.
    void publish(const std::string& contract, const catalog::Audience& audience)
    {
        const catalog::Caller owner{.kind = catalog::Caller::Kind::holder, .key = Secret{acme}};
        const catalog::Caller system{.kind = catalog::Caller::Kind::system};
        const auto cluster = must<catalog::Cluster>(owner, [](Draft& draft, const Act& act) {
            return catalog::register_cluster(
                draft, act, {.name = "oslo", .bootstrap = {"oslo.example:9093"}});
        });
        must<catalog::Cluster>(system, [&](Draft& draft, const Act& act) {
            return catalog::verify_cluster(draft, act, cluster.id, {"id", 3, draft.now()});
        });
        const auto product = must<catalog::DataProduct>(owner, [&](Draft& draft, const Act& act) {
            catalog::ProductText text;
            text.title = "Orders";
            text.summary = "Every order";
            text.audience = audience;
            text.support = {{"support", "help@acme.example"}};
            return catalog::create_product(draft, act, "orders", text);
        });
        must<catalog::ProductVersion>(owner, [&](Draft& draft, const Act& act) {
            catalog::DeclaredPort port{.alias = "orders",
                                       .cluster = cluster.id,
                                       .topic = "orders.v1",
                                       .rights = {catalog::StreamRight::consume},
                                       .kinds = {catalog::DeliveryKind::http_pull}};
            port.contract = catalog::id_from<catalog::Noun::contract>(contract);
            return catalog::add_version(
                draft, act, {.product = product.id, .version = {1, 0, 0}, .ports = {port}});
        });
        must<catalog::ProductVersion>(system, [&](Draft& draft, const Act& act) {
            return catalog::observe_port(
                draft, act, product.id, {1, 0, 0}, "orders", {"topic", 3, 1'000});
        });
        must<catalog::ProductVersion>(owner, [&](Draft& draft, const Act& act) {
            return catalog::change_version(
                draft, act, product.id, {1, 0, 0}, catalog::Verb::publish);
        });
    }
};

TEST_F(ContractsDoorTest, MakesOneAndChangesItUntilItIsActive)
{
    const auto made = ask(acme, verb::post, "/v1/contracts", body(order));
    ASSERT_EQ(made.status, 201U) << made.text;
    EXPECT_EQ(made.at("/fields/0/path"), "customer");
    EXPECT_EQ(made.at("/extra/team/0"), "sales");
    const auto path = "/v1/contracts/" + made.at("/id");
    EXPECT_EQ(made.response["Location"], path);

    const std::string change =
        R"({"fields": [{"path": "customer", "classification": "restricted"}]})";
    EXPECT_EQ(ask(acme, verb::patch, path, change).status, 428U);
    EXPECT_EQ(ask(acme, verb::patch, path, change, {{"If-Match", "\"1\""}}).status, 412U);
    const auto changed = ask(acme, verb::patch, path, change, seen);
    EXPECT_EQ(changed.at("/fields/0/classification"), "restricted") << changed.text;
    EXPECT_EQ(changed.at("/extra/team/0"), "sales");

    EXPECT_EQ(ask(acme, verb::post, path + ":activate").at("/state"), "active");
    EXPECT_EQ(ask(acme, verb::patch, path, change, seen).status, 200U) << "it says so already";
    EXPECT_EQ(ask(acme, verb::patch, path, R"({"event_type": "order.v2"})", seen).at("/type"),
              "/problems/version-immutable");
    EXPECT_EQ(ask(acme, verb::get, path + "/schema").text, order);
}

TEST_F(ContractsDoorTest, PointsToTheSchemaThatIsNone)
{
    const auto refused = ask(acme, verb::post, "/v1/contracts", body("{"));
    EXPECT_EQ(refused.status, 422U);
    EXPECT_EQ(refused.at("/type"), "/problems/schema-invalid");
    EXPECT_EQ(refused.at("/errors/0/pointer"), "/schema/text");
}

TEST_F(ContractsDoorTest, ShowsASchemaToWhoSeesAProductThatHasIt)
{
    const auto id = ask(acme, verb::post, "/v1/contracts", body(order)).at("/id");
    const auto path = "/v1/contracts/" + id;
    EXPECT_EQ(ask(acme, verb::post, path + ":activate").status, 200U);
    EXPECT_EQ(ask(globex, verb::get, path + "/schema").status, 404U);

    publish(id,
            {.kind = catalog::AudienceKind::organisations,
             .organisations = {
                 catalog::id_from<catalog::Noun::organisation>(organisation["globex"]).value()}});

    const auto schema = ask(globex, verb::get, path + "/schema");
    EXPECT_EQ(schema.status, 200U);
    EXPECT_EQ(schema.text, order);
    EXPECT_EQ(schema.response["Content-Type"], "application/schema+json");
    // Not what its owner says of it, and nobody else anything.
    EXPECT_EQ(ask(globex, verb::get, path).status, 404U);
    EXPECT_EQ(ask(operator_key, verb::get, path + "/schema").status, 404U);
    const auto owner = "/v1/organisations/" + organisation["initech"];
    EXPECT_EQ(ask(operator_key, verb::post, owner + ":suspend").status, 200U);
    EXPECT_EQ(ask(globex, verb::get, path + "/schema").status, 404U);
}

}  // namespace
}  // namespace strait::api
