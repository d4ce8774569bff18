#include "exchange/reconciler/mirror_usage.hpp"

#include "tests/exchange/reconciler/some_mirror.hpp"

#include <gtest/gtest.h>

namespace strait::exchange {
namespace {

constexpr TopicId orders_id{{1}};
constexpr TopicId prices_id{{2}};

links::MirroredRange range(const char* target, TopicId id, std::int64_t first, std::int64_t end)
{
    return {TopicName{target},
            id,
            Partition{3},
            Offset{first},
            Offset{end},
            static_cast<std::uint64_t>(end - first)};
}

TEST(MirrorUsage, IsOfTheStreamsThatTheConsumerKnows)
{
    const auto subscription = some_mirrored().subscription;
    const auto reports = usage_of(subscription,
                                  {range("acme.orders", orders_id, 0, 5),
                                   range("acme.prices", prices_id, 0, 2),
                                   range("acme.orders", orders_id, 5, 9),
                                   range("somebody.else", {{9}}, 0, 7)});
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports.front().stream, "orders");
    EXPECT_EQ(reports.front().place, (catalog::UsagePlace{subscription.id, orders_id, 3}));
    ASSERT_EQ(reports.front().given.size(), 2U);
    EXPECT_EQ(reports.front().given.back().offsets, (catalog::OffsetRange{5, 9}));
    EXPECT_EQ(reports.front().given.back().records, 4U);
    EXPECT_EQ(reports.front().given.back().bytes, std::nullopt);
    EXPECT_EQ(reports.back().stream, "prices");
}

TEST(MirrorUsage, GoesOnWhereItWasCounted)
{
    const catalog::UsagePlace place{some_mirrored().subscription.id, orders_id, 3};
    EXPECT_EQ(known_to({{place, 9}}),
              (links::MirroredUpTo{{{orders_id, Partition{3}}, Offset{9}}}));
}

}  // namespace
}  // namespace strait::exchange
