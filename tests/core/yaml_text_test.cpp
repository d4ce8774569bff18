#include "core/yaml_text.hpp"

#include "core/document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace strait {
namespace {

namespace json = boost::json;

// As our own reader has it again.
json::value read_again(const std::string& yaml)
{
    Problems problems;
    const auto document = parse_yaml(yaml, "y", problems);
    EXPECT_TRUE(problems.empty()) << problems.text() << yaml;
    return json::parse(json_of(document));
}

TEST(YamlText, IsForPeople)
{
    const auto value =
        json::parse(R"({"kind": "Offer", "metadata": {"labels": {"strait/apply": "x"}},
        "spec": {"kinds": ["http_pull", "webhook"], "none": [], "empty": {}, "max": 365, "on": true,
                 "versions": "^1.0.0", "nothing": null, "yes": "no", "text": "1. Be nice.\n2. Pay.\n",
                 "ports": [{"alias": "orders", "contract": "orders@1.0.0"}]}})");

    const auto yaml = yaml_of(value);

    EXPECT_EQ(yaml, R"(kind: Offer
metadata:
  labels:
    strait/apply: x
spec:
  kinds: [http_pull, webhook]
  none: []
  empty: {}
  max: 365
  "on": true
  versions: ^1.0.0
  nothing: ~
  "yes": "no"
  text: |
    1. Be nice.
    2. Pay.
  ports:
    - alias: orders
      contract: orders@1.0.0
)");
    EXPECT_EQ(read_again(yaml), value);
}

// What YAML, or a reader of it, may take for something else.
constexpr auto texts = std::to_array<const char*>({"",
                                                   " ",
                                                   "1",
                                                   "1.0",
                                                   "-",
                                                   "- a",
                                                   "a: b",
                                                   "a #b",
                                                   "#",
                                                   "true",
                                                   "True",
                                                   "null",
                                                   "~",
                                                   "Off",
                                                   "0x1f",
                                                   "1e3",
                                                   "12:30:45",
                                                   "2026-01-01",
                                                   "<<",
                                                   "[a",
                                                   "{",
                                                   "&a",
                                                   "*a",
                                                   "!a",
                                                   "%a",
                                                   "@a",
                                                   "`a",
                                                   "'",
                                                   "\"",
                                                   "\\",
                                                   "a\nb",
                                                   "a\n",
                                                   "\na\n",
                                                   " a\n",
                                                   "a\n\n",
                                                   "a \nb\n",
                                                   "\ta\n",
                                                   "a\r\n",
                                                   "a\n \n b\n",
                                                   "a\n\n\nb\n",
                                                   "---",
                                                   "...",
                                                   "--- a\n",
                                                   "...\n",
                                                   "|",
                                                   ">",
                                                   "?",
                                                   "? a",
                                                   "\x01",
                                                   "\x7f",
                                                   "\xc3\xa9",
                                                   "a\xc2\x85"
                                                   "b",
                                                   "\xe2\x80\xa8",
                                                   "\xef\xbb\xbf"
                                                   "a",
                                                   "key",
                                                   "a,b",
                                                   "#a\n",
                                                   "- a\n- b\n",
                                                   "a: b\nc: d\n",
                                                   "  indented\nless\n"});

TEST(YamlText, StaysTheTextThatItIs)
{
    for (const auto* const text : texts) {
        for (const auto& value :
             {json::value{text},
              json::value{{"a", json::value{text}}},
              json::value(json::array{text, json::array{text}, json::object{{"b", text}}})}) {
            EXPECT_EQ(read_again(yaml_of(value)), value)
                << json::serialize(value) << yaml_of(value);
        }
        const json::object keyed{{"x", json::object{{text, 1}}}};
        EXPECT_EQ(read_again(yaml_of(keyed)), keyed) << yaml_of(keyed);
    }
}

TEST(YamlText, StaysWhateverItIs)
{
    std::mt19937 random{
        7};  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same again
    const std::string letters = "ab1 \n\t:-#,[]{}'\"|>&*!%@`~?.<=\\/e+";
    const auto text = [&] {
        std::string made;
        const auto size = random() % 12;
        for (std::size_t i = 0; i < size; ++i) made += letters[random() % letters.size()];
        return made;
    };
    for (int i = 0; i < 3'000; ++i) {
        json::object value;
        value.emplace(text(), text());
        value.emplace("list", json::array{text(), json::object{{text(), text()}}, text()});
        value.emplace("deep", json::object{{"a", json::object{{"b", json::array{text()}}}}});
        ASSERT_EQ(read_again(yaml_of(value)), value) << json::serialize(value) << "\n"
                                                     << yaml_of(value);
    }
}

std::vector<std::string> places_in(const std::string& text, Problems& problems)
{
    std::vector<std::string> places;
    for (const auto& each : parse_yaml_stream(text, "y", 1'000, problems)) {
        places.push_back(each.place);
    }
    return places;
}

TEST(YamlStream, HoldsAnyNumberOfDocuments)
{
    Problems problems;
    EXPECT_EQ(places_in("a: 1\n---\nb: 2\n--- c\n", problems),
              (std::vector<std::string>{"y:1:1", "y:3:1", "y:4:5"}));
    EXPECT_TRUE(places_in("", problems).empty());
    EXPECT_TRUE(problems.empty()) << problems.text();
    EXPECT_TRUE(places_in("a: 1\n---\nb: [\n", problems).empty());
    EXPECT_EQ(problems.list().size(), 1U);
    EXPECT_TRUE(places_in(std::string(1'001, 'a'), problems).empty());
    EXPECT_EQ(problems.list().back().code, "too_large");
}

TEST(YamlStream, KnowsWhereAPointerLeads)
{
    Problems problems;
    const auto documents =
        parse_yaml_stream("a:\n  b/c:\n    - x\n    - y: 1\n", "y", 1'000, problems);
    ASSERT_EQ(documents.size(), 1U);
    const auto place = [&](std::string_view pointer) {
        return nearest_to(documents.front(), pointer).place;
    };
    EXPECT_EQ(place("/a/b~1c/1/y"), "y:4:10");
    EXPECT_EQ(place("/a/b~1c/1/z/w"), "y:4:7");
    EXPECT_EQ(place("/a/b~1c/2"), "y:3:5");
    EXPECT_EQ(place("/q"), "y:1:1");
    EXPECT_EQ(place(""), "y:1:1");
}

}  // namespace
}  // namespace strait
