#include "links/clusters/owner_records.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace strait::links {
namespace {

const TopicPartition place{TopicName{"_strait.links"}, Partition{5}};

std::vector<TopicOwner> owners_of(const LinkName& link)
{
    TopicOwner owner;
    owner.link = link;
    owner.target = TopicName{"copy.orders"};
    return {owner};
}

TEST(RequireNew, LetsALinkBeginThatOwnsNothing)
{
    EXPECT_TRUE(require_new(LinkName{"ours"}, place, {}));
    EXPECT_TRUE(require_new(LinkName{"ours"}, place, owners_of(LinkName{"theirs"})));
}

TEST(RequireNew, HaltsALinkThatMirrorsTopicsAlready)
{
    const auto refused = require_new(LinkName{"ours"}, place, owners_of(LinkName{"ours"}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_TRUE(refused.error().detail().starts_with("checkpoints_missing: "));
    EXPECT_TRUE(refused.error().detail().contains("_strait.links-5"));
}

}  // namespace
}  // namespace strait::links
