#include "catalog/search/document.hpp"

#include "catalog/records/visibility.hpp"
#include "catalog/search/facet_table.hpp"
#include "catalog/search/query.hpp"
#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::catalog {
namespace {

// A listed, public product with one version of each state, whose fields and aliases tell which.
ProductRecords some_product_records()
{
    ProductRecords records;
    records.product = some_product();
    records.product.listed = true;
    records.product.audience = {AudienceKind::public_, {}};
    records.owner = some_organisation();
    std::uint8_t number = 30;
    for (const auto state : {VersionState::draft,
                             VersionState::in_review,
                             VersionState::published,
                             VersionState::deprecated,
                             VersionState::retired}) {
        auto contract = some_contract(++number);
        contract.fields = {{to_string(state) + ".field", "", {}}};
        auto version = some_version(++number);
        version.state = state;
        version.ports = {some_port()};
        version.ports.front().alias = to_string(state) + "-alias";
        version.ports.front().contract = contract.id;
        records.versions.push_back(version);
        records.contracts.push_back(contract);
    }
    records.offers = {some_offer()};
    records.offers.front().policy.organisations.clear();
    return records;
}

TEST(SearchDocument, HoldsWhatIsSearchedAndCounted)
{
    const auto document = document_of(some_product_records());

    EXPECT_EQ(document.name, "orders");
    EXPECT_EQ(document.owner, "acme");
    EXPECT_EQ(document.fields,
              "deprecated-alias\ndeprecated.field\npublished-alias\npublished.field");
    EXPECT_EQ(document.facets,
              (std::set<FacetValue>{{Facet::domain, "retail"},
                                    {Facet::tags, "orders"},
                                    {Facet::owner, "acme"},
                                    {Facet::format, "json"},
                                    {Facet::kind, "http_sse"},
                                    {Facet::kind, "kafka_mirror"},
                                    {Facet::classification, "public"},
                                    {Facet::approval, "auto"}}));
    EXPECT_FALSE(document.deprecated);
}

TEST(SearchDocument, ShowsItsOwnerWhatIsNotPublishedYet)
{
    auto records = some_product_records();
    records.product.state = VersionState::in_review;

    const auto document = document_of(records);

    EXPECT_EQ(document.tokens, token_of(records.product.organisation));
    EXPECT_TRUE(document.fields.contains("draft.field"));
    EXPECT_FALSE(document.fields.contains("retired.field"));
}

TEST(SearchDocument, TellsNothingOfOffersThatAreNotForAll)
{
    auto records = some_product_records();
    records.offers.front().policy = some_policy();
    EXPECT_FALSE(document_of(records).facets.contains({Facet::approval, "auto"}));

    records.offers.front().policy.organisations.clear();
    records.offers.front().state = OfferState::staging;
    EXPECT_FALSE(document_of(records).facets.contains({Facet::approval, "auto"}));
}

TEST(SearchDocument, TellsNothingOfAContractOfAnother)
{
    auto records = some_product_records();
    for (auto& contract : records.contracts) {
        contract.organisation = some_id<Noun::organisation>(9);
    }

    EXPECT_FALSE(document_of(records).fields.contains("field"));
}

// The tokens are the rule of who sees a product, in the words of the index.
struct FoundDocument : ::testing::TestWithParam<OrganisationState> {};

TEST_P(FoundDocument, IsFoundByWhomTheProductIsVisibleTo)
{
    const auto owner = GetParam();
    const auto finds = [](const SearchDocument& document, OrganisationId organisation) {
        const auto tokens = " " + document.tokens + " ";
        return tokens.contains(" vpublic ") || tokens.contains(" " + token_of(organisation) + " ");
    };
    for (const auto state : {VersionState::draft,
                             VersionState::in_review,
                             VersionState::published,
                             VersionState::deprecated,
                             VersionState::retired}) {
        for (const auto kind :
             {AudienceKind::public_, AudienceKind::private_, AudienceKind::organisations}) {
            for (const bool listed : {false, true}) {
                auto records = some_product_records();
                records.product.state = state;
                records.product.listed = listed;
                records.product.audience = {kind, {some_id<Noun::organisation>(2)}};
                records.owner.state = owner;
                for (std::uint8_t number = 1; number <= 3; ++number) {
                    const auto organisation = some_id<Noun::organisation>(number);
                    EXPECT_EQ(finds(document_of(records), organisation),
                              visible_to(records.product, owner, organisation))
                        << to_string(state) << to_string(kind) << listed << int{number};
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfOwners,
                         FoundDocument,
                         ::testing::Values(OrganisationState::active,
                                           OrganisationState::suspended,
                                           OrganisationState::closed));

TEST(FacetTable, UsesANumberAgainWhenNobodyHasItsValue)
{
    FacetTable table;
    const auto first = table.acquire({{Facet::tags, "a"}, {Facet::tags, "b"}});
    const auto second = table.acquire({{Facet::tags, "b"}});
    table.release(first);

    EXPECT_FALSE(table.number_of({Facet::tags, "a"}));
    EXPECT_EQ(table.number_of({Facet::tags, "b"}), second.front());
    EXPECT_EQ(table.acquire({{Facet::domain, "c"}}),
              first.size() == 2 ? FacetTable::Numbers{0} : first);
    EXPECT_EQ(table.limit(), 2U);
}

TEST(FacetTable, ShowsTheMostFrequentFirst)
{
    FacetTable table;
    std::set<FacetValue> values{{Facet::domain, "d"}};
    for (char c = 'a'; c <= 'z'; ++c) values.insert({Facet::tags, std::string(1, c)});
    table.acquire(values);
    std::vector<std::size_t> counts(table.limit(), 1);
    counts.at(table.number_of({Facet::tags, "q"}).value()) = 2;
    counts.at(table.number_of({Facet::tags, "a"}).value()) = 0;

    const auto top = table.top(counts, {Facet::tags, Facet::kind});

    ASSERT_EQ(top.size(), 2U);
    EXPECT_TRUE(top.at(Facet::kind).empty());
    const auto& tags = top.at(Facet::tags);
    ASSERT_EQ(tags.size(), facet_values_max);
    EXPECT_EQ(tags.at(0), (FacetCount{"q", 2}));
    EXPECT_EQ(tags.at(1), (FacetCount{"b", 1}));
    EXPECT_EQ(tags.back(), (FacetCount{"u", 1}));
}

}  // namespace
}  // namespace strait::catalog
