#include "links/config/link_groups.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

std::vector<NamePattern> patterns(const std::vector<std::string>& texts)
{
    std::vector<NamePattern> all;
    for (const auto& text : texts) all.push_back(NamePattern::parse(text).value());
    return all;
}

bool selects(const std::vector<std::string>& include,
             const std::vector<std::string>& exclude,
             const std::string& group)
{
    GroupsConfig groups;
    groups.include = patterns(include);
    groups.exclude = patterns(exclude);
    return groups.selects(GroupName{group});
}

TEST(GroupsConfig, SelectsAllUnlessItIsTold)
{
    EXPECT_TRUE(GroupsConfig{}.selects(GroupName{"any group (of ours)"}));
}

TEST(GroupsConfig, LetsANameBeatAPatternAndExcludeWinAtEqualRank)
{
    EXPECT_TRUE(selects({"billing"}, {"*"}, "billing"));
    EXPECT_FALSE(selects({"*"}, {"billing"}, "billing"));
    EXPECT_FALSE(selects({"b*"}, {"*g"}, "billing"));
    EXPECT_FALSE(selects({"billing"}, {"billing"}, "billing"));
    EXPECT_FALSE(selects({"b*"}, {}, "orders"));
}

TEST(GroupsConfig, TakesSignsOfGroupNamesForThemselves)
{
    EXPECT_TRUE(selects({"a/(b)+?"}, {}, "a/(b)+c"));
    EXPECT_FALSE(selects({"a.*"}, {}, "abc"));
    EXPECT_TRUE(selects({"re:a.c"}, {}, "abc"));
}

}  // namespace
}  // namespace strait::links
