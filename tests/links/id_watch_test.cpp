#include "links/id_watch.hpp"

#include <gtest/gtest.h>

#include <array>

namespace strait::links {
namespace {

TopicId id(std::uint8_t number) { return {.bytes = {number}}; }

// A link that mirrors `orders`, id 1, to `copy`, id 2.
struct IdWatchTest : ::testing::Test {
    IdWatch watch;
    std::array<MirrorTopic, 1> topics;
    IdWatch::Ids source{{TopicName{"orders"}, id(1)}};
    IdWatch::Ids target{{TopicName{"copy"}, id(2)}};

    IdWatchTest()
    {
        auto& owner = topics[0].owner;
        owner.source = TopicName{"orders"};
        owner.target = TopicName{"copy"};
        owner.source_id = id(1);
        owner.target_id = id(2);
    }

    void at_source(Result<TopicId> found) { source[TopicName{"orders"}] = std::move(found); }
    void at_target(Result<TopicId> found) { target[TopicName{"copy"}] = std::move(found); }

    // "same", "differs" as told before, or "news".
    const char* found()
    {
        const auto look = watch.look(topics, source, target);
        if (look.differing.empty()) return look.news ? "news of nothing" : "same";
        EXPECT_EQ(look.differing.front(), &topics[0]);
        return look.news ? "news" : "differs";
    }
};

TEST_F(IdWatchTest, FindsNothingWhereAllIsAsItWas) { EXPECT_STREQ(found(), "same"); }

TEST_F(IdWatchTest, TellsEachChangeOnce)
{
    at_source(id(3));
    EXPECT_STREQ(found(), "news");
    EXPECT_STREQ(found(), "differs");
    at_source(fail(Errc::not_found));
    EXPECT_STREQ(found(), "news");
    EXPECT_STREQ(found(), "differs");
    at_target(fail(Errc::not_found));
    EXPECT_STREQ(found(), "news");
    at_target(id(4));
    EXPECT_STREQ(found(), "news");
    EXPECT_STREQ(found(), "differs");
    at_source(id(1));
    at_target(id(2));
    EXPECT_STREQ(found(), "same");
    at_source(id(3));
    EXPECT_STREQ(found(), "news");
}

TEST_F(IdWatchTest, TellsNothingThatNobodyAnswered)
{
    at_source(fail(Errc::forbidden));
    at_target(fail(Errc::unavailable));
    EXPECT_STREQ(found(), "same");
    target.clear();
    EXPECT_STREQ(found(), "same");
    at_source(fail(Errc::not_found));
    EXPECT_STREQ(found(), "news");
    at_source(fail(Errc::timed_out));
    EXPECT_STREQ(found(), "differs");
}

TEST_F(IdWatchTest, TellsAgainWhenTheLinkAskedForWhatItIsNow)
{
    at_source(id(3));
    EXPECT_STREQ(found(), "news");
    topics[0].owner.source_id = id(3);
    EXPECT_STREQ(found(), "same");
    at_source(id(1));
    EXPECT_STREQ(found(), "news");
}

}  // namespace
}  // namespace strait::links
