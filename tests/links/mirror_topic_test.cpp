#include "links/mirror_topic.hpp"

#include <gtest/gtest.h>

namespace strait::links {
namespace {

TEST(MirrorTopic, HasAMirrorForEachPartition)
{
    MirrorTopic topic;
    topic.owner.source = TopicName{"orders"};
    topic.owner.target = TopicName{"oslo.orders"};
    topic.owner.source_id = TopicId{{1}};
    topic.owner.target_id = TopicId{{2}};
    topic.owner.previous_ids = {TopicId{{3}}};
    topic.owner.partitions = 1;
    topic.partitions = 2;

    const auto mirrors = topic.mirrors();

    ASSERT_EQ(mirrors.size(), 2U);
    EXPECT_EQ(mirrors[0].source, (TopicPartition{TopicName{"orders"}, Partition{0}}));
    EXPECT_EQ(mirrors[1].source, (TopicPartition{TopicName{"orders"}, Partition{1}}));
    for (const auto& mirror : mirrors) {
        EXPECT_EQ(mirror.target, TopicName{"oslo.orders"});
        EXPECT_EQ(mirror.source_id, TopicId{{1}});
        EXPECT_EQ(mirror.target_id, TopicId{{2}});
        EXPECT_EQ(mirror.previous_ids, topic.owner.previous_ids);
    }
    EXPECT_FALSE(mirrors[0].from_log_start);
    EXPECT_TRUE(mirrors[1].from_log_start) << "added later: whatever `start` says";
}

TEST(MirrorTopic, KeepsAMirrorOfEachPartitionThatLeft)
{
    MirrorTopic topic;
    topic.partitions = 3;
    topic.left = 2;

    const auto mirrors = topic.mirrors();

    ASSERT_EQ(mirrors.size(), 3U);
    EXPECT_FALSE(mirrors[0].left);
    EXPECT_TRUE(mirrors[1].left);
    EXPECT_TRUE(mirrors[2].left);
}

TEST(MirrorTopic, HasNoneWhileTheSourceDoesNotShowIt)
{
    MirrorTopic topic;
    topic.owner.source = TopicName{"orders"};
    topic.standing = Standing::absent;

    EXPECT_TRUE(topic.mirrors().empty());
}

TEST(MirrorTopic, HasNoneOfATopicThatWasCutOffByItself)
{
    TopicOwner owner;
    owner.source = TopicName{"orders"};
    owner.partitions = 3;
    EXPECT_EQ(recalled(owner).mirrors().size(), 3U);
    EXPECT_EQ(recalled(owner).standing, Standing::mirrored);

    owner.released = true;
    EXPECT_TRUE(recalled(owner).mirrors().empty());
    EXPECT_EQ(recalled(owner).standing, Standing::released);
    EXPECT_TRUE(recalled(owner).reason.starts_with("it was promoted by itself"));
    owner.order.desired = Desired::failed_over;
    EXPECT_TRUE(recalled(owner).reason.starts_with("it was failed over by itself"));
}

TEST(MirrorTopic, KeepsThePartitionsOfATopicThatRests)
{
    TopicOwner owner;
    owner.source = TopicName{"orders"};
    owner.partitions = 3;
    owner.order = {Desired::paused, "maintenance", 1};
    const auto topic = recalled(owner);
    EXPECT_EQ(topic.standing, Standing::paused);
    EXPECT_EQ(topic.partitions, 3U);
    EXPECT_EQ(topic.reason, "paused by itself: maintenance");
    EXPECT_TRUE(is_settled(topic.standing));
}

}  // namespace
}  // namespace strait::links
