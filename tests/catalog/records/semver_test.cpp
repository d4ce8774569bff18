#include "catalog/records/semver.hpp"

#include <gtest/gtest.h>

namespace strait::catalog {
namespace {

TEST(Semver, IsReadFromItsTextAlone)
{
    EXPECT_EQ(semver_from("2.10.0"), (Semver{2, 10, 0}));
    EXPECT_EQ(to_string(Semver{2, 10, 0}), "2.10.0");
    for (const auto* const text : {"",
                                   "2",
                                   "2.1",
                                   "2.1.",
                                   "2.1.0.0",
                                   "02.1.0",
                                   "2.1.00",
                                   "-1.0.0",
                                   "2.1.0-rc1",
                                   " 2.1.0",
                                   "v2.1.0",
                                   "4294967296.0.0"}) {
        EXPECT_EQ(semver_from(text), std::nullopt) << text;
    }
}

TEST(Semver, IsOrderedByItsNumbers)
{
    EXPECT_LT((Semver{2, 9, 0}), (Semver{2, 10, 0}));
    EXPECT_LT((Semver{2, 10, 9}), (Semver{3, 0, 0}));
}

TEST(SemverRange, IsOneVersionOrThoseCompatibleWithIt)
{
    const auto contains = [](const char* range, Semver version) {
        return semver_range_from(range).value().contains(version);
    };

    EXPECT_TRUE(contains("2.1.0", {2, 1, 0}));
    EXPECT_FALSE(contains("2.1.0", {2, 1, 1}));
    EXPECT_TRUE(contains("^2.1.0", {2, 1, 0}));
    EXPECT_TRUE(contains("^2.1.0", {2, 2, 0}));
    EXPECT_FALSE(contains("^2.1.0", {2, 0, 9}));
    EXPECT_FALSE(contains("^2.1.0", {3, 0, 0}));
    EXPECT_TRUE(contains("^0.2.1", {0, 2, 3}));
    EXPECT_FALSE(contains("^0.2.1", {0, 3, 0}));
    EXPECT_EQ(to_string(*semver_range_from("^2.1.0")), "^2.1.0");
    EXPECT_EQ(semver_range_from("^^2.1.0"), std::nullopt);
    EXPECT_EQ(semver_range_from("~2.1.0"), std::nullopt);
}

}  // namespace
}  // namespace strait::catalog
