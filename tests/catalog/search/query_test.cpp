#include "catalog/search/query.hpp"

#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace strait::catalog {
namespace {

constexpr auto caller = some_id<Noun::organisation>;

// The terms as a line: "-tag:text*".
std::string terms_of(std::string_view text)
{
    const auto query = parse_query(text);
    if (!query) return query.error().detail();
    std::string line;
    for (const auto& term : query->terms) {
        if (!line.empty()) line += " | ";
        if (term.excluded) line += "-";
        switch (term.scope) {
            case TermScope::anywhere: break;
            case TermScope::field: line += "field:"; break;
            case TermScope::tag: line += "tag:"; break;
            case TermScope::owner: line += "owner:"; break;
        }
        line += term.text;
        if (term.prefix) line += "*";
    }
    return line;
}

TEST(Query, HasTheLastWordAsABegin)
{
    EXPECT_EQ(terms_of("orders eu"), "orders | eu*");
    EXPECT_EQ(terms_of("  orders\teu  "), "orders | eu*");
    EXPECT_EQ(terms_of("orders \"per day\""), "orders | per day");
    EXPECT_EQ(terms_of("orders -test"), "orders | -test");
    EXPECT_EQ(terms_of("-test orders"), "-test | orders*");
}

TEST(Query, TakesPhrasesExclusionsAndScopes)
{
    EXPECT_EQ(terms_of(R"("a phrase" -"not this" end)"), "a phrase | -not this | end*");
    EXPECT_EQ(terms_of("field:email tag:retail owner:acme"),
              "field:email | tag:retail | owner:acme*");
    EXPECT_EQ(terms_of(R"(-tag:"high street")"), "-tag:high street");
    EXPECT_EQ(terms_of("http://x tag: field:\" "), "http://x | tag:*");
}

TEST(Query, TakesWhateverComes)
{
    EXPECT_EQ(terms_of(""), "");
    EXPECT_EQ(terms_of("+ - -- \" \"\" * :"), "");
    EXPECT_EQ(terms_of("a\"b\"c"), "a | b | c*");
    EXPECT_EQ(terms_of("\"open end"), "open end");
    EXPECT_EQ(terms_of(std::string_view{"a\0b", 3}), "a | b*");
    EXPECT_EQ(terms_of("\"a\nb\""), "a b");
}

TEST(Query, IsBounded)
{
    EXPECT_EQ(terms_of("1 2 3 4 5 6 7 8"), "1 | 2 | 3 | 4 | 5 | 6 | 7 | 8*");
    EXPECT_EQ(terms_of("1 2 3 4 5 6 7 8 9"), "q: more than 8 terms");
    std::string umlauts;
    for (int i = 0; i < 256; ++i) umlauts += "ö";
    EXPECT_TRUE(parse_query(umlauts));
    EXPECT_EQ(parse_query(umlauts + "x").error().code(), Errc::invalid_argument);
    EXPECT_EQ(parse_query(std::string(5'000, '\x80')).error().code(), Errc::invalid_argument);
}

TEST(Query, RemembersItselfWhole) { EXPECT_EQ(parse_query(" Orders-EU ")->whole, "orders-eu"); }

TEST(Expression, AsksForTheCallersTokenAlways)
{
    const auto own = token_of(caller(1));
    const auto seen = "vis : (vpublic OR " + own + ")";

    EXPECT_EQ(own, "o019ca6b1dc7b00000000000000000001");
    EXPECT_EQ(expression_of({}, caller(1)), (MatchExpression{seen, {}}));
    EXPECT_EQ(expression_of(parse_query("-b tag:a").value(), caller(1)),
              (MatchExpression{"((tags : \"a\" *) AND " + seen +
                                   ") NOT ({name title tags fields summary description} : \"b\")",
                               {"tags : \"a\" *"}}));
}

// What stands in the expression is quoted: neither a quote nor a control character gets through.
TEST(Expression, HoldsNothingOfTheUserOutsideQuotes)
{
    std::mt19937_64 random{1};
    constexpr std::string_view pieces[] = {"\"",
                                           "-",
                                           "tag:",
                                           " ",
                                           "a",
                                           "vis:",
                                           "vpublic",
                                           ")",
                                           "(",
                                           "*",
                                           "OR",
                                           "NOT",
                                           "\xff",
                                           "\xc3",
                                           "^",
                                           "+",
                                           "{",
                                           "}"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (auto left = random() % 12; left > 0; --left)
            text += pieces[random() % std::size(pieces)];
        const auto query = parse_query(text);
        if (!query) continue;
        for (const auto& term : query->terms) {
            ASSERT_EQ(term.text.find('"'), std::string::npos) << text;
            ASSERT_FALSE(term.text.empty()) << text;
        }
        auto made = expression_of(*query, caller(1)).text;
        ASSERT_NE(made.find("vis : (vpublic OR o019ca6b1dc7b00000000000000000001)"),
                  std::string::npos);
        while (made.contains('"')) {
            const auto begin = made.find('"');
            made.erase(begin, made.find('"', begin + 1) + 1 - begin);
        }
        ASSERT_EQ(made.find("vis"), made.rfind("vis")) << text;
    }
}

}  // namespace
}  // namespace strait::catalog
