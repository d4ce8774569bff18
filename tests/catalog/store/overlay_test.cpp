#include "catalog/store/overlay.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

struct Empty final : Reader {
    [[nodiscard]] Result<std::optional<std::string>> get(Family, std::string_view) const override
    {
        return std::nullopt;
    }
    Result<void> scan(Family, std::string_view, std::string_view, const Visit&) const override
    {
        return {};
    }
};

struct OverlayTest : ::testing::Test {
    Empty empty;
    Overlay base{empty};
    Overlay overlay{static_cast<const Reader&>(base)};

    OverlayTest()
    {
        for (const auto* const key : {"a1", "a3", "a5", "b1"}) base.put(Family::index, key, "base");
        base.put(Family::keys, "a2", "of another family");
    }

    [[nodiscard]] std::string seen(std::string_view prefix,
                                   std::string_view from = {},
                                   std::size_t count_max = 99) const
    {
        std::string all;
        std::size_t count = 0;
        const auto scanned = overlay.scan(
            Family::index, prefix, from, [&](std::string_view key, std::string_view value) {
                all.append(key).append("=").append(value).append(" ");
                return ++count < count_max;
            });
        EXPECT_TRUE(scanned);
        return all;
    }
};

TEST_F(OverlayTest, ShowsItsOwnAmongThoseBelow)
{
    overlay.put(Family::index, "a0", "own");
    overlay.put(Family::index, "a3", "own");
    overlay.put(Family::index, "a4", "own");
    overlay.put(Family::index, "a9", "own");
    overlay.remove(Family::index, "a5");
    overlay.remove(Family::index, "a7");

    EXPECT_EQ(seen("a"), "a0=own a1=base a3=own a4=own a9=own ");
    EXPECT_EQ(seen(""), "a0=own a1=base a3=own a4=own a9=own b1=base ");
    EXPECT_EQ(seen("b"), "b1=base ");
    EXPECT_EQ(seen("c"), "");
}

TEST_F(OverlayTest, BeginsWhereItIsTold)
{
    overlay.put(Family::index, "a2", "own");

    EXPECT_EQ(seen("a", "a2"), "a2=own a3=base a5=base ");
    EXPECT_EQ(seen("a", "0"), "a1=base a2=own a3=base a5=base ");
    EXPECT_EQ(seen("a", "a6"), "");
}

TEST_F(OverlayTest, EndsWhenEnoughWasSeen)
{
    overlay.put(Family::index, "a0", "own");
    overlay.put(Family::index, "a2", "own");
    overlay.put(Family::index, "a9", "own");

    EXPECT_EQ(seen("a", {}, 1), "a0=own ");
    EXPECT_EQ(seen("a", {}, 2), "a0=own a1=base ");
    EXPECT_EQ(seen("a", {}, 3), "a0=own a1=base a2=own ");
    EXPECT_EQ(seen("a", {}, 5), "a0=own a1=base a2=own a3=base a5=base ");
}

TEST_F(OverlayTest, ReadsItsOwnFirst)
{
    overlay.put(Family::index, "a1", "own");
    overlay.remove(Family::index, "a3");

    EXPECT_EQ(overlay.get(Family::index, "a1").value(), "own");
    EXPECT_EQ(overlay.get(Family::index, "a3").value(), std::nullopt);
    EXPECT_EQ(overlay.get(Family::index, "a5").value(), "base");
    EXPECT_EQ(base.get(Family::index, "a3").value(), "base");
}

}  // namespace
}  // namespace strait::catalog
