#include "links/config/topic_selection.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace strait::links {
namespace {

using enum Selected;

std::vector<TopicPattern> patterns(std::initializer_list<const char*> texts)
{
    std::vector<TopicPattern> out;
    for (const auto* const text : texts) out.push_back(TopicPattern::parse(text).value());
    return out;
}

bool matches(const std::string& pattern, const std::string& topic)
{
    return TopicPattern::parse(pattern).value().matches(TopicName{topic});
}

std::string code_of(const std::string& pattern)
{
    const auto parsed = TopicPattern::parse(pattern);
    return parsed ? "" : std::string{parsed.error().code};
}

TEST(TopicPattern, IsALiteralAGlobOrAnExpression)
{
    EXPECT_TRUE(matches("a.b", "a.b"));
    EXPECT_FALSE(matches("a.b", "axb"));
    EXPECT_TRUE(matches("a.*", "a."));
    EXPECT_FALSE(matches("a.*", "ab"));
    EXPECT_TRUE(matches("?-*-?", "a-b-c-d"));
    EXPECT_FALSE(matches("?", ""));
    EXPECT_TRUE(matches("re:eu-[0-9]+", "eu-17"));
    EXPECT_FALSE(matches("re:eu-[0-9]+", "eu-17x"));
    EXPECT_FALSE(matches("re:a|b", "ab"));
}

TEST(TopicPattern, RefusesWhatCanMatchNothing)
{
    EXPECT_EQ(code_of(""), "illegal_topic_name");
    EXPECT_EQ(code_of(".."), "illegal_topic_name");
    EXPECT_EQ(code_of(std::string(250, 'a')), "illegal_topic_name");
    EXPECT_EQ(code_of("a[0-9]*"), "bad_pattern");
    EXPECT_EQ(code_of("re:"), "bad_pattern");
    EXPECT_EQ(code_of("re:(?=a)"), "bad_pattern");
    EXPECT_EQ(code_of("re:(a)\\1"), "bad_pattern");
    EXPECT_EQ(code_of("re:" + std::string(254, 'a')), "bad_pattern");
    EXPECT_EQ(code_of("re:" + std::string(253, 'a')), "");
}

TEST(TopicPattern, TakesLinearTimeForWhatOthersBacktrackOn)
{
    EXPECT_FALSE(matches("re:(a*)*(a|aa)*b", std::string(249, 'a')));
    EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(249, 'a')));
}

TEST(TopicSelection, DecidesInTheOrderOfTheSpecification)
{
    const TopicSelection selection{patterns({"a", "b", "x.*", "__mine", "heartbeats"}),
                                   patterns({"b", "x.secret", "?", "x.tmp*"})};
    const auto decide = [&](const char* topic) {
        return selection.decide(TopicName{topic}, false);
    };

    EXPECT_EQ(decide("__mine"), never);
    EXPECT_EQ(decide("_strait.links"), never);
    EXPECT_EQ(decide("b"), excluded);       // literal exclude before literal include
    EXPECT_EQ(decide("a"), by_literal);     // literal include before pattern exclude
    EXPECT_EQ(decide("x.tmp1"), excluded);  // pattern exclude before pattern include
    EXPECT_EQ(decide("x.secret"), excluded);
    EXPECT_EQ(decide("x.orders"), by_pattern);
    EXPECT_EQ(decide("y"), excluded);
    EXPECT_EQ(decide("yy"), unmatched);
    EXPECT_EQ(selection.decide(TopicName{"a"}, true), never);
}

TEST(TopicSelection, LeavesTheTopicsOfToolsAloneUnlessALiteralNamesThem)
{
    const TopicSelection all{patterns({"*"}), {}};
    const auto tools = {"orders.internal",
                        "orders-internal",
                        "a.replica",
                        "mm2-offsets",
                        "heartbeats",
                        "_schemas",
                        "_confluent-metrics"};

    for (const auto* const topic : tools) {
        EXPECT_EQ(all.decide(TopicName{topic}, false), excluded) << topic;
        EXPECT_EQ(TopicSelection(patterns({topic}), {}).decide(TopicName{topic}, false),
                  by_literal);
    }
    EXPECT_EQ(all.decide(TopicName{"internal"}, false), by_pattern);
    EXPECT_EQ(TopicSelection{}.decide(TopicName{"orders"}, false), unmatched);
}

}  // namespace
}  // namespace strait::links
