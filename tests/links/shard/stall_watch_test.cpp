#include "links/shard/stall_watch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

namespace strait::links {
namespace {

using namespace std::chrono_literals;
using Places = std::vector<TopicPartition>;

const TopicPartition one{TopicName{"orders"}, Partition{1}};
const TopicPartition two{TopicName{"orders"}, Partition{2}};

// Looks every two seconds, as the link does.
struct StallWatchTest : ::testing::Test {
    StallWatch watch{60s};
    Clock::Time now{1h};

    StallWatch::Findings look(std::vector<StallWatch::Look> partitions, bool excused = false)
    {
        now += 2s;
        return watch.look(partitions, excused, now);
    }

    // The first finding of `count` looks, and after how long.
    template <class Make>
    std::pair<StallWatch::Findings, std::chrono::seconds> look_until_found(Make make,
                                                                           bool excused = false)
    {
        const auto began = now;
        for (int i = 0; i < 1000; ++i) {
            auto found = look(make(i), excused);
            const bool any =
                !found.reassign.empty() || !found.halt.empty() || !found.lso_stuck.empty();
            if (any) return {found, std::chrono::duration_cast<std::chrono::seconds>(now - began)};
        }
        return {};
    }
};

StallWatch::Look at(const TopicPartition& partition, std::int64_t position, std::int64_t lso)
{
    return {partition, Offset{position}, Offset{lso}, Offset{lso}};
}

using Looks = std::vector<StallWatch::Look>;

TEST_F(StallWatchTest, ReassignsAPartitionThatDoesNotMoveAndHaltsItAfterThat)
{
    const auto stuck = [](int) { return Looks{at(one, 5, 90), at(two, 7, 7)}; };

    const auto [first, waited] = look_until_found(stuck);
    const auto [second, waited_again] = look_until_found(stuck);

    EXPECT_EQ(first.reassign, Places{one});
    EXPECT_TRUE(first.halt.empty());
    EXPECT_EQ(waited, 62s);
    EXPECT_EQ(second.halt, Places{one});
    EXPECT_TRUE(second.reassign.empty());
    EXPECT_EQ(waited_again, 60s);
}

TEST_F(StallWatchTest, LetsAPartitionBeThatMovesHoweverSlowly)
{
    const auto [found, waited] =
        look_until_found([](int i) { return Looks{at(one, i / 29, 9000), at(two, 7, 7)}; });

    EXPECT_EQ(waited, 0s);
}

TEST_F(StallWatchTest, ReassignsAgainWhenItMovedInBetween)
{
    look_until_found([](int) { return Looks{at(one, 5, 90)}; });
    look({at(one, 6, 90)});

    const auto [found, waited] = look_until_found([](int) { return Looks{at(one, 6, 90)}; });

    EXPECT_EQ(found.reassign, Places{one});
    EXPECT_EQ(waited, 60s);
}

TEST_F(StallWatchTest, FindsNothingWhileTheShardIsHeldUp)
{
    const auto [found, waited] = look_until_found([](int) { return Looks{at(one, 5, 90)}; }, true);
    EXPECT_EQ(waited, 0s);

    EXPECT_EQ(look_until_found([](int) { return Looks{at(one, 5, 90)}; }).second, 60s);
}

// A consumer whose queue is full of another partition has not forgotten this one.
TEST_F(StallWatchTest, LetsAPartitionWaitForItsTurn)
{
    const auto far_behind = [](int i) {
        return Looks{at(one, 5, 90), at(two, 1000 * i, 1'000'000'000)};
    };
    for (int i = 0; i < 300; ++i) {
        const auto found = look(far_behind(i));
        ASSERT_TRUE(found.reassign.empty() && found.halt.empty()) << i;
    }

    const auto keeps_up = [](int i) {
        return Looks{at(one, 5, 90), at(two, 1000 * (i + 1001), (1000 * (i + 1001)) + 100)};
    };
    const auto [found, waited] = look_until_found(keeps_up);
    EXPECT_EQ(found.reassign, Places{one});
    EXPECT_EQ(waited, 60s);
}

// A backlog that never ends is no reason to wait for ever.
TEST_F(StallWatchTest, FindsAPartitionThatNeverGetsATurn)
{
    const auto far_behind = [](int i) {
        return Looks{at(one, 5, 90), at(two, 1000 * i, 1'000'000'000)};
    };

    const auto [first, waited] = look_until_found(far_behind);
    const auto [second, waited_again] = look_until_found(far_behind);

    EXPECT_EQ(first.reassign, Places{one});
    EXPECT_EQ(waited, 660s);
    EXPECT_EQ(second.halt, Places{one});
    EXPECT_EQ(waited_again, 658s);
}

TEST_F(StallWatchTest, CountsOnlyTheTimeInWhichItLooked)
{
    for (int i = 0; i < 100; ++i) {
        now += 50s;
        const auto found = look({at(one, 5, 90)});
        ASSERT_TRUE(found.reassign.empty() && found.halt.empty()) << i;
    }
}

TEST_F(StallWatchTest, NamesAStableOffsetThatStaysAndNeverHaltsForIt)
{
    const auto open = [](int) {
        return Looks{{one, Offset{5}, Offset{5}, Offset{90}}, at(two, 7, 7)};
    };

    const auto [found, waited] = look_until_found(open);

    EXPECT_EQ(found.lso_stuck, Places{one});
    EXPECT_EQ(waited, 62s);
    for (int i = 0; i < 100; ++i) {
        const auto again = look(open(i));
        ASSERT_EQ(again.lso_stuck, Places{one});
        ASSERT_TRUE(again.reassign.empty() && again.halt.empty());
    }
    EXPECT_TRUE(look({{one, Offset{5}, Offset{6}, Offset{90}}}).lso_stuck.empty());
}

}  // namespace
}  // namespace strait::links
