#include "links/idle_topics.hpp"

#include "links/clusters/cluster_survey.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

std::string_view name_of(Standing standing)
{
    switch (standing) {
        case Standing::mirrored: return "mirrored";
        case Standing::waiting: return "waiting";
        case Standing::missing: return "missing";
        case Standing::gone: return "gone";
        case Standing::absent: return "absent";
        case Standing::refused: return "refused";
        case Standing::paused: return "paused";
        case Standing::released: return "released";
    }
    return "";
}

TopicSelection selection(std::initializer_list<const char*> include,
                         std::initializer_list<const char*> exclude)
{
    std::vector<TopicPattern> in;
    std::vector<TopicPattern> out;
    for (const auto* const text : include) in.push_back(TopicPattern::parse(text).value());
    for (const auto* const text : exclude) out.push_back(TopicPattern::parse(text).value());
    return {std::move(in), std::move(out)};
}

kafka::TopicDescription described(const std::string& name)
{
    kafka::TopicDescription topic;
    topic.name = TopicName{name};
    return topic;
}

// A link that owns the mirror of `orders`, three partitions, and the newest plan of it.
struct IdleTopicsTest : ::testing::Test {
    LinkConfig link;
    IdleTopics idle{link, "user strait"};
    IdleTopics::Owners owners;
    LinkPlan plan;

    IdleTopicsTest()
    {
        TopicOwner owner;
        owner.source = owner.target = TopicName{"orders"};
        owner.partitions = 3;
        owners.emplace(owner.source, owner);
        link.topics.selection = selection({"*"}, {});
    }

    // What the source answers for `orders`.
    void answer(Error error)
    {
        plan = {};
        plan.undescribed.emplace(TopicName{"orders"}, std::move(error));
    }
    void answer_with_the_topic()
    {
        plan = {};
        plan.topics.push_back({described("orders"), Mirrored{}});
    }

    void refuse(const std::string& topic, Obstacle obstacle)
    {
        plan.topics.push_back({described(topic), NotMirrored{obstacle, "a remedy"}});
    }

    // One line a topic: "orders x3 gone: reason".
    std::string found()
    {
        std::string lines;
        for (const auto& topic : idle.find(plan, owners)) {
            lines += topic.owner.source.value() + " x" + std::to_string(topic.partitions) + " " +
                     std::string{name_of(topic.standing)};
            if (!topic.reason.empty()) lines += ": " + topic.reason;
            lines += "\n";
        }
        return lines;
    }
};

TEST_F(IdleTopicsTest, HaveNothingOfATopicThatIsThere)
{
    answer_with_the_topic();

    EXPECT_EQ(found(), "");
}

TEST_F(IdleTopicsTest, AreGoneWhenTheSourceSaysSoTwiceInARow)
{
    answer(Error{Errc::not_found, "unknown topic"});
    EXPECT_EQ(found(), "orders x3 missing\n");
    answer_with_the_topic();
    EXPECT_EQ(found(), "");
    answer(Error{Errc::not_found, "unknown topic"});
    EXPECT_EQ(found(), "orders x3 missing\n");
    EXPECT_EQ(found(), "orders x3 gone\n");
    EXPECT_EQ(found(), "orders x3 gone\n");
}

TEST_F(IdleTopicsTest, AreNotThoseThatTheLinkIsToldToLeaveOut)
{
    link.topics.selection = selection({"*"}, {"orders"});
    for (const auto code : {Errc::not_found, Errc::not_found, Errc::forbidden}) {
        answer(Error{code, "orders"});
        EXPECT_EQ(found(), "");
    }
}

TEST_F(IdleTopicsTest, AreThoseThatWerePromotedWhateverBecameOfTheirSource)
{
    owners.begin()->second.released = true;
    const auto line =
        "orders x0 released: it was promoted by itself: an ordinary topic of the target\n";
    answer(Error{Errc::not_found, "unknown topic"});
    EXPECT_EQ(found(), line);
    EXPECT_EQ(found(), line);
    plan = {};
    refuse("orders", Obstacle::released);
    EXPECT_EQ(found(), line);
}

