#include "core/document.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace strait {
namespace {

Document parsed(const std::string& json)
{
    Problems problems;
    auto document = parse_json(json, "body", problems);
    EXPECT_TRUE(problems.empty()) << problems.text();
    return document;
}

// The examples of RFC 7396, appendix A.
TEST(MergePatch, DoesAsItsSpecificationSays)
{
    struct Example {
        const char* target;
        const char* patch;
        const char* result;
    };
    constexpr std::array examples{
        Example{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        Example{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        Example{R"({"a":"b"})", R"({"a":null})", R"({})"},
        Example{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        Example{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        Example{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        Example{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        Example{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        Example{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        Example{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        Example{R"({"a":"foo"})", R"(null)", R"(null)"},
        Example{R"({"a":"foo"})", R"("bar")", R"("bar")"},
        Example{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        Example{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        Example{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const auto& [target, patch, result] : examples) {
        EXPECT_EQ(json_of(merged(parsed(target), parsed(patch))), result) << target << patch;
    }
}

TEST(JsonOfADocument, IsWhatTheDocumentSays)
{
    constexpr auto* json = R"({"a":[1,-2.5E0,true,null,"\"\n"],"b":{}})";
    EXPECT_EQ(json_of(parsed(json)), json);

    Problems problems;
    const auto yaml = parse_yaml("a: 1\nb: [x, '2', ~, 007, +1]\nc: {d: true}", "y", problems);
    EXPECT_EQ(json_of(yaml), R"({"a":1,"b":["x","2",null,"007","+1"],"c":{"d":true}})");
}

}  // namespace
}  // namespace strait
