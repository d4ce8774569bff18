#include "catalog/records/views.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

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

// So that each can recompute its digest.
TEST(Views, OfAnAgreementAreTheSameForBoth)
{
    EXPECT_EQ(seen(some_agreement(), provider), seen(some_agreement(), consumer));
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
