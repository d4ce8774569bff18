#include "catalog/records/id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace strait::catalog {
namespace {

using Random = std::array<std::uint8_t, random_id_bytes>;

TEST(CatalogId, HasOneTextThatIsReadBack)
{
    Random random{};
    std::ranges::fill(random, 0xff);
    const auto all = make_id((std::int64_t{1} << 48) - 1, random);
    EXPECT_EQ(text_of(Noun::organisation, all), "org_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    EXPECT_EQ(text_of(Noun::operation, make_id(0, {})), "op_00000000000000000000000000");

    const auto some = make_id(1'772'323'200'000, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    EXPECT_EQ(text_of(Noun::product, some), "prd_01kjkb3q00041061050r3gg28a");
    for (const auto& bits : {all, some, IdBits{}}) {
        EXPECT_EQ(read_id(Noun::product, text_of(Noun::product, bits)), bits);
    }
    const ProductId id{some};
    EXPECT_EQ(id_from<Noun::product>(to_string(id)), id);
}

TEST(CatalogId, RefusesEveryOtherText)
{
    const auto* const good = "org_01kjkb3q00041061050r3gg28a";
    ASSERT_TRUE(id_from<Noun::organisation>(good));
    EXPECT_FALSE(id_from<Noun::user>(good));
    for (const auto* const bad : {"",
                                  "org_",
                                  "org_01kjkb3q00041061050r3gg28",
                                  "org_01kjkb3q00041061050r3gg28aa",
                                  "org_01KJKB3Q00041061050R3GG28A",
                                  "org_81kjkdnb00041061050r3gg28a",
                                  "org_01kjkb3q0004i061050r3gg28a",
                                  "org_01kjkb3q0004u061050r3gg28a",
                                  "org_01kjkb3q0004 061050r3gg28a",
                                  "Org_01kjkb3q00041061050r3gg28a"}) {
        EXPECT_FALSE(id_from<Noun::organisation>(bad)) << bad;
    }
}

TEST(CatalogId, SortsByTime)
{
    Random random{};
    std::ranges::fill(random, 0xff);
    const auto early = make_id(1'000, random);
    const auto late = make_id(1'001, {});
    EXPECT_LT(early, late);
    EXPECT_LT(text_of(Noun::offer, early), text_of(Noun::offer, late));
}

}  // namespace
}  // namespace strait::catalog
