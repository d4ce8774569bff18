#include "tests/api/catalog_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

using OrganisationsTest = testing::CatalogDoor;

TEST_F(OrganisationsTest, SayOfThemselvesWhatTheyLike)
{
    const auto globex = organise("globex");
    const auto path = "/v1/organisations/" + organisation["globex"];
    const Headers any{{"If-Match", "*"}};
    const auto before = ask(globex, verb::get, path).body.as_object();
    const auto changed = ask(globex,
                             verb::patch,
                             path,
                             R"({"website": "https://globex.example",)"
                             R"( "settings": {"review": "four_eyes"}})",
                             any);
    ASSERT_EQ(changed.status, 200U) << changed.text;
    EXPECT_EQ(changed.at("/website"), "https://globex.example");
    EXPECT_EQ(changed.at("/settings/review"), "four_eyes");
    EXPECT_EQ(changed.at("/settings/terms_acceptors/0"), "org_admin");
    EXPECT_EQ(changed.at("/title"), before.at("title").as_string());
    const auto gone = ask(globex, verb::patch, path, R"({"website": null})", any);
    EXPECT_FALSE(gone.body.as_object().contains("website")) << gone.text;

    for (const auto* const wrong : {R"({"name": "other"})",
                                    R"({"operator": true})",
                                    R"({"settings": {"allow_ips": ["192.0.2.1"]}})",
                                    R"({"settings": {"terms_acceptors": []}})"}) {
        EXPECT_EQ(ask(globex, verb::patch, path, wrong, any).status, 400U) << wrong;
    }
    const auto title = R"({"title": "Mine"})";
    EXPECT_EQ(ask(invite(globex, "developer"), verb::patch, path, title, any).status, 403U);
    EXPECT_EQ(ask(organise("initech"), verb::patch, path, title, any).status, 404U);
    EXPECT_EQ(ask(operator_key, verb::patch, path, title, any).status, 404U);
}

}  // namespace
}  // namespace strait::api
