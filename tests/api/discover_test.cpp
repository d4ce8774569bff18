#include "tests/api/publishing_door.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

struct DiscoverTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string cluster = make_cluster("globex", "oslo");

    DiscoverTest() { index(); }

    Answer find(const std::string& key, const std::string& query = "")
    {
        return ask(key, verb::get, "/v1/discover" + query);
    }

    static std::int64_t total(const Answer& answer)
    {
        return answer.body.at("total").to_number<std::int64_t>();
    }

    // Seen by nobody but its owner.
    void hide(const std::string& key, const std::string& product)
    {
        const auto hidden = ask(key,
                                verb::patch,
                                "/v1/products/" + product,
                                R"({"audience": {"kind": "private"}})",
                                any);
        ASSERT_EQ(hidden.status, 200U) << hidden.text;
    }
};

TEST_F(DiscoverTest, FindsWhatWasPublishedJustNow)
{
    EXPECT_EQ(total(find(initech, "?q=orders")), 0);
    const auto product = publish_product(globex, "orders", cluster);

    const auto found = find(initech, "?q=order&facets=owner,kind");

    ASSERT_EQ(found.status, 200U) << found.text;
    EXPECT_EQ(total(found), 1);
    EXPECT_EQ(found.at("/items/0/id"), product);
    EXPECT_EQ(found.at("/items/0/owner/name"), "globex");
    EXPECT_EQ(found.at("/items/0/access"), "none");
    EXPECT_EQ(found.at("/facets/owner/0/value"), "globex");
    EXPECT_EQ(find(globex, "?q=order").at("/items/0/access"), "own");
    EXPECT_FALSE(found.text.contains("audience"));
}

TEST_F(DiscoverTest, FindsNoDraftThatWasDeleted)
{
    const auto product = make_product(globex, "orders");
    EXPECT_EQ(total(find(globex, "?q=orders")), 1);
    EXPECT_EQ(ask(globex, verb::delete_, "/v1/products/" + product, {}, any).status, 200U);
    EXPECT_EQ(total(find(globex, "?q=orders")), 0);
    EXPECT_EQ(total(find(globex)), 0);
}

TEST_F(DiscoverTest, ShowsAProductAsWhoeverMayAskForIt)
{
    const auto product = publish_product(globex, "orders", cluster);
    make_offer(globex, offer(product, "partner"));

    const auto page = ask(initech, verb::get, "/v1/discover/" + product);

    ASSERT_EQ(page.status, 200U) << page.text;
    EXPECT_EQ(page.at("/versions/0/version"), "1.0.0");
    EXPECT_EQ(page.at("/versions/0/ports/0/alias"), "orders");
    EXPECT_EQ(page.at("/offers/0/name"), "partner");
    EXPECT_FALSE(page.text.contains("sales.orders.v2")) << "the real topic is the owner's";
    EXPECT_FALSE(page.text.contains(cluster));
    EXPECT_FALSE(page.text.contains("AAAA")) << "its id as well";
}

TEST_F(DiscoverTest, TellsNobodyOfAPrivateProduct)
{
    const auto product = publish_product(globex, "canary", cluster);
    hide(globex, product);
    for (const auto* const query : {"", "?q=canary", "?q=orders", "?facets=owner,tags,kind"}) {
        const auto seen = find(initech, query);
        EXPECT_EQ(total(seen), 0) << query;
        EXPECT_FALSE(seen.text.contains("canary")) << query;
        EXPECT_FALSE(seen.text.contains("globex")) << query;
    }
    EXPECT_EQ(total(find(globex, "?q=canary")), 1);
    EXPECT_EQ(ask(initech, verb::get, "/v1/discover/" + product).status, 404U);
}

TEST_F(DiscoverTest, GoesOnWhereAPageEnded)
{
    for (const auto* const name : {"one", "two", "three"}) {
        publish_product(globex, name, cluster);
    }
    const auto first = find(initech, "?page_size=2");
    ASSERT_EQ(first.body.at("items").as_array().size(), 2U);
    const auto token = first.at("/next_page_token");
    ASSERT_FALSE(token.empty());

    const auto second = find(initech, "?page_size=2&page_token=" + token);
    ASSERT_EQ(second.body.at("items").as_array().size(), 1U);
    EXPECT_NE(second.at("/items/0/id"), first.at("/items/0/id"));
    EXPECT_NE(second.at("/items/0/id"), first.at("/items/1/id"));
    EXPECT_EQ(find(initech, "?q=one&page_token=" + token).status, 400U) << "of another search";
    EXPECT_EQ(find(globex, "?page_token=" + token).status, 400U) << "of somebody else";
}

TEST_F(DiscoverTest, NamesTheParameterThatIsWrong)
{
    EXPECT_EQ(find(initech, "?facets=colour").at("/errors/0/pointer"), "?facets");
    EXPECT_EQ(find(initech, "?page_size=101").at("/errors/0/pointer"), "?page_size");
    EXPECT_EQ(find(initech, "?q=" + std::string(257, 'a')).at("/errors/0/pointer"), "?q");
    EXPECT_EQ(find("").status, 401U);
}

TEST(DiscoverIndex, IsBuiltBeforeItAnswers)
{
    struct Door : testing::CatalogDoor {
        void TestBody() override {}
    } door;
    const auto early = door.ask(door.operator_key, testing::CatalogDoor::verb::get, "/v1/discover");
    EXPECT_EQ(early.status, 503U);
    EXPECT_EQ(early.at("/type"), "/problems/index-rebuilding");
    door.index();
    EXPECT_EQ(door.ask(door.operator_key, testing::CatalogDoor::verb::get, "/v1/discover").status,
              200U);
}

}  // namespace
}  // namespace strait::api
