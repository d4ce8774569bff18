#include "links/verify/verify_report.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace strait::links {
namespace {

VerifyReport::Partition partition(std::int32_t number, std::int64_t next)
{
    return {{TopicName{"orders"}, Partition{number}}, {Offset{next}, next}};
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

TEST(VerifyReport, SaysWhichPartItIsAbout)
{
    VerifyReport report{{partition(0, 400), partition(1, 50), partition(2, 0)}, {}};
    EXPECT_EQ(
        text_of(report, VerifyMode::full, {.from = Offset{50}, .to = Offset{90}}),
        "3 of 3 partitions identical: orders-0 from source offset 50 through 89; orders-1 has "
        "nothing there; orders-2 has nothing yet; 450 records compared");
    EXPECT_TRUE(text_of(report, VerifyMode::full, {.to = Offset{90}})
                    .contains("orders-0 through source offset 89; orders-1 through source offset "
                              "49;"));

    report.partitions.resize(2);
    for (auto& [at, result] : report.partitions) {
        result.stretches = 60;
        result.sampled = 5;
    }
    report.partitions.back().result.difference =
        Difference{Difference::Kind::value, Offset{3}, Offset{4}};
    const auto text = text_of(report, VerifyMode::target, {.sample = Share{50'000}, .seed = 17});
    EXPECT_TRUE(text.contains("; as they were mirrored in 9 of 10 sampled stretches, of 120 "
                              "(--sample 0.05 --seed 17); 450 records compared"))
        << text;
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
