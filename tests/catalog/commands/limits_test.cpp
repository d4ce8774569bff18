#include "catalog/commands/limits.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::catalog {
namespace {

bool is_line(std::string_view text)
{
    Problems problems;
    check_text("/title", text, 20, problems);
    return problems.empty();
}

bool is_lines(std::string_view text)
{
    Problems problems;
    check_lines("/reason", text, 20, problems);
    return problems.empty();
}

TEST(Limits, TakeTextOfEveryLanguage)
{
    for (const auto* const text :
         {"Acme", "Acme & S\xc3\xb6hne", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x9a\xa2"}) {
        EXPECT_TRUE(is_line(text)) << text;
        EXPECT_TRUE(is_lines(text)) << text;
    }
}

// Cut off, out of place, longer than it needs to be, a surrogate, beyond the last.
TEST(Limits, RefuseWhatIsNoUtf8)
{
    for (const auto* const text : {"\xc3",
                                   "a\x80",
                                   "\xff",
                                   "\xc0\x80",
                                   "\xe0\x80\xaf",
                                   "\xed\xa0\x80",
                                   "\xf4\x90\x80\x80",
                                   "\xe6\x97"}) {
        EXPECT_FALSE(is_line(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_lines(text)) << testing::PrintToString(text);
    }
}

TEST(Limits, KeepALineALine)
{
    for (const auto* const text : {"a\nb", "a\tb", "\xe2\x80\xa8"}) {
        EXPECT_FALSE(is_line(text)) << testing::PrintToString(text);
        EXPECT_TRUE(is_lines(text)) << testing::PrintToString(text);
    }
    for (const auto* const text : {"\x1b[2J", "\x7f", "\xc2\x85"}) {
        EXPECT_FALSE(is_line(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_lines(text)) << testing::PrintToString(text);
    }
    EXPECT_FALSE(is_line(""));
    EXPECT_TRUE(is_lines(""));
    EXPECT_FALSE(is_lines(std::string(21, 'a')));
}

}  // namespace
}  // namespace strait::catalog
