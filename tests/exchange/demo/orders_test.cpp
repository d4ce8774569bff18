#include "exchange/demo/orders.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace strait::exchange {
namespace {

std::vector<OrderStep> steps(std::uint32_t seed, std::size_t count)
{
    OrderEvents events{seed};
    std::vector<OrderStep> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(events.next(1000 + static_cast<std::int64_t>(i)));
    }
    return all;
}

TEST(OrderEvents, GiveTheSameRecordsForTheSameSeed)
{
    const auto one = steps(7, 20);
    const auto other = steps(7, 20);

    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        ASSERT_EQ(one[i].records.size(), other[i].records.size());
        for (std::size_t j = 0; j < one[i].records.size(); ++j) {
            EXPECT_EQ(one[i].records[j].value, other[i].records[j].value);
            EXPECT_EQ(one[i].records[j].headers, other[i].records[j].headers);
        }
    }
}

TEST(OrderEvents, GiveAPaymentTheHeadersOfItsOrder)
{
    for (const auto& step : steps(3, 20)) {
        if (step.ending == OrderStep::Ending::plain) continue;
        for (std::size_t i = 0; i + 1 < step.records.size(); i += 2) {
            const auto& order = step.records[i];
            const auto& payment = step.records[i + 1];
            ASSERT_EQ(payment.key, order.key);
            EXPECT_EQ(payment.headers, order.headers) << order.key;
        }
    }
}

TEST(OrderEvents, FillEveryPartitionInTransactionsAndWithout)
{
    std::set<TopicPartition> partitions;
    std::set<OrderStep::Ending> endings;
    std::set<std::string> events;
    bool tombstone = false;

    for (const auto& step : steps(1, 200)) {
        endings.insert(step.ending);
        for (const auto& record : step.records) {
            partitions.insert(record.at);
            tombstone = tombstone || !record.value;
            if (!record.value) continue;
            const auto json = boost::json::parse(*record.value);
            events.insert(std::string{json.at("event").as_string()});
            EXPECT_EQ(record.key, json.at("order").as_string().c_str());
        }
    }

    EXPECT_EQ(partitions.size(), 5U);
    EXPECT_EQ(endings.size(), 3U);
    EXPECT_EQ(events, (std::set<std::string>{"order_placed", "order_shipped", "payment_captured"}));
    EXPECT_TRUE(tombstone) << "after some time old orders are forgotten";
}

}  // namespace
}  // namespace strait::exchange
