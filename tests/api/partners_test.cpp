#include "tests/api/catalog_door.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::api {
namespace {

struct PartnersDoorTest : testing::CatalogDoor {
    std::string acme = organise("acme-sales");
    std::string owner = invite(acme, "product_owner");

    PartnersDoorTest() { services.partner_join = true; }

    Answer invite_partner(const std::string& key, const std::string& more = "")
    {
        return ask(key,
                   verb::post,
                   "/v1/invitations",
                   R"({"kind": "partner", "email": "it@globex.example")" + more + "}");
    }

    Answer redeem(const std::string& link, const std::string& name)
    {
        const boost::json::object body{
            {"token", link.substr(link.find('#') + 1)},
            {"user", {{"email", "it@globex.example"}, {"display_name", "Ada"}}},
            {"organisation", {{"name", name}, {"title", "Globex"}}}};
        return ask("", verb::post, "/v1/activations", boost::json::serialize(body));
    }
};

TEST_F(PartnersDoorTest, ComeInByALinkOfTheirProvider)
{
    const auto invited = invite_partner(owner);
    ASSERT_EQ(invited.status, 201U) << invited.text;

    const auto joined = redeem(invited.at("/activation_url"), "globex");

    ASSERT_EQ(joined.status, 201U) << joined.text;
    const auto key = joined.at("/secret");
    EXPECT_EQ(ask(key, verb::get, "/v1/me").at("/organisation"), joined.at("/organisation"));
    const auto seen = ask(owner, verb::get, "/v1/invitations/" + invited.at("/id"));
    EXPECT_EQ(seen.at("/state"), "redeemed");
    EXPECT_EQ(seen.at("/joined"), joined.at("/organisation")) << "to share something with it";
    // Who came in by it sees nothing of who let it in, nor the other way round.
    const auto id = organisation.at("acme-sales");
    EXPECT_EQ(ask(key, verb::get, "/v1/organisations/" + id).status, 404U);
    EXPECT_EQ(ask(owner, verb::get, "/v1/organisations/" + joined.at("/organisation")).status,
              404U);
    EXPECT_FALSE(ask(key, verb::get, "/v1/audit").text.contains(id));
}

TEST_F(PartnersDoorTest, AreLetInOnlyByThoseWhoMay)
{
    EXPECT_EQ(invite_partner(invite(acme, "developer")).status, 403U);
    EXPECT_EQ(invite_partner(owner, R"(, "roles": ["auditor"])").at("/errors/0/pointer"), "/roles");
    const auto invited = invite_partner(owner);
    EXPECT_EQ(redeem(invited.at("/activation_url"), "acme-sales").at("/type"),
              "/problems/name-taken");
    services.partner_join = false;
    const auto closed = invite_partner(owner);
    EXPECT_EQ(closed.status, 403U);
    EXPECT_TRUE(closed.at("/detail").contains("catalog.partner_join")) << closed.text;
    EXPECT_EQ(redeem(invited.at("/activation_url"), "globex").status, 410U);
}

}  // namespace
}  // namespace strait::api
