#include "links/verify/verify_report.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace strait::links {
namespace {

VerifyReport::Partition partition(std::int32_t number, std::int64_t next)
{
    return {{TopicName{"orders"}, Partition{number}}, {Offset{next}, next, std::nullopt}};
}

TEST(VerifyReport, SaysThroughWhereEachPartitionIsFine)
{
    const VerifyReport report{{partition(0, 400), partition(1, 0)}, {}};
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(
        text_of(report, VerifyMode::full),
        "2 of 2 partitions identical: orders-0 through source offset 399; orders-1 has nothing yet; "
        "400 records compared");
    EXPECT_EQ(
        text_of(report, VerifyMode::structure),
        "2 of 2 partitions sound: orders-0 through source offset 399; orders-1 has nothing yet");
}

TEST(VerifyReport, NamesTheFirstDifferenceOfEachPartition)
{
    VerifyReport report{{partition(0, 9), partition(1, 5)}, {}};
    report.partitions.front().result.difference =
        Difference{Difference::Kind::value, Offset{3}, Offset{4}};
    EXPECT_FALSE(report.clean());
    EXPECT_EQ(
        text_of(report, VerifyMode::full),
        "differs: orders-0: the value of target offset 4 is not that of source offset 3; 1 of "
        "2 partitions identical: orders-1 through source offset 4; 14 records compared");
}

TEST(VerifyReport, StaysShort)
{
    VerifyReport report;
    for (std::int32_t i = 0; i < 10'000; ++i) report.partitions.push_back(partition(i, 9));
    EXPECT_TRUE(text_of(report, VerifyMode::structure).ends_with("; and 9980 more"));
    EXPECT_LT(text_of(report, VerifyMode::structure).size(), 1'000U);
    report.troubles = {"shard 1: torn"};
    EXPECT_FALSE(report.clean());
    EXPECT_TRUE(text_of(report, VerifyMode::full).starts_with("differs: shard 1: torn; "));
}

}  // namespace
}  // namespace strait::links
