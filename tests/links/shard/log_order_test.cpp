#include "links/shard/log_order.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace strait::links {
namespace {

constexpr TopicId topic{{1}};
constexpr TopicId topic_again{{2}};

LinkRecord position(std::int32_t partition, TopicId of = topic)
{
    Checkpoint at;
    at.partition = Partition{partition};
    at.source_id = of;
    return at;
}

Gap gap(std::int32_t partition, bool open)
{
    Gap of;
    of.id = 7;
    of.partition = Partition{partition};
    of.old_id = of.new_id = topic;
    of.policy = GapPolicy::skip;
    of.from = Offset{5};
    of.to = Offset{6};
    of.open = open;
    return of;
}

using Records = std::vector<LinkRecord>;
using Parts = std::vector<Records>;

TEST(LogOrder, IsOnePartWithoutGaps)
{
    const Records step{position(0), position(1), Removal{}};

    EXPECT_EQ(in_log_order(step), Parts{step});
    EXPECT_EQ(in_log_order(Records{ShardSession{}}), Parts{Records{ShardSession{}}});
}

TEST(LogOrder, KeepsAGapOpenUntilThePositionIsThere)
{
    const Records positions{position(0), position(1)};
    const Records open{gap(1, true)};
    const Records closed{gap(1, false)};
    auto step = positions;
    step.insert(step.end(), closed.begin(), closed.end());

    EXPECT_EQ(in_log_order(step), (Parts{open, positions, closed}));
}

TEST(LogOrder, KnowsThePositionOfTheNextIncarnationToo)
{
    auto recreated = gap(0, false);
    recreated.new_id = topic_again;

    EXPECT_EQ(in_log_order(Records{position(0, topic_again), recreated}).size(), 3);
    EXPECT_EQ(in_log_order(Records{position(0, TopicId{{3}}), recreated}).size(), 2);
}

// One that halts its partition, and one that somebody acknowledged, have no position to wait for.
TEST(LogOrder, OpensNothingThatNoPositionPasses)
{
    const Records step{position(0), gap(0, true), gap(1, false)};
    const Records gaps{gap(0, true), gap(1, false)};
    const Records positions{position(0)};

    EXPECT_EQ(in_log_order(step), (Parts{gaps, positions}));
}

}  // namespace
}  // namespace strait::links
