#include "catalog/discovery.hpp"

#include "catalog/commands/organisations.hpp"
#include "tests/catalog/some_records.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

namespace strait::catalog {
namespace {

// One organisation has products, another looks for them.
struct DiscoveryTest : ::testing::Test {
    const OrganisationId owner = some_id<Noun::organisation>(1);
    const OrganisationId other = some_id<Noun::organisation>(2);

    DiscoveryTest()
    {
        change([](Draft& draft) {
            auto acme = some_organisation(1, "acme");
            draft.put(acme);
        });
    }

    void change(std::function<void(Draft&)> put)
    {
        const auto done =
            testing::run(io,
                         catalog.execute<bool>({.kind = Caller::Kind::system},
                                               [put = std::move(put)](Draft& draft, const Act&) {
                                                   put(draft);
                                                   return Outcome<bool>{true};
                                               }))
                .value();
        ASSERT_TRUE(done) << done.error().detail;
    }

    void put(std::uint8_t number, const std::string& name, AudienceKind audience)
    {
        change([=, this](Draft& draft) {
            auto product = some_product(number, name);
            product.organisation = owner;
            product.state = VersionState::published;
            product.listed = true;
            product.title = name;
            product.tags = {name};
            product.audience = {audience, {}};
            draft.put(product);
        });
    }

    Outcome<SearchPage> search(OrganisationId caller, const std::string& text)
    {
        return testing::run(io,
                            discovery.search({.caller = caller,
                                              .query = parse_query(text).value(),
                                              .facets = {Facet::tags}}))
            .value();
    }

    void build()
    {
        while (testing::run(io, discovery.catch_up()).value().value()) {
        }
    }

    testing::TempFolder folder{"discovery"};
    boost::asio::thread_pool pool{2};
    boost::asio::io_context io{1};
    SystemClock clock;
    Catalog catalog{CatalogStore::open(folder.path() / "catalog").value(),
                    Secret{"pepper"},
                    pool.get_executor(),
                    clock};
    Discovery discovery{
        catalog, SearchIndex::open(folder.path() / "search.db").value(), pool.get_executor()};
};

TEST_F(DiscoveryTest, FindsWhatTheLastCommandMade)
{
    EXPECT_EQ(search(other, "").error().code, RefusalCode::index_rebuilding);
    build();
    EXPECT_EQ(search(other, "orders")->total, 0U);

    put(20, "orders", AudienceKind::public_);
    const auto page = search(other, "orders");
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->hits, std::vector{some_product(20, "orders").id});
    EXPECT_EQ(page->revision, catalog.revision());

    put(20, "orders", AudienceKind::private_);
    EXPECT_EQ(search(other, "orders")->total, 0U);
    EXPECT_EQ(search(owner, "orders")->total, 1U);
}

TEST_F(DiscoveryTest, TellsOthersNothingOfAPrivateProduct)
{
    build();
    put(20, "canary", AudienceKind::private_);
    put(21, "orders", AudienceKind::public_);

    for (const auto* const text : {"canary", "can", "tag:canary", ""}) {
        const auto page = search(other, text).value();
        EXPECT_EQ(page.total, *text == '\0' ? 1U : 0U) << text;
        for (const auto& [facet, counts] : page.facets) {
            for (const auto& count : counts) EXPECT_NE(count.value, "canary");
        }
    }
    EXPECT_EQ(search(owner, "canary")->total, 1U);
}

TEST_F(DiscoveryTest, ShowsNobodyTheProductsOfWhoIsSuspended)
{
    build();
    put(20, "orders", AudienceKind::public_);
    ASSERT_EQ(search(other, "orders")->total, 1U);
    const auto become = [&](OrganisationState state) {
        change([=, this](Draft& draft) {
            auto acme = draft.find<Organisation>(owner).value();
            acme.state = state;
            draft.put(acme);
        });
    };

    become(OrganisationState::suspended);
    EXPECT_EQ(search(other, "orders")->total, 0U);
    EXPECT_EQ(search(owner, "orders")->total, 1U);
    become(OrganisationState::active);
    EXPECT_EQ(search(other, "orders")->total, 1U);
}

}  // namespace
}  // namespace strait::catalog
