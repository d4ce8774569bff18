#include "api/catalog/sort_order.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>

namespace strait::api {
namespace {

const FieldNames fields{"a", "b", "b.c"};

SortOrder order(const std::string& text)
{
    const auto parsed = SortOrder::parse(text, fields);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : SortOrder{};
}

SortOrder::Place place(const SortOrder& order, const std::string& shown, std::uint8_t id = 1)
{
    catalog::IdBits bits{};
    bits.back() = id;
    return order.place_of(boost::json::parse(shown).as_object(), bits);
}

TEST(SortOrder, IsThatOfTheValues)
{
    const auto by_a = order("a");
    const auto from_the_last = order("-a");
    const std::array<std::string, 11> ascending{"{}",
                                                R"({"a": false})",
                                                R"({"a": true})",
                                                R"({"a": -9223372036854775808})",
                                                R"({"a": -1})",
                                                R"({"a": 0})",
                                                R"({"a": 9223372036854775807})",
                                                R"({"a": ""})",
                                                R"({"a": "2026-01-01T00:00:00.000Z"})",
                                                R"({"a": "2026-01-01T00:00:00.001Z"})",
                                                R"({"a": []})"};
    for (std::size_t i = 1; i < ascending.size(); ++i) {
        const auto& less = ascending.at(i - 1);
        const auto& more = ascending.at(i);
        EXPECT_LT(place(by_a, less), place(by_a, more)) << less << more;
        EXPECT_GT(place(from_the_last, less), place(from_the_last, more)) << less << more;
    }
    EXPECT_EQ(place(by_a, "{}"), place(by_a, R"({"a": null})"));
}

TEST(SortOrder, GoesByTheNextFieldAndThenByTheId)
{
    const auto both = order("a,-b.c");
    const std::string first = R"({"a": 1, "b": {"c": "y"}})";
    const std::string second = R"({"a": 1, "b": {"c": "x"}})";
    EXPECT_LT(place(both, first), place(both, second));
    EXPECT_LT(place(both, first, 1), place(both, first, 2));
    EXPECT_LT(place(order("-a"), first, 1), place(order("-a"), first, 2));
    EXPECT_EQ(SortOrder::id_in(place(both, first, 7)).back(), 7);
}

TEST(SortOrder, IsOfAFewKnownFields)
{
    EXPECT_FALSE(SortOrder::parse("", fields)->is_given());
    EXPECT_TRUE(order("b.c").is_given());
    for (const auto* const wrong : {"c", "a,b,b.c", "a,,b", "--a", "a ", ",", "-"}) {
        EXPECT_FALSE(SortOrder::parse(wrong, fields)) << wrong;
    }
}

}  // namespace
}  // namespace strait::api
