#include "catalog/commands/usage.hpp"

#include "tests/api/publishing_door.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace strait::api {
namespace {

// initech is given orders of globex.
struct UsageTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");
    std::string hooli = organise("hooli");
    std::string cluster = make_cluster("globex", "oslo");
    std::string product = publish_product(globex, "orders", cluster);
    std::string partner = make_offer(globex, offer(product, "partner"));
    std::string program = make_application(initech, "checkout");
    std::string subscription = subscribe();

    std::string subscribe()
    {
        const auto wanted = asking(initech, partner, program);
        const auto made = ask(initech, verb::post, "/v1/requests", boost::json::serialize(wanted));
        const auto approved =
            ask(globex, verb::post, "/v1/requests/" + made.at("/request/id") + ":approve");
        EXPECT_EQ(approved.status, 200U) << approved.text;
        return approved.at("/subscription/id");
    }

    void give(std::int64_t first,
              std::int64_t end,
              std::uint32_t partition = 0,
              std::optional<std::uint64_t> bytes = std::nullopt)
    {
        const auto id = catalog::id_from<catalog::Noun::subscription>(subscription);
        const std::vector<catalog::UsageReport> reports{
            {.place = {id.value(), TopicId{.bytes = {7}}, partition},
             .stream = "orders",
             .given = {{{first, end}, static_cast<std::uint64_t>(end - first), bytes}}}};
        const auto counted = testing::run(io, catalog.count(reports)).value();
        EXPECT_TRUE(counted) << counted.error().detail;
    }

    // Until the end of this hour.
    Answer usage(const std::string& key, const std::string& query = "")
    {
        return ask(
            key, verb::get, "/v1/usage?to=2100-01-01T00:00:00Z&from=2000-01-01T00:00:00Z" + query);
    }

    static std::int64_t records(const Answer& answer)
    {
        EXPECT_EQ(answer.status, 200U) << answer.text;
        const auto& totals = answer.body.at("totals").as_array();
        return totals.empty() ? 0 : totals.front().at("records").as_int64();
    }
};

