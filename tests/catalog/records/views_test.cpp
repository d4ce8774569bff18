#include "catalog/records/views.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace strait::catalog {
namespace {

template <AnyRecord T>
std::string seen(const T& record, std::uint8_t organisation)
{
    return boost::json::serialize(
        view_of(record, some_id<Noun::organisation>(organisation), Purpose::shown));
}

constexpr std::uint8_t provider = 1;
constexpr std::uint8_t consumer = 2;

TEST(Views, OfASubscriptionHideTheOtherSidesClusters)
{
    const auto record = some_subscription();

    EXPECT_EQ(seen(record, provider).find("\"target\""), std::string::npos);
    EXPECT_EQ(seen(record, provider).find("192.0.2.0"), std::string::npos);
    EXPECT_NE(seen(record, provider).find("sales.orders.v2"), std::string::npos);
    EXPECT_EQ(seen(record, consumer).find("sales.orders.v2"), std::string::npos);
    EXPECT_EQ(seen(record, consumer).find(to_string(some_id<Noun::cluster>(10))),
              std::string::npos);
    EXPECT_EQ(seen(record, consumer).find("AAAA"), std::string::npos);
    EXPECT_NE(seen(record, consumer).find("\"target\""), std::string::npos);
    for (const auto each : {provider, consumer}) {
        EXPECT_NE(seen(record, each).find("\"receipt\""), std::string::npos);
        EXPECT_NE(seen(record, each).find("maintenance"), std::string::npos);
    }
}

TEST(Views, OfARequestHideWhoAcceptedTheTerms)
{
    const auto person = to_string(some_id<Noun::user>(20));

    EXPECT_EQ(seen(some_request(), provider).find(person), std::string::npos);
    EXPECT_NE(seen(some_request(), provider).find("accepted_at"), std::string::npos);
    EXPECT_NE(seen(some_request(), consumer).find(person), std::string::npos);
    EXPECT_EQ(seen(some_request(), provider).find("globex.example"), std::string::npos);
}

// What its digest is made of is the same for both, so that each can recompute it.
TEST(Views, OfAnAgreementDifferInWhoseItIs)
{
    auto whole = boost::json::parse(seen(some_agreement(), consumer)).as_object();
    whole.stable_erase("created_by");
    whole.stable_erase("labels");
    whole["side"] = "provider";

    EXPECT_EQ(seen(some_agreement(), provider), boost::json::serialize(whole));
}

// The member of a record, as the two sides see it: a file for each. What changes there is told to
// somebody else than before.
template <AnyRecord T>
void expect_views(const T& record)
{
    std::string name{prefix_of(T::noun)};
    name.pop_back();
    const std::filesystem::path folder{STRAIT_TEST_DIR};
    for (const auto side : {provider, consumer}) {
        const auto file = name + (side == provider ? "-provider.json" : "-consumer.json");
        std::ifstream in{folder / "golden" / "views" / file};
        const std::string golden{std::istreambuf_iterator<char>{in}, {}};
        EXPECT_EQ(seen(record, side) + "\n", golden) << file;
    }
}

TEST(Views, KeepTheirBytes)
{
    expect_views(some_request());
    expect_views(some_agreement());
    expect_views(some_subscription());
}

TEST(Views, OfARequestHideThePersonsOfTheOtherSide)
{
    auto record = some_request();
    const Principal theirs{some_id<Noun::user>(31)};
    const Principal ours{some_id<Noun::user>(32)};
    record.decisions = {{Verb::request_changes, theirs, some_time, "Say why"},
                        {Verb::resubmit, ours, some_time, "To ship"}};

    EXPECT_NE(seen(record, provider).find(to_string(theirs)), std::string::npos);
    EXPECT_EQ(seen(record, provider).find(to_string(ours)), std::string::npos);
    EXPECT_EQ(seen(record, consumer).find(to_string(theirs)), std::string::npos);
    EXPECT_NE(seen(record, consumer).find(to_string(ours)), std::string::npos);
    EXPECT_NE(seen(record, consumer).find("Say why"), std::string::npos);
}

TEST(Views, AreOfNobodyElse)
{
    EXPECT_EQ(seen(some_subscription(), 3), "null");
    EXPECT_EQ(seen(some_offer(), consumer), "null");
    EXPECT_NE(seen(some_offer(), provider), "null");
}

TEST(Views, AreOneWhereAUnitSharesWithItself)
{
    auto record = some_subscription();
    record.provider = record.organisation;

    EXPECT_EQ(views_of(record, Purpose::shown).size(), 1U);
    EXPECT_NE(seen(record, consumer).find("sales.orders.v2"), std::string::npos);
}

}  // namespace
}  // namespace strait::catalog