TEST_F(IdleTopicsTest, AreThoseThatRestByThemselvesUnlessTheyAreLeftOut)
{
    auto& owner = owners.begin()->second;
    owner.order.desired = Desired::paused;
    owner.source_id = identity_of(owner.source, {});
    answer(Error{Errc::timed_out, "no answer"});
    EXPECT_EQ(found(), "orders x3 paused: paused by itself\n");
    answer(Error{Errc::not_found, "unknown topic"});
    EXPECT_EQ(found(), "orders x3 paused: paused by itself; it is not at the source\n");
    plan = {};
    refuse("orders", Obstacle::paused);
    EXPECT_EQ(found(), "orders x3 paused: paused by itself\n");
    plan.topics.front().source.partitions = 5;
    EXPECT_EQ(found(), "orders x5 paused: paused by itself\n");
    owner.source_id = {};
    EXPECT_EQ(found(),
              "orders x3 paused: paused by itself; at the source it is another topic by now\n");
    link.topics.selection = selection({"*"}, {"orders"});
    EXPECT_EQ(found(), "");
}

TEST_F(IdleTopicsTest, AreNotGoneForAMissingRight)
{
    answer(Error{Errc::forbidden, "not authorized"});

    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(found(),
                  "orders x3 waiting: user strait may not DESCRIBE it at the source: grant "
                  "DESCRIBE; not authorized\n");
    }
}

TEST_F(IdleTopicsTest, AreNotGoneForAnAnswerThatDoesNotCome)
{
    answer(Error{Errc::not_found, "unknown topic"});
    EXPECT_EQ(found(), "orders x3 missing\n");
    answer(Error{Errc::unavailable, "no leader"});
    EXPECT_EQ(found(), "orders x3 waiting: source: no leader\n");
    plan = {};
    EXPECT_EQ(found(), "orders x3 waiting: the source was not asked for it yet\n");
}

TEST_F(IdleTopicsTest, NameWhatNeverCame)
{
    answer_with_the_topic();
    plan.absent = {{TopicName{"orders"}, "is ours"}, {TopicName{"bills"}, "create it"}};

    EXPECT_EQ(found(), "bills x0 absent: create it\n");
}

TEST_F(IdleTopicsTest, NameWhatThePlanRefuses)
{
    link.topics.selection = selection({"*", "news"}, {"tmp*"});
    refuse("again", Obstacle::loop);
    refuse("bills", Obstacle::existing_target);
    refuse("later", Obstacle::unclear_target);
    refuse("news", Obstacle::mirror_of_mirror);
    refuse("orders", Obstacle::too_many_partitions);
    refuse("tmp", Obstacle::excluded);

    EXPECT_EQ(found(),
              "bills x0 refused: existing_target: a remedy\n"
              "later x0 waiting: unclear_target: a remedy\n"
              "news x0 refused: mirror_of_mirror: a remedy\n"
              "orders x3 refused: too_many_partitions: a remedy\n")
        << "a loop is usual where a pattern matches";
}

TEST_F(IdleTopicsTest, NameABoundedNumberOfWhatPatternsMatch)
{
    link.topics.selection = selection({"*", "zoo"}, {});
    owners.clear();
    for (std::size_t i = 0; i < IdleTopics::refused_max + 5; ++i) {
        refuse("topic-" + std::to_string(1000 + i), Obstacle::too_few_brokers);
    }
    refuse("zoo", Obstacle::too_few_brokers);

    const auto topics = idle.find(plan, owners);

    ASSERT_EQ(topics.size(), IdleTopics::refused_max + 1);
    EXPECT_EQ(topics.back().owner.source, TopicName{"zoo"}) << "a literal is always named";
}

}  // namespace
}  // namespace strait::links