TEST_F(UsageTest, TellsBothSidesTheSame)
{
    give(0, 10, 0, 1'000);
    give(0, 10, 0, 1'000);
    give(10, 12, 1, 200);
    const auto provided = usage(globex, "&group_by=product,organisation");
    const auto consumed = usage(initech, "&group_by=product,organisation");
    ASSERT_EQ(provided.status, 200U) << provided.text;
    ASSERT_EQ(provided.body.at("rows").as_array().size(), 1U);
    auto row = provided.body.at("rows").as_array().front().as_object();
    EXPECT_EQ(row.at("side"), "provider");
    EXPECT_EQ(row.at("product").as_string(), product);
    EXPECT_EQ(row.at("organisation").as_string(), organisation["initech"]);
    EXPECT_EQ(row.at("records"), 12);
    EXPECT_EQ(row.at("bytes"), 1'200);
    EXPECT_EQ(row.at("rereads"), 10);
    row.at("side") = "consumer";
    EXPECT_EQ(consumed.body.at("rows").as_array().front(), row);
}

TEST_F(UsageTest, GroupsAsItIsAsked)
{
    give(0, 10);
    give(0, 5, 1);
    EXPECT_EQ(usage(globex).body.at("rows").as_array().size(), 1U);
    const auto partitions = usage(globex, "&group_by=partition,kind,subscription");
    const auto& rows = partitions.body.at("rows").as_array();
    ASSERT_EQ(rows.size(), 2U) << partitions.text;
    EXPECT_EQ(rows.at(1).at("stream"), "orders");
    EXPECT_EQ(rows.at(1).at("partition"), 1);
    EXPECT_EQ(rows.at(1).at("records"), 5);
    EXPECT_EQ(rows.at(1).at("kind"), "http_pull");
    EXPECT_EQ(rows.at(1).at("subscription").as_string(), subscription);
    EXPECT_FALSE(rows.at(1).as_object().contains("bytes")) << "nobody counted them";
    EXPECT_EQ(records(partitions), 15);
}

TEST_F(UsageTest, AddsUpHoursDaysAndMonths)
{
    give(0, 10);
    const auto begin = [&](const std::string& step) {
        const auto answer = usage(initech, "&step=" + step);
        EXPECT_EQ(records(answer), 10);
        return std::string{answer.body.at("rows").as_array().front().at("begins_at").as_string()};
    };
    EXPECT_TRUE(begin("hour").ends_with(":00:00.000Z"));
    EXPECT_TRUE(begin("day").ends_with("T00:00:00.000Z"));
    EXPECT_TRUE(begin("month").ends_with("-01T00:00:00.000Z"));
    EXPECT_EQ(records(ask(initech, verb::get, "/v1/usage")), 10) << "of the last day";
    EXPECT_EQ(
        records(
            ask(initech, verb::get, "/v1/usage?from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z")),
        0);
}

TEST_F(UsageTest, IsForTheRolesOfEachSide)
{
    give(0, 10);
    EXPECT_EQ(records(usage(invite(globex, "product_owner"))), 10);
    EXPECT_EQ(records(usage(invite(globex, "developer"))), 0);
    EXPECT_EQ(records(usage(invite(globex, "auditor"))), 10);
    EXPECT_EQ(records(usage(invite(initech, "developer"))), 10);
    EXPECT_EQ(records(usage(invite(initech, "product_owner"))), 0);
}

TEST_F(UsageTest, TellsNobodyElse)
{
    give(0, 10);
    EXPECT_EQ(records(usage(hooli)), 0);
    EXPECT_EQ(records(usage(operator_key)), 0);
    const auto foreign = usage(hooli, "&subscription=" + subscription);
    const auto absent = usage(hooli, "&subscription=sub_" + std::string(26, '0'));
    EXPECT_EQ(foreign.status, 404U);
    EXPECT_EQ(absent.status, 404U);
    EXPECT_EQ(foreign.body, absent.body) << "nobody learns which it is";
    EXPECT_EQ(records(usage(initech, "&subscription=" + subscription)), 10);
}

TEST_F(UsageTest, TellsTheKeyOfASubscriptionOfThatAlone)
{
    give(0, 10);
    const auto first = subscription;
    program = make_application(initech, "billing");
    subscription = subscribe();
    give(0, 3);
    const boost::json::object wanted{{"principal", program},
                                     {"scopes", boost::json::array{"usage:read"}},
                                     {"subscription", subscription}};
    const auto made = ask(initech, verb::post, "/v1/credentials", boost::json::serialize(wanted));
    ASSERT_EQ(made.status, 201U) << made.text;
    const auto key = made.at("/secret");
    EXPECT_EQ(records(usage(initech)), 13);
    EXPECT_EQ(records(usage(key)), 3);
    EXPECT_EQ(usage(key, "&subscription=" + first).status, 404U);
}

TEST_F(UsageTest, IsATableForWhoeverWantsOne)
{
    give(0, 10, 2, 700);
    auto request =
        request_of(verb::get, "/v1/usage?group_by=partition", "", {{"Accept", "text/csv"}});
    request.set("Authorization", "Bearer " + initech);
    const auto table = answer(api_router, request);
    EXPECT_EQ(table.status, 200U) << table.text;
    EXPECT_EQ(table.response["Content-Type"], "text/csv; charset=utf-8");
    const auto end = table.text.find("\r\n");
    EXPECT_EQ(table.text.substr(0, end),
              "begins_at,side,product,subscription,organisation,stream,partition,kind,records,"
              "bytes,rereads");
    EXPECT_TRUE(table.text.ends_with(",consumer,,,,orders,2,,10,700,0\r\n")) << table.text;
}

TEST_F(UsageTest, RefusesWhatItCannotRead)
{
    for (const auto* const query : {"from=yesterday",
                                    "to=2026-13-01T00:00:00Z",
                                    "step=week",
                                    "group_by=product,colour",
                                    "subscription=prd_00000000000000000000000000",
                                    "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"}) {
        const auto refused = ask(initech, verb::get, "/v1/usage?" + std::string{query});
        EXPECT_EQ(refused.status, 400U) << query << ' ' << refused.text;
    }
}

TEST_F(UsageTest, RefusesMoreThanItAddsUp)
{
    const auto id = catalog::id_from<catalog::Noun::subscription>(subscription).value();
    std::vector<catalog::UsageReport> reports;
    for (std::uint32_t i = 0; i <= catalog::usage_rows_max; ++i) {
        reports.push_back({.place = {id, TopicId{.bytes = {7}}, i},
                           .stream = "orders",
                           .given = {{{0, 1}, 1, std::nullopt}}});
    }
    ASSERT_TRUE(testing::run(io, catalog.count(reports)).value());
    const auto refused = usage(initech, "&group_by=partition");
    EXPECT_EQ(refused.status, 400U);
    EXPECT_TRUE(refused.text.contains("a shorter time")) << refused.text;
    EXPECT_EQ(records(usage(initech)), static_cast<std::int64_t>(reports.size()));
}

}  // namespace
}  // namespace strait::api
