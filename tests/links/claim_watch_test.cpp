#include "links/claim_watch.hpp"

#include <gtest/gtest.h>

#include <array>

namespace strait::links {
namespace {

LinkRecord claim(std::uint32_t term)
{
    LinkOwner owner;
    owner.link = LinkName{"oslo-to-bergen"};
    owner.term = Term{term};
    owner.delivery = Delivery::at_least_once;
    return owner;
}

TEST(ClaimWatch, EndsWhoeverWasReplaced)
{
    ClaimWatch watch{Term{7}};
    EXPECT_FALSE(watch.end());

    watch.take(std::array{claim(6), claim(7), LinkRecord{ShardSession{}}});
    EXPECT_FALSE(watch.end());

    watch.take(std::array{LinkRecord{ShardSession{}}, claim(8)});
    ASSERT_TRUE(watch.end());
    EXPECT_EQ(watch.end()->code(), Errc::fenced);

    watch.take(std::array{claim(7)});  // late
    EXPECT_EQ(watch.end()->code(), Errc::fenced);
}

TEST(ClaimWatch, DoesNotSettleForTwoClaimsOfOneTerm)
{
    ClaimWatch watch{Term{7}};

    watch.take(std::array{claim(7)});
    watch.take(std::array{claim(7)});

    ASSERT_TRUE(watch.end());
    EXPECT_EQ(watch.end()->code(), Errc::unavailable);
}

}  // namespace
}  // namespace strait::links
