#include "exchange/configuration.hpp"
#include "links/config/client_options.hpp"
#include "links/config/link_document.hpp"
#include "tests/exchange/known_secrets.hpp"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// What README.md and examples/ say of the configuration is what its reader does.
namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

using Keys = std::set<std::string>;

const fs::path root = fs::path{STRAIT_TEST_DIR} / ".." / "..";

std::string content(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// Keys as README.md writes them: "links[].commit.linger".
std::vector<std::string> parts_of(const std::string& key)
{
    std::vector<std::string> parts;
    std::istringstream in{key};
    for (std::string part; std::getline(in, part, '.');) parts.push_back(part);
    return parts;
}

// A file whose `key` is `value`, and nothing else but what makes the reader ask for that key.
std::string file_with(const std::string& key, const std::string& value)
{
    std::string text;
    std::string closing;
    for (auto part : parts_of(key)) {
        const bool list = part.ends_with("[]");
        if (list) part.resize(part.size() - 2);
        text += "{" + std::string{part == "others" ? "map: {}, " : ""} + part + ": " +
                (list ? "[" : "");
        closing.insert(0, list ? "]}" : "}");
    }
    return text + value + closing + "\n";
}

// What the reader knows inside of `key`, from its answer to a key that nobody knows; empty if `key`
// holds no keys of ours. `sibling` is there as well.
Keys known_in(const std::string& key, const std::string& sibling)
{
    const auto text = file_with(key, "{" + sibling + "zzzzzzzzzzzzzzzzzzzz: 0}");
    const auto read = read_configuration(text, {.file = "f"}, KnownSecrets{});
    if (read) return {};
    constexpr std::string_view before = "known here: ";
    Keys keys;
    std::istringstream lines{read.error().text()};
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(before);
        if (!line.contains("zzzz") || at == std::string::npos) continue;
        std::istringstream names{line.substr(at + before.size())};
        for (std::string name; std::getline(names >> std::ws, name, ',');) keys.insert(name);
    }
    return keys;
}

void add_known(const std::string& key, Keys& all)
{
    auto inner = known_in(key, "");
    inner.merge(known_in(key, "map: {}, "));
    for (const auto& name : inner) add_known(key.empty() ? name : key + "." + name, all);
    if (inner.empty()) all.insert(key);
}

// Every key of the reader that is not an object only.
Keys accepted()
{
    Keys all;
    auto top = known_in("", "");
    for (const auto& name : top) {
        if (name == "clusters") {
            add_known("clusters.NAME", all);
        } else if (name == "links") {
            add_known("links[]", all);
        } else {
            add_known(name, all);
        }
    }
    return all;
}

// The first column of README's tables below a heading like "### `links[].`: a link".
Keys documented()
{
    Keys keys;
    std::string prefix;
    bool inside = false;
    std::istringstream lines{content(root / "README.md")};
    const auto quoted = [](const std::string& line, std::size_t at) {
        const auto from = line.find('`', at) + 1;
        return line.substr(from, line.find('`', from) - from);
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) inside = line.starts_with("### `");
        if (line.starts_with("### `")) prefix = quoted(line, 0);
        if (prefix == ".") prefix.clear();
        if (inside && line.starts_with("| `")) keys.insert(prefix + quoted(line, 0));
    }
    return keys;
}

TEST(Readme, NamesEveryKeyThatTheReaderAccepts)
{
    const auto in_table = documented();

    const auto known = accepted();

    EXPECT_GE(known.size(), 60U);
    for (const auto& key : known) EXPECT_TRUE(in_table.contains(key)) << key;
}

TEST(Readme, NamesNoKeyThatTheReaderRefuses)
{
    for (const auto& key : documented()) {
        const auto read = read_configuration(file_with(key, "0"), {.file = "f"}, KnownSecrets{});

        ASSERT_FALSE(read) << key;
        EXPECT_FALSE(read.error().text().contains("unknown_key")) << read.error().text();
    }
}

// A key that the writer forgets is lost with the next start of a link that came at run time.
TEST(LinkDocument, HasEveryKeyThatTheReaderAccepts)
{
    const boost::json::value written = links::write_link({});
    std::size_t found = 0;
    for (const auto& key : accepted()) {
        if (!key.starts_with("links[].") || key.starts_with("links[].topics.rename.")) continue;
        const auto* at = &written;
        for (const auto& part : parts_of(key.substr(8))) {
            const auto* const members = at == nullptr ? nullptr : at->if_object();
            at = members == nullptr ? nullptr : members->if_contains(part);
        }
        EXPECT_NE(at, nullptr) << key;
        ++found;
    }
    EXPECT_GE(found, 30U);
}

TEST(Readme, ListsEverySettingOfLibrdkafkaThatMayBeTuned)
{
    Keys documented;
    bool inside = false;
    std::istringstream lines{content(root / "README.md")};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#")) inside = line.starts_with("### Settings of librdkafka");
        if (!inside || !line.starts_with("| `")) continue;
        const auto name = line.substr(3, line.find('`', 3) - 3);
        if (!line.ends_with("| target |")) documented.insert("source " + name);
        if (!line.ends_with("| source |")) documented.insert("target " + name);
    }

    Keys known;
    for (const auto name : links::tunable_options(links::Side::source)) {
        known.insert("source " + std::string{name});
    }
    for (const auto name : links::tunable_options(links::Side::target)) {
        known.insert("target " + std::string{name});
    }

    EXPECT_EQ(documented, known);
}

// What README.md says in comparison with others is shown by tests, named as `Suite.Name`.
TEST(Readme, NamesTestsThatThereAre)
{
    const std::regex name{R"(`([A-Z]\w+)\.([A-Z]\w+)`)"};
    std::string tests;
    for (const auto& entry : fs::recursive_directory_iterator{root / "tests"}) {
        if (entry.path().extension() == ".cpp") tests += content(entry.path());
    }
    const auto page = content(root / "README.md");

    const std::sregex_iterator end;
    std::size_t count = 0;
    for (std::sregex_iterator at{page.begin(), page.end(), name}; at != end; ++at, ++count) {
        const auto declared = "(" + at->str(1) + ", " + at->str(2) + ")";
        EXPECT_TRUE(tests.contains(declared)) << at->str();
    }
    EXPECT_GE(count, 10U);
}

TEST(Example, IsAccepted)
{
    class Environment final : public SecretSource {
      public:
        [[nodiscard]] std::string resolve(const std::string& path) const override { return path; }
        [[nodiscard]] Result<NamedFile> file(const std::string& path) const override
        {
            return fail(Errc::not_found, path);
        }
        [[nodiscard]] std::optional<std::string> variable(const std::string& name) const override
        {
            return name.ends_with("_PASSWORD") ? std::optional<std::string>{"x"} : std::nullopt;
        }
    };

    const auto read = read_configuration(
        content(root / "examples" / "strait.example.yaml"), {.file = "example"}, Environment{});

    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->links.size(), 2U);
    EXPECT_TRUE(read->warnings.empty());
}

}  // namespace
}  // namespace strait::exchange
