#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace strait::api {
namespace {

struct ProductsTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string cluster = make_cluster("globex", "oslo");
    std::string product = make_product(globex, "orders");
    std::string path = "/v1/products/" + product;
};

TEST_F(ProductsTest, AreFlatAndTheirOwnersAlone)
{
    const auto shown = ask(globex, verb::get, path);
    EXPECT_EQ(shown.status, 200U) << shown.text;
    EXPECT_EQ(shown.at("/name"), "orders");
    EXPECT_EQ(shown.at("/title"), "Orders");
    EXPECT_EQ(shown.at("/state"), "draft");
    EXPECT_EQ(shown.at("/support/0/purpose"), "support");
    EXPECT_EQ(ask(globex, verb::get, "/v1/products").at("/items/0/id"), product);

    add_version(globex, product, cluster);
    for (const auto& target : {path, path + "/versions", path + "/versions/1.0.0"}) {
        EXPECT_EQ(ask(globex, verb::get, target).status, 200U) << target;
        EXPECT_EQ(ask(initech, verb::get, target).status, 404U) << target;
        EXPECT_EQ(ask(invite(globex, "auditor"), verb::get, target).status, 200U) << target;
    }
    EXPECT_EQ(ask(initech, verb::get, "/v1/products").text, R"({"items":[]})");
    const auto developer = invite(globex, "developer");
    EXPECT_EQ(ask(developer, verb::post, "/v1/products", R"({"name": "x"})").status, 403U);
}

TEST_F(ProductsTest, KeepWhatAPatchDoesNotName)
{
    const auto before = ask(globex, verb::get, path).body.as_object();
    const auto changed = ask(globex,
                             verb::patch,
                             path,
                             R"({"title": "All orders", "audience": {"kind": "private"}})",
                             any);
    ASSERT_EQ(changed.status, 200U) << changed.text;
    auto expected = before;
    expected["title"] = "All orders";
    expected["audience"].as_object()["kind"] = "private";
    expected["revision"] = changed.body.at("revision");
    expected["updated_at"] = changed.body.at("updated_at");
    EXPECT_EQ(changed.body, expected);

    // Null is the default, and lists are replaced.
    const auto emptied = ask(globex, verb::patch, path, R"({"summary": null, "support": []})", any);
    EXPECT_EQ(emptied.at("/summary"), "");
    EXPECT_TRUE(emptied.body.at("support").as_array().empty());
    EXPECT_EQ(emptied.at("/title"), "All orders");

    const auto wrong =
        ask(globex, verb::patch, path, R"({"tilte": "x", "pii": 1, "name": "x"})", any);
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_FALSE(wrong.at("/detail").ends_with('\n')) << wrong.text;
    EXPECT_EQ(wrong.body.at("errors").as_array().size(), 3U) << wrong.text;
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"title": null})", any).status, 400U);
    EXPECT_EQ(ask(globex, verb::patch, path, R"({"title": "x"})").status, 428U);
    EXPECT_EQ(ask(initech, verb::patch, path, R"({"tilte": "x"})", any).status, 404U);
}

TEST_F(ProductsTest, AreHiddenAndFoundAgain)
{
    EXPECT_FALSE(ask(globex, verb::post, path + ":unlist").body.at("listed").as_bool());
    EXPECT_FALSE(ask(globex, verb::post, path + ":unlist").body.at("listed").as_bool());
    EXPECT_TRUE(ask(globex, verb::post, path + ":list").body.at("listed").as_bool());
}

TEST_F(ProductsTest, HaveVersionsThatAreFoundByTheirNumbers)
{
    for (const auto* const number : {"1.10.0", "1.2.0", "2.0.0", "0.1.0"}) {
        EXPECT_EQ(add_version(globex, product, cluster, number), path + "/versions/" + number);
    }
    std::vector<std::string> seen;
    std::string token;
    do {
        const auto page =
            ask(globex,
                verb::get,
                path + "/versions?page_size=3" + (token.empty() ? "" : "&page_token=" + token));
        for (const auto& item : page.body.at("items").as_array()) {
            seen.emplace_back(item.at("version").as_string());
        }
        token = page.at("/next_page_token");
    } while (!token.empty());
    EXPECT_EQ(seen, (std::vector<std::string>{"0.1.0", "1.2.0", "1.10.0", "2.0.0"}));

    for (const auto* const absent : {"3.0.0", "1", "01.2.0", "x"}) {
        EXPECT_EQ(ask(globex, verb::get, path + "/versions/" + absent).status, 404U) << absent;
    }
    const auto again = version("1.2.0", cluster);
    EXPECT_EQ(ask(globex, verb::post, path + "/versions", boost::json::serialize(again)).status,
              409U);
    auto without = again;
    without.erase("version");
    const auto refused =
        ask(globex, verb::post, path + "/versions", boost::json::serialize(without));
    EXPECT_EQ(refused.at("/errors/0/pointer"), "/version") << refused.text;
}

