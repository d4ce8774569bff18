#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

// What all lists of the catalog have in common.
namespace strait::api {
namespace {

using ListsTest = testing::PublishingDoor;

TEST_F(ListsTest, ComeInPagesOfOneCaller)
{
    const auto globex = organise("globex");
    const auto initech = organise("initech");
    std::set<std::string> made;
    for (const auto* const name : {"one", "two", "three", "four", "five"}) {
        made.insert(make_application(globex, name));
    }
    std::set<std::string> seen;
    std::string token;
    int pages = 0;
    do {
        const auto page =
            ask(globex,
                verb::get,
                "/v1/applications?page_size=2" + (token.empty() ? "" : "&page_token=" + token));
        ASSERT_EQ(page.status, 200U) << page.text;
        for (const auto& item : page.body.at("items").as_array()) {
            EXPECT_TRUE(seen.emplace(item.at("id").as_string()).second);
        }
        ++pages;
        token = page.at("/next_page_token");
        if (pages == 1) {
            const auto target = "/v1/applications?page_size=2&page_token=" + token;
            EXPECT_EQ(ask(initech, verb::get, target).status, 400U);
            EXPECT_EQ(ask(globex, verb::get, "/v1/users?page_token=" + token).status, 400U);
        }
    } while (!token.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen, made);
    for (const auto* const wrong :
         {"page_size=0", "page_size=501", "page_size=x", "page_token=x"}) {
        EXPECT_EQ(ask(globex, verb::get, std::string{"/v1/users?"} + wrong).status, 400U) << wrong;
    }
}

TEST_F(ListsTest, LinkToTheNextPage)
{
    const auto globex = organise("globex");
    const std::set made{make_application(globex, "one"), make_application(globex, "two")};
    const auto first = ask(globex, verb::get, "/v1/applications?page_size=1");
    const std::string link = first.response["Link"];
    ASSERT_TRUE(link.starts_with("</v1/applications?page_size=1&page_token=")) << link;
    ASSERT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
    const auto last = ask(globex, verb::get, link.substr(1, link.find('>') - 1));
    EXPECT_EQ((std::set{first.at("/items/0/id"), last.at("/items/0/id")}), made);
    EXPECT_TRUE(last.response["Link"].empty());
}

TEST_F(ListsTest, HaveWhatAFilterLetsThrough)
{
    const auto globex = organise("globex");
    for (const auto* const name : {"a", "b", "c", "d"}) {
        const auto body = R"({"name": ")" + std::string{name} + R"(", "title": "It"})";
        ask(globex, verb::post, "/v1/applications", body);
    }
    const std::string wanted = "filter=name%3D%22b%22%20OR%20name%20%3E%20%22c%22";
    const auto both = ask(globex, verb::get, "/v1/applications?" + wanted);
    ASSERT_EQ(both.status, 200U) << both.text;
    ASSERT_EQ(both.body.at("items").as_array().size(), 2U) << both.text;
    EXPECT_EQ(both.at("/items/0/name"), "b");
    EXPECT_EQ(both.at("/items/1/name"), "d");

    // In pages of one, by the links of the door; the token is of this filter.
    const auto first = ask(globex, verb::get, "/v1/applications?page_size=1&" + wanted);
    EXPECT_EQ(first.at("/items/0/name"), "b");
    const std::string link{first.response[boost::beast::http::field::link]};
    const auto second = ask(globex, verb::get, link.substr(1, link.find('>') - 1));
    EXPECT_EQ(second.status, 200U) << link << second.text;
    EXPECT_EQ(second.at("/items/0/name"), "d");
    const auto token = first.at("/next_page_token");
    const auto other = "/v1/applications?page_size=1&filter=name%3D%22d%22&page_token=" + token;
    EXPECT_EQ(ask(globex, verb::get, other).status, 400U);

    const auto wrong = ask(globex, verb::get, "/v1/applications?filter=token%20%3D%201");
    EXPECT_EQ(wrong.status, 400U);
    EXPECT_EQ(wrong.at("/type"), "/problems/invalid-request");
    EXPECT_TRUE(wrong.at("/detail").contains("at character 1")) << wrong.text;
    EXPECT_EQ(ask(globex, verb::get, "/v1/audit?filter=seq%3D1").status, 400U) << "not of that";
}

TEST_F(ListsTest, ComeInTheOrderThatIsAskedFor)
{
    const auto globex = organise("globex");
    for (const auto* const name : {"b", "d", "a", "c", "e"}) make_application(globex, name);
    const auto names = [&](std::string target) {
        std::string all;
        for (int pages = 0; !target.empty() && pages < 9; ++pages) {
            const auto page = ask(globex, verb::get, target);
            EXPECT_EQ(page.status, 200U) << page.text;
            for (const auto& item : page.body.at("items").as_array()) {
                all += item.at("name").as_string();
            }
            const std::string link{page.response[boost::beast::http::field::link]};
            target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
        }
        return all;
    };
    EXPECT_EQ(names("/v1/applications?page_size=2"), "bdace");
    EXPECT_EQ(names("/v1/applications?page_size=2&sort=name"), "abcde");
    EXPECT_EQ(names("/v1/applications?page_size=2&sort=-name"), "edcba");
    EXPECT_EQ(names("/v1/applications?page_size=2&sort=title,-name"), "edcba");
    EXPECT_EQ(names("/v1/applications?sort=-name&filter=name%20%3C%20%22c%22"), "ba");
    EXPECT_EQ(names("/v1/applications?sort=-revision&page_size=1"), "ecadb");

    const auto first = ask(globex, verb::get, "/v1/applications?page_size=1&sort=name&total=true");
    EXPECT_EQ(first.body.at("total").to_number<int>(), 5);
    const auto token = "&page_token=" + first.at("/next_page_token");
    for (const auto& wrong : {"sort=-name" + token,
                              "page_size=1" + token,
                              std::string{"sort=x"},
                              std::string{"sort=name,id,state"},
                              std::string{"total=yes"}}) {
        EXPECT_EQ(ask(globex, verb::get, "/v1/applications?" + wrong).status, 400U) << wrong;
    }
    const auto counted =
        ask(globex, verb::get, "/v1/applications?page_size=1&total=true&filter=name%3D%22a%22");
    EXPECT_EQ(counted.body.at("total").to_number<int>(), 1);
    EXPECT_FALSE(ask(globex, verb::get, "/v1/applications").body.as_object().contains("total"));
    EXPECT_EQ(ask(organise("initech"), verb::get, "/v1/applications?total=true&sort=name").text,
              R"({"items":[],"total":0})");
}

TEST_F(ListsTest, FindWhatIsCalledSo)
{
    const auto globex = organise("globex");
    make_application(globex, "one");
    const auto two = make_application(globex, "two");
    const auto found = ask(globex, verb::get, "/v1/applications?name=two");
    ASSERT_EQ(found.body.at("items").as_array().size(), 1U) << found.text;
    EXPECT_EQ(found.at("/items/0/id"), two);
    EXPECT_EQ(ask(globex, verb::get, "/v1/applications?name=three").text, R"({"items":[]})");
    EXPECT_EQ(ask(organise("initech"), verb::get, "/v1/applications?name=two").text,
              R"({"items":[]})");
    EXPECT_EQ(ask(globex, verb::get, "/v1/users?name=two").status, 400U);
}

}  // namespace
}  // namespace strait::api
