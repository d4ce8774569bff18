#include "exchange/configuration.hpp"
#include "tests/exchange/known_secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path{STRAIT_TEST_DIR} / "hostile";

std::string read(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> names()
{
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() == ".yaml") found.push_back(entry.path().stem());
    }
    std::ranges::sort(found);
    return found;
}

std::string problems_of(const std::string& text, const std::string& file)
{
    const auto read = read_configuration(text, {.file = file}, KnownSecrets{});
    return read ? "accepted\n" : read.error().text();
}

// One file of tests/exchange/hostile/: NAME.yaml, and what it is answered with in NAME.expected.
class HostileFile : public testing::TestWithParam<std::string> {};

TEST_P(HostileFile, IsRefusedWithPlaceCodeAndRemedy)
{
    const auto& name = GetParam();

    const auto problems = problems_of(read(folder / (name + ".yaml")), "strait.yaml");

    EXPECT_EQ(problems, read(folder / (name + ".expected")));
    EXPECT_FALSE(problems.contains("hunter2")) << "a secret is repeated";
}

INSTANTIATE_TEST_SUITE_P(Configuration,
                         HostileFile,
                         testing::ValuesIn(names()),
                         [](const auto& tested) { return tested.param; });

TEST(HostileFiles, AreManyAndDifferent) { EXPECT_GE(names().size(), 60U); }

TEST(HostileFiles, AreAnsweredWhereverTheyAreCut)
{
    for (const auto& name : names()) {
        const auto text = read(folder / (name + ".yaml"));
        for (std::size_t size = 0; size < text.size(); size += 7) {
            const auto problems = problems_of(text.substr(0, size), "strait.yaml");
            EXPECT_TRUE(problems == "accepted\n" || problems.starts_with("strait.yaml:"))
                << name << " cut at " << size << ": " << problems;
        }
    }
}

}  // namespace
}  // namespace strait::exchange
