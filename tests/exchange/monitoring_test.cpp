#include "core/document.hpp"
#include "tests/exchange/exported_metrics.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// What examples/monitoring/ and README.md say of metrics is what the program exports.
namespace strait::exchange {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::exported_metrics;
using testing::read_file;

using Names = std::set<std::string>;
using Found = std::vector<std::string>;

const fs::path root = fs::path{STRAIT_TEST_DIR} / ".." / "..";
const fs::path folder = root / "examples" / "monitoring";

// --- documents ----------------------------------------------------------------------------------

Document yaml(const fs::path& file)
{
    Problems problems;
    auto document = parse_yaml(read_file(file), file.filename().string(), problems);
    EXPECT_TRUE(problems.empty()) << problems.text();
    return document;
}

const Document& member(const Document& of, std::string_view name)
{
    static const Document none;
    const auto found = std::ranges::find(of.members, name, &Document::Member::name);
    return found == of.members.end() ? none : found->value;
}

std::string text(const Document& of, std::string_view name) { return member(of, name).scalar; }

// Of every object at any depth, the texts that it has under `name`.
std::vector<std::string> all_texts(const Document& in, std::string_view name)
{
    std::vector<std::string> found;
    const auto add = [&](const Document& inner) {
        auto more = all_texts(inner, name);
        found.insert(found.end(), more.begin(), more.end());
    };
    for (const auto& item : in.items) add(item);
    for (const auto& [key, place, value] : in.members) {
        if (key == name && value.kind == Document::Kind::text) found.push_back(value.scalar);
        add(value);
    }
    return found;
}

std::vector<Document> alerts()
{
    std::vector<Document> all;
    const auto file = yaml(folder / "strait-alerts.yaml");
    for (const auto& group : member(file, "groups").items) {
        const auto& rules = member(group, "rules").items;
        all.insert(all.end(), rules.begin(), rules.end());
    }
    return all;
}

// --- expressions --------------------------------------------------------------------------------

// Of each place where the pattern fits: what fits, and what does in its brackets.
std::vector<Found> matches(const std::string& in, const std::regex& pattern)
{
    std::vector<Found> found;
    for (std::sregex_iterator at{in.begin(), in.end(), pattern}; at != std::sregex_iterator{}; ++at)
        found.emplace_back(at->begin(), at->end());
    return found;
}

// What is wrong with the labels in the braces after a name; values that a dashboard's variable
// stands for are not looked at.
void check_matchers(const std::string& name, const std::string& braces)
{
    static const std::regex matcher{R"re((\w+)\s*(=~|!~|!=|=)\s*"([^"]*)")re"};
    static const Names open{"link", "topic", "partition", "group", "instance", "job"};
    const auto& labels = exported_metrics().at(name);
    for (const auto& one : matches(braces, matcher)) {
        const auto label = one[1];
        if (open.contains(label) &&
            (labels.contains(label) || label == "instance" || label == "job"))
            continue;
        ASSERT_TRUE(labels.contains(label)) << name << " has no label " << label;
        std::istringstream values{one[3]};
        for (std::string value; std::getline(values, value, '|');) {
            EXPECT_TRUE(labels.at(label).contains(value))
                << name << " has never " << label << "=\"" << value << '"';
        }
    }
}

// The labels that what is in the expression can have.
Names check_expression(const std::string& expression)
{
    static const std::regex selector{R"re(\b(strait_\w+|up)\b(\{[^}]*\})?)re"};
    static const std::regex list{R"re(\b(by|on|ignoring|without|group_\w+)\s*\(([^)]*)\))re"};
    static const std::regex word{R"re(\w+)re"};
    Names labels{"instance", "job"};
    for (const auto& one : matches(expression, selector)) {
        const auto name = one[1];
        if (name == "up") continue;  // Prometheus's own
        if (!exported_metrics().contains(name)) {
            ADD_FAILURE() << "nothing exports " << name;
            continue;
        }
        check_matchers(name, one[2]);
        for (const auto& [label, values] : exported_metrics().at(name)) labels.insert(label);
    }
    for (const auto& one : matches(expression, list)) {
        const auto names = one[2];
        for (const auto& label : matches(names, word)) {
            EXPECT_TRUE(labels.contains(label[0])) << "no label " << label[0] << ": " << expression;
        }
    }
    return labels;
}

// Each label that `pattern` finds in `text`.
void check_labels(const std::string& text, const std::regex& pattern, const Names& labels)
{
    for (const auto& one : matches(text, pattern)) {
        EXPECT_TRUE(labels.contains(one[1])) << "no label " << one[1] << ": " << text;
    }
}

// --- README.md ----------------------------------------------------------------------------------

// "strait_link_state{link,state}" for each family; a histogram without its suffixes.
Names exported_families()
{
    Names families;
    for (const auto& [name, labels] : exported_metrics()) {
        const auto base = name.substr(0, name.rfind('_'));
        const bool histogram = exported_metrics().contains(base + "_bucket");
        if (histogram && !name.ends_with("_bucket")) continue;
        std::string family = (histogram ? base : name) + "{";
        for (const auto& [label, values] : labels) {
            if (label != "le") family += (family.ends_with('{') ? "" : ",") + label;
        }
        families.insert(family + "}");
    }
    return families;
}

// The same of the table in README.md, where a link's metrics have the label `link` tacitly.
Names documented_families()
{
    static const std::regex name{R"re(`(strait_\w+)(?:\{([^}]*)\})?`)re"};
    Names families;
    std::istringstream lines{read_file(root / "README.md")};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `strait_")) continue;
        const auto cell = line.substr(0, line.find('|', 1));
        for (const auto& one : matches(cell, name)) {
            Names labels;
            if (one[1].starts_with("strait_link_")) labels.insert("link");
            std::istringstream in{one[2]};
            for (std::string label; std::getline(in, label, ',');) labels.insert(label);
            std::string family = one[1] + "{";
            for (const auto& label : labels) family += (family.ends_with('{') ? "" : ",") + label;
            families.insert(family + "}");
        }
    }
    return families;
}

TEST(Readme, NamesEveryMetricThatTheProgramExports)
{
    const auto documented = documented_families();

    for (const auto& family : exported_families()) {
        EXPECT_TRUE(documented.contains(family)) << "not in README.md: " << family;
    }
}

TEST(Readme, NamesNoMetricThatTheProgramDoesNotExport)
{
    const auto exported = exported_families();

    EXPECT_GE(exported.size(), 30U);
    for (const auto& family : documented_families()) {
        EXPECT_TRUE(exported.contains(family)) << "nothing exports " << family;
    }
}

// --- promtool -----------------------------------------------------------------------------------

// Where ./dev puts it, or of this machine; empty if there is none.
std::string promtool()
{
    const auto ours = root / ".deps" / "bin" / "promtool";
    if (fs::exists(ours)) return ours.string();
    const auto found = testing::run_command({"sh", "-c", "command -v promtool"});
    return found.exit_code == 0 ? "promtool" : "";
}

constexpr auto missing =
    "promtool is missing: ./dev setup fetches it; elsewhere install it with Prometheus";

TEST(Alerts, AreRulesThatPrometheusTakes)
{
    ASSERT_FALSE(promtool().empty()) << missing;

    const auto checked = testing::run_command(
        {promtool(), "check", "rules", (folder / "strait-alerts.yaml").string()});

    EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

TEST(Alerts, FireWhenTheyShallAndOnlyThen)
{
    ASSERT_FALSE(promtool().empty()) << missing;

    const auto tested = testing::run_command(
        {promtool(), "test", "rules", (folder / "strait-alerts.test.yaml").string()}, 50s);

    EXPECT_EQ(tested.exit_code, 0) << tested.output;
}

// --- examples/monitoring/ -----------------------------------------------------------------------

TEST(Alerts, HaveEachACaseThatFiresAndOneThatDoesNot)
{
    Names fires;
    Names rests;
    const auto file = yaml(folder / "strait-alerts.test.yaml");
    for (const auto& test : member(file, "tests").items) {
        for (const auto& one : member(test, "alert_rule_test").items) {
            auto& cases = member(one, "exp_alerts").items.empty() ? rests : fires;
            cases.insert(text(one, "alertname"));
        }
    }

    for (const auto& alert : alerts()) {
        EXPECT_TRUE(fires.contains(text(alert, "alert"))) << text(alert, "alert");
        EXPECT_TRUE(rests.contains(text(alert, "alert"))) << text(alert, "alert");
    }
}

TEST(Alerts, SpeakOfWhatTheProgramExports)
{
    static const std::regex label{R"re(\$labels\.(\w+))re"};
    const Names severities{"warning", "critical"};
    EXPECT_GE(alerts().size(), 15U);
    for (const auto& alert : alerts()) {
        SCOPED_TRACE(text(alert, "alert"));
        const auto labels = check_expression(text(alert, "expr"));
        EXPECT_FALSE(text(alert, "for").empty());
        EXPECT_TRUE(severities.contains(text(member(alert, "labels"), "severity")));
        for (const auto* const name : {"summary", "description"}) {
            EXPECT_FALSE(text(member(alert, "annotations"), name).empty()) << name;
            check_labels(text(member(alert, "annotations"), name), label, labels);
        }
    }
}

// The runbook's headings, each with what stands below it.
std::map<std::string, std::string> runbook()
{
    std::map<std::string, std::string> paragraphs;
    std::string* current = nullptr;
    std::istringstream lines{read_file(folder / "README.md")};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) current = nullptr;
        if (line.starts_with("### "))
            current = &paragraphs[line.substr(4)];
        else if (current != nullptr)
            *current += line;
    }
    return paragraphs;
}

TEST(Runbook, HasAParagraphForEachAlertAndNoOther)
{
    auto paragraphs = runbook();
    for (const auto& alert : alerts()) {
        const auto name = text(alert, "alert");
        std::string anchor = name;
        std::ranges::transform(anchor, anchor.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        EXPECT_EQ(text(member(alert, "annotations"), "runbook"),
                  "examples/monitoring/README.md#" + anchor);
        EXPECT_GE(paragraphs[name].size(), 100U) << name;
        paragraphs.erase(name);
    }

    for (const auto& [name, paragraph] : paragraphs) ADD_FAILURE() << "no alert " << name;
}

TEST(Runbook, NamesNoMetricThatTheProgramDoesNotExport)
{
    static const std::regex name{R"re(\bstrait_\w+)re"};
    const auto page = read_file(folder / "README.md");

    for (const auto& one : matches(page, name)) {
        EXPECT_TRUE(exported_metrics().contains(one[0])) << one[0];
    }
}

Document dashboard()
{
    Problems problems;
    auto document =
        parse_json(read_file(folder / "strait-dashboard.json"), "strait-dashboard.json", problems);
    EXPECT_TRUE(problems.empty()) << problems.text();
    return document;
}

TEST(Dashboard, ShowsWhatTheProgramExports)
{
    static const std::regex legend{R"re(\{\{\s*(\w+)\s*\}\})re"};
    Names ids;
    Names titles;
    const auto file = dashboard();
    for (const auto& panel : member(file, "panels").items) {
        SCOPED_TRACE(text(panel, "title"));
        EXPECT_TRUE(ids.insert(text(panel, "id")).second) << text(panel, "id");
        EXPECT_TRUE(titles.insert(text(panel, "title")).second);
        if (text(panel, "type") == "row") continue;
        EXPECT_EQ(text(member(panel, "datasource"), "uid"), "${datasource}");
        EXPECT_FALSE(text(panel, "description").empty());
        EXPECT_FALSE(member(panel, "targets").items.empty());
        for (const auto& target : member(panel, "targets").items) {
            const auto labels = check_expression(text(target, "expr"));
            check_labels(text(target, "legendFormat"), legend, labels);
        }
    }
    EXPECT_GE(ids.size(), 20U);
}

TEST(Dashboard, AsksForItsVariablesByWhatTheProgramExports)
{
    static const std::regex label{R"re(label_values\([^,]*,\s*(\w+)\))re"};
    const auto file = dashboard();

    for (const auto& query : all_texts(member(file, "templating"), "query")) {
        if (query == "prometheus") continue;  // the kind of the data source
        check_labels(query, label, check_expression(query));
    }
}

// Every metric is shown but for those that have their place in an alert.
TEST(Dashboard, LeavesOutNoMetric)
{
    std::string all;
    for (const auto& expression : all_texts(dashboard(), "expr")) all += expression + "\n";

    for (const auto& [name, labels] : exported_metrics()) {
        const bool part = name.ends_with("_sum") || name.ends_with("_count");
        if (!part) EXPECT_TRUE(all.contains(name)) << name;
    }
}

}  // namespace
}  // namespace strait::exchange
