#include "core/document.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait {
namespace {

std::string problems_of(std::string_view text)
{
    Problems problems;
    parse_json(text, "body", problems);
    return problems.text();
}

TEST(JsonDocument, KeepsOrderKindsAndTexts)
{
    Problems problems;

    const auto read =
        parse_json(R"({"b": [1, -2.50, "x\n\u00e9", true, null, {}], "a": 99999999999999999999})",
                   "body",
                   problems);

    using enum Document::Kind;
    EXPECT_TRUE(problems.empty()) << problems.text();
    ASSERT_EQ(read.kind, object);
    ASSERT_EQ(read.members.size(), 2U);
    EXPECT_EQ(read.members[0].name, "b");
    const auto& items = read.members[0].value.items;
    ASSERT_EQ(items.size(), 6U);
    EXPECT_EQ(items[0].scalar, "1");
    EXPECT_EQ(items[1].scalar, "-2.50");
    EXPECT_EQ(items[2].scalar, "x\n\u00e9");
    EXPECT_EQ(items[3].kind, boolean);
    EXPECT_EQ(items[4].kind, null);
    EXPECT_EQ(items[5].kind, object);
    EXPECT_EQ(items[5].place, "body");
    EXPECT_EQ(read.members[1].value.kind, number);
    EXPECT_EQ(read.members[1].value.scalar, "99999999999999999999");
}

TEST(JsonDocument, RefusesAMemberThatIsGivenTwice)
{
    EXPECT_EQ(
        problems_of(R"({"a": 1, "b": [{"c": 1}, {"c": 1, "d/e": 2, "d\u002fe": 3}], "a": 2})"),
        "body: duplicate_key: /b/1/d~1e: 'd/e' is given already\n"
        "body: duplicate_key: /a: 'a' is given already\n");
}

TEST(JsonDocument, RefusesWhatIsNoJsonOrTooDeep)
{
    for (const auto* const text :
         {"", "{", "{\"a\"}", "[1,]", "{} x", "nul", "{'a': 1}", "// c\n1"}) {
        EXPECT_TRUE(problems_of(text).starts_with("body: not_json: ")) << text;
    }
    const std::string deep(65, '[');
    EXPECT_TRUE(problems_of(deep + std::string(65, ']')).starts_with("body: not_json: "));
    EXPECT_EQ(problems_of(deep.substr(1) + std::string(64, ']')), "");
}

}  // namespace
}  // namespace strait