TEST_F(ProductsTest, HaveVersionsThatAreEditedWhileTheyAreDrafts)
{
    const auto draft = add_version(globex, product, cluster);
    const auto noted = ask(globex, verb::patch, draft, R"({"changelog": "All new."})", any);
    ASSERT_EQ(noted.status, 200U) << noted.text;
    EXPECT_EQ(noted.at("/changelog"), "All new.");
    EXPECT_EQ(noted.at("/ports/0/topic"), "sales.orders.v2");
    EXPECT_EQ(noted.at("/ports/0/observed/topic_id"), "AAAA") << "what was seen stays";
    EXPECT_EQ(ask(globex, verb::patch, draft, R"({"version": "2.0.0"})", any).status, 400U);

    EXPECT_EQ(ask(globex, verb::post, draft + ":publish").status, 200U);
    const auto late = ask(globex, verb::patch, draft, R"({"changelog": "x"})", any);
    EXPECT_EQ(late.status, 409U);
    EXPECT_EQ(late.at("/type"), "/problems/version-immutable");
}

TEST_F(ProductsTest, AreDeletedWhileTheyAreDrafts)
{
    add_version(globex, product, cluster);
    const auto version = path + "/versions/1.0.0";
    EXPECT_EQ(ask(globex, verb::delete_, version).status, 428U);
    EXPECT_EQ(ask(globex, verb::delete_, version, {}, {{"If-Match", "\"1\""}}).status, 412U);
    EXPECT_EQ(ask(initech, verb::delete_, version, {}, any).status, 404U);
    EXPECT_EQ(ask(globex, verb::delete_, version + "?dry_run=true").at("/state"), "draft");
    EXPECT_EQ(ask(globex, verb::delete_, version, {}, any).at("/version"), "1.0.0");
    EXPECT_EQ(ask(globex, verb::get, version).status, 404U);
    EXPECT_EQ(ask(globex, verb::get, path + "/versions").text, R"({"items":[]})");
    EXPECT_EQ(ask(globex, verb::delete_, path, {}, any).at("/name"), "orders");
    EXPECT_EQ(ask(globex, verb::get, path).status, 404U);
    EXPECT_NE(make_product(globex, "orders"), product);
    const auto entries =
        ask(globex, verb::get, "/v1/audit?page_size=500").body.at("items").as_array();
    EXPECT_EQ(
        std::ranges::count_if(
            entries, [](const auto& entry) { return entry.at("common").at("verb") == "remove"; }),
        2);
}

TEST_F(ProductsTest, HaveVersionsThatLiveAndEnd)
{
    const auto draft = add_version(globex, product, cluster);
    EXPECT_EQ(ask(globex, verb::post, draft + ":submit").at("/state"), "in_review");
    EXPECT_EQ(ask(globex, verb::post, draft + ":return", R"({"reason": "typo"})").at("/state"),
              "draft");
    const auto tried = ask(globex, verb::post, draft + ":publish?dry_run=true");
    EXPECT_EQ(tried.at("/state"), "published") << tried.text;
    EXPECT_EQ(ask(globex, verb::get, draft).at("/state"), "draft");
    EXPECT_EQ(ask(globex, verb::post, draft + ":publish").at("/state"), "published");
    EXPECT_EQ(ask(globex, verb::get, path).at("/state"), "published");

    const auto illegal = ask(globex, verb::post, draft + ":retire");
    EXPECT_EQ(illegal.status, 409U);
    EXPECT_EQ(boost::json::serialize(illegal.body.at("allowed")), R"(["deprecate"])");
    EXPECT_EQ(ask(globex, verb::post, draft + ":deprecate").at("/errors/0/pointer"), "/sunset_at");
    const auto sunset = R"({"reason": "v2", "sunset_at": "2099-01-01T00:00:00.000Z"})";
    EXPECT_EQ(ask(globex, verb::post, draft + ":restore", sunset).status, 400U);
    EXPECT_EQ(ask(globex, verb::post, draft + ":deprecate", sunset).at("/sunset_at"),
              "2099-01-01T00:00:00.000Z");
    EXPECT_EQ(ask(globex, verb::post, draft + ":restore").at("/state"), "published");
    EXPECT_EQ(ask(globex, verb::post, draft + ":deprecate", sunset).status, 200U);
    EXPECT_EQ(ask(globex, verb::post, draft + ":retire", {}, {{"If-Match", "\"1\""}}).status, 412U);
    const auto retired = ask(globex, verb::post, draft + ":retire");
    EXPECT_EQ(retired.at("/state"), "retired");
    EXPECT_TRUE(retired.body.at("subscriptions").as_array().empty());
}

TEST_F(ProductsTest, SayWhatIsMissingToPublish)
{
    ask(globex, verb::patch, path, R"({"support": null})", any);
    const auto made = ask(
        globex, verb::post, path + "/versions", boost::json::serialize(version("1.0.0", cluster)));
    const auto refused = ask(globex, verb::post, path + "/versions/1.0.0:publish?dry_run=true");
    EXPECT_EQ(refused.status, 409U);
    EXPECT_EQ(refused.at("/type"), "/problems/not-publishable");
    EXPECT_EQ(refused.body.at("failures").as_array().size(), 2U) << refused.text;
}

}  // namespace
}  // namespace strait::api
