#include "links/config/reverse_link.hpp"

#include "links/config/link_document.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

LinkConfig link_between(const char* name, const char* source, const char* target)
{
    LinkConfig link;
    link.name = LinkName{name};
    link.source = ClusterName{source};
    link.target = ClusterName{target};
    return link;
}

TEST(ReverseLink, MirrorsThoseTopicsBackUnderTheNamesThatTheyHad)
{
    auto there = link_between("there", "oslo", "bergen");
    there.shards = 2;
    there.topics.rename.others = Rename::Others::prefix;
    there.topics.rename.prefix = "oslo.";
    there.acl_sync.enabled = true;

    const auto back = reverse_link(
        there,
        LinkName{"back"},
        {{TopicName{"orders"}, TopicName{"oslo.orders"}}, {TopicName{"same"}, TopicName{"same"}}});
    EXPECT_EQ(back.source, there.target);
    EXPECT_EQ(back.target, there.source);
    EXPECT_EQ(back.reverse_of, there.name);
    EXPECT_EQ(back.shards, 2U);
    EXPECT_TRUE(back.paused);
    EXPECT_FALSE(back.acl_sync.enabled);
    EXPECT_EQ(renamed(back.topics.rename, TopicName{"oslo.orders"}), TopicName{"orders"});
    EXPECT_EQ(renamed(back.topics.rename, TopicName{"same"}), TopicName{"same"});
    const auto& selection = back.topics.selection;
    EXPECT_TRUE(is_mirrored(selection.decide(TopicName{"oslo.orders"}, false)));
    EXPECT_FALSE(is_mirrored(selection.decide(TopicName{"bergen.own"}, false)));
}

TEST(ReverseLink, IsFoundFromBothSides)
{
    auto back = link_between("back", "bergen", "oslo");
    back.reverse_of = LinkName{"there"};
    const std::vector links{
        link_between("there", "oslo", "bergen"), link_between("other", "oslo", "bergen"), back};

    EXPECT_EQ(find_reverse(LinkName{"there"}, links), LinkName{"back"});
    EXPECT_EQ(find_reverse(LinkName{"back"}, links), LinkName{"there"});
    EXPECT_FALSE(find_reverse(LinkName{"other"}, links));
    EXPECT_FALSE(find_reverse(LinkName{"nobody"}, links));
}

TEST(ReverseLink, HasANameOfItsOwnThatFits)
{
    EXPECT_EQ(reverse_name(LinkName{"orders"}), LinkName{"orders-reverse"});
    const auto longest = reverse_name(LinkName{std::string(40, 'x')});
    EXPECT_TRUE(is_config_name(longest.value())) << longest.value();
}

}  // namespace
}  // namespace strait::links
