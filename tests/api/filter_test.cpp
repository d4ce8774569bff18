#include "api/catalog/filter.hpp"

#include "catalog/records/access.hpp"
#include "catalog/records/people.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::api {
namespace {

const FieldNames names{
    "a", "ends_at", "flag", "labels", "n", "plan", "plan.kind", "quoted", "side", "state", "tags"};

bool lets(std::string_view filter)
{
    static const auto shown = boost::json::parse(R"({
        "state": "active", "ends_at": "2027-01-31T00:00:00.000Z", "n": 7, "flag": true,
        "tags": ["b", "c"], "labels": {"team": "x"}, "plan": {"kind": "webhook"},
        "quoted": "a \"b\" \\c"})");
    const auto parsed = Filter::parse(filter, names);
    EXPECT_TRUE(parsed) << filter << ": " << (parsed ? "" : parsed.error().detail);
    return parsed && parsed->lets(shown.as_object());
}

std::string misfit(const std::string& filter)
{
    const auto parsed = Filter::parse(filter, names);
    EXPECT_FALSE(parsed) << filter;
    return parsed ? "" : parsed.error().detail;
}

TEST(FilterTest, ComparesMembersOfWhatIsShown)
{
    EXPECT_TRUE(lets(""));
    EXPECT_TRUE(lets(R"(state = "active")"));
    EXPECT_FALSE(lets(R"(state = "paused")"));
    EXPECT_FALSE(lets(R"(state != "active")"));
    EXPECT_TRUE(lets(R"(ends_at > "2027-01-30")"));
    EXPECT_FALSE(lets(R"(ends_at<"2027-01-31T00:00:00.000Z")"));
    EXPECT_TRUE(lets(R"(ends_at<="2027-01-31T00:00:00.000Z")"));
    EXPECT_TRUE(lets("n >= 7"));
    EXPECT_FALSE(lets("n > 7"));
    EXPECT_TRUE(lets("n > -8"));
    EXPECT_TRUE(lets("flag = true"));
    EXPECT_FALSE(lets("flag = false"));
    EXPECT_TRUE(lets(R"(plan.kind = "webhook")"));
    EXPECT_TRUE(lets(R"(quoted = "a \"b\" \\c")"));
}

TEST(FilterTest, AsksWhatIsInThem)
{
    EXPECT_TRUE(lets(R"(tags:"b")"));
    EXPECT_FALSE(lets(R"(tags:"bc")"));
    EXPECT_TRUE(lets(R"(labels : "team")"));
    EXPECT_FALSE(lets(R"(labels : "x")"));
    EXPECT_TRUE(lets(R"(state : "tiv")"));
    EXPECT_FALSE(lets("n : 7"));
}

TEST(FilterTest, FindsNothingEqualToWhatIsNotThere)
{
    EXPECT_FALSE(lets(R"(a = "x")"));
    EXPECT_TRUE(lets(R"(a != "x")"));
    EXPECT_FALSE(lets(R"(a < "x")"));
    EXPECT_FALSE(lets("state < 7"));
    EXPECT_FALSE(lets("flag < true"));
    EXPECT_FALSE(lets("state = 7"));
}

TEST(FilterTest, BindsNotBeforeAndBeforeOr)
{
    EXPECT_TRUE(lets("n = 7 OR n = 8 AND n = 9"));
    EXPECT_FALSE(lets("(n = 7 OR n = 8) AND n = 9"));
    EXPECT_FALSE(lets("NOT n = 7 AND n = 7"));
    EXPECT_TRUE(lets("NOT (n = 7 AND n = 8)"));
    EXPECT_TRUE(lets("NOT NOT n=7"));
    EXPECT_TRUE(lets("n = 8 OR(n = 7)AND NOT(n = 8)"));
}

TEST(FilterTest, SaysWhereItIsNone)
{
    EXPECT_EQ(misfit("pwd = 1"), "filter: at character 1: a field of this list, not pwd");
    EXPECT_EQ(misfit("state"), "filter: at character 6: one of = != < <= > >= :");
    EXPECT_EQ(misfit("state = active"),
              "filter: at character 9: a text in quotes, a whole number, true or false");
    EXPECT_EQ(misfit(R"(state = "active)"), "filter: at character 16: a \" at the end of the text");
    EXPECT_EQ(misfit("n = 7 n = 8"), "filter: at character 7: AND, OR or the end");
    EXPECT_EQ(misfit("(n = 7"), "filter: at character 7: \")\"");
    EXPECT_EQ(misfit("n = 7 AND"), "filter: at character 10: a field, NOT or \"(\"");
    EXPECT_EQ(misfit("NOTn = 7"), "filter: at character 1: a field, NOT or \"(\"");
    EXPECT_EQ(misfit("n = 99999999999999999999"),
              "filter: at character 5: a text in quotes, a whole number, true or false");
    EXPECT_EQ(misfit("plan.kin = 1"), "filter: at character 1: a field of this list, not plan.kin");
}

TEST(FilterTest, HasLimits)
{
    EXPECT_TRUE(lets("(((((((n = 7)))))))"));
    EXPECT_EQ(misfit("((((((((n = 7))))))))"), "filter: at character 9: no more than 8 levels");
    EXPECT_TRUE(misfit(std::string(100'000, '(')).contains("longer than 1024 bytes"));
    EXPECT_TRUE(misfit(std::string(1'000, '(')).contains("no more than 8 levels"));
}

TEST(FilterTest, KnowsTheMembersOfRecords)
{
    const auto& fields = fields_of<catalog::Subscription>();
    for (const auto* const name :
         {"state", "ends_at", "target.cluster", "receipt.reason", "side"}) {
        EXPECT_TRUE(fields.contains(name)) << name;
    }
    EXPECT_FALSE(fields_of<catalog::Invitation>().contains("token"));
}

}  // namespace
}  // namespace strait::api
