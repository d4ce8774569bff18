#include "tests/catalog/declared/some_declarations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using RefusedDeclarations = DeclaringTest;

TEST_F(RefusedDeclarations, AreToldAtOnceAndChangeNothing)
{
    const auto before = catalog.revision();
    auto unseen = std::string{product_of_it};
    unseen.replace(unseen.find("returns.v2"), 10, "returns.v3");
    auto nowhere = std::string{offer_of_it};
    nowhere.replace(nowhere.find("\"returns\""), 9, "\"refunds\"");
    const std::string cluster = R"({"kind": "Cluster", "metadata": {"name": "Paris"},
        "spec": {"bootstrap": ["10.0.0.1:9092"]}})";

    EXPECT_EQ(faults_of(listed({nowhere, unseen, contract, cluster})),
              (Lines{"/documents/3/spec/bootstrap: out_of_range",
                     "/documents/1/spec/versions/0: not_publishable",
                     "/documents/0/spec/product: not_found"}));
    EXPECT_EQ(catalog.revision(), before);
}

TEST_F(RefusedDeclarations, AreNotBlamedForWhatTheyName)
{
    auto broken = std::string{contract};
    broken.replace(broken.find("{\\\"properties\\\""), 3, "[");

    const auto faults = faults_of(listed({broken, product_of_it, offer_of_it}));

    EXPECT_EQ(faults, (Lines{"/documents/0/spec/schema/text: schema_invalid"}));
}

TEST_F(RefusedDeclarations, AreThoseThatAreNotSaidOnceAndWhole)
{
    EXPECT_EQ(faults_of(listed({contract, contract})), (Lines{"/documents/1/metadata: duplicate"}));
    EXPECT_EQ(faults_of(R"([{"kind": "Topic", "metadata": {"name": "x"}, "spec": {}},
                            {"kind": "Offer", "spec": {"price": 3}},
                            {"metadata": {"name": "x"}}])"),
              (Lines{"/documents/0/kind: out_of_range",
                     "/documents/1/metadata: missing",
                     "/documents/1/spec/price: unknown_key",
                     "/documents/2/kind: missing"}));
    EXPECT_EQ(faults_of(R"([{"kind": "Offer", "metadata": {"name": "x", "labels": {"a": [1]}},
                             "spec": {}}])"),
              (Lines{"/documents/0/metadata/labels/a: wrong_type"}));
    const std::string organisation = R"({"kind": "Organisation", "metadata": {"name": "n)";
    std::vector<std::string> many;
    for (std::size_t i = 0; i <= declarations_max; ++i) {
        many.push_back(organisation + std::to_string(i) + R"("}, "spec": {}})");
    }
    EXPECT_EQ(faults_of(listed(many)), (Lines{"/documents: too_large"}));
}

TEST_F(RefusedDeclarations, AreThoseOfOthers)
{
    EXPECT_EQ(code_of(apply(globex, listed({product_of_it}))), RefusalCode::invalid_request);
    EXPECT_EQ(code_of(apply(acme, R"([{"kind": "Organisation", "metadata": {"name": "globex"},
                                       "spec": {"title": "Ours"}}])")),
              RefusalCode::invalid_request);
    auto bergens = std::string{product_of_it};
    bergens.replace(bergens.find("\"oslo\""), 6, "\"bergen\"");
    EXPECT_EQ(faults_of(listed({contract, bergens})),
              (Lines{"/documents/1/spec/versions/0/ports/0/cluster: not_found"}));
}

TEST_F(RefusedDeclarations, AreThoseWithoutTheRightsOfEachCommand)
{
    auto owner = acme;
    owner.roles = {Role::product_owner};
    EXPECT_TRUE(apply(owner, listed(all)));
    const std::string cluster = R"({"kind": "Cluster", "metadata": {"name": "paris"},
        "spec": {"bootstrap": ["paris.example:9092"]}})";
    EXPECT_EQ(code_of(apply(owner, listed({cluster}))), RefusalCode::right_missing);
    EXPECT_FALSE(exported(owner).contains("oslo.example"));
    EXPECT_TRUE(apply(acme, listed({cluster})));
    auto auditor = acme;
    auditor.roles = {Role::auditor};
    EXPECT_EQ(code_of(apply(auditor, listed({product_of_it}))), RefusalCode::right_missing);
    EXPECT_FALSE(exported(auditor).contains("Contract"));
}

}  // namespace
}  // namespace strait::catalog
