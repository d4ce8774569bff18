#include "links/target_setup.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace strait::links {
namespace {

// Of topics with so many partitions each.
std::size_t count_of(std::initializer_list<std::size_t> partitions, std::size_t times = 1)
{
    std::vector<PlannedTopic> planned;
    for (std::size_t i = 0; i < times; ++i) {
        for (const auto count : partitions) planned.emplace_back().source.partitions = count;
    }
    std::vector<const PlannedTopic*> topics;
    for (const auto& topic : planned) topics.push_back(&topic);
    return setup_count(topics);
}

TEST(TargetSetup, MakesAllReadyAtOnceWhereTheyAreFew)
{
    EXPECT_EQ(count_of({}), 0U);
    EXPECT_EQ(count_of({1}), 1U);
    EXPECT_EQ(count_of({10, 300, 690}), 3U);
}

TEST(TargetSetup, TakesSoManyTopicsAtATime)
{
    EXPECT_EQ(count_of({1}, setup_topics_max), setup_topics_max);
    EXPECT_EQ(count_of({1}, setup_topics_max + 1), setup_topics_max);
}

TEST(TargetSetup, TakesSoManyPartitionsAtATime)
{
    EXPECT_EQ(count_of({500, 500, 1}), 2U);
    EXPECT_EQ(count_of({999, 2}), 1U);
}

TEST(TargetSetup, TakesATopicThatIsTooLargeAlone)
{
    EXPECT_EQ(count_of({setup_partitions_max + 1, 1}), 1U);
    EXPECT_EQ(count_of({1, setup_partitions_max}), 1U);
}

}  // namespace
}  // namespace strait::links
