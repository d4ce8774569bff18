#include "links/config/rename.hpp"

#include <gtest/gtest.h>

namespace strait::links {
namespace {

TEST(Rename, KeepsPrefixesOrMaps)
{
    const TopicName orders{"orders"};
    const TopicName bills{"bills"};
    const std::map<TopicName, TopicName> map{{orders, TopicName{"o"}}};
    using enum Rename::Others;

    EXPECT_EQ(renamed({}, orders), orders);
    EXPECT_EQ(renamed({{}, prefix, "oslo."}, orders), TopicName{"oslo.orders"});
    EXPECT_EQ(renamed({map, keep, ""}, orders), TopicName{"o"});
    EXPECT_EQ(renamed({map, keep, ""}, bills), bills);
    EXPECT_EQ(renamed({map, refuse, ""}, bills), std::nullopt);
    EXPECT_EQ(renamed({map, prefix, "p-"}, bills), TopicName{"p-bills"});
    EXPECT_EQ(renamed({map, prefix, "p-"}, orders), TopicName{"o"});
}

TEST(Rename, FindsNamesThatKafkaDoesNotTellApart)
{
    const std::vector<TopicName> targets{TopicName{"a.b"},
                                         TopicName{"c"},
                                         TopicName{"a_b"},
                                         TopicName{"a-b"},
                                         TopicName{"d"},
                                         TopicName{"d"}};

    EXPECT_EQ(collisions(targets),
              (std::vector{TopicName{"a.b"}, TopicName{"a_b"}, TopicName{"d"}}));
}

TEST(Rename, KnowsLegalTopicNames)
{
    EXPECT_FALSE(why_illegal(TopicName{"Orders_v1.2-eu"}));
    EXPECT_FALSE(why_illegal(TopicName{std::string(249, 'x')}));
    for (const auto* const wrong : {"", ".", "..", "a b", "a/b", "\u00e9"}) {
        EXPECT_TRUE(why_illegal(TopicName{wrong})) << wrong;
    }
}

}  // namespace
}  // namespace strait::links
