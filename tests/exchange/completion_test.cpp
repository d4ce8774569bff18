#include "exchange/completion.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace strait::exchange {
namespace {

struct CompletionTest : ::testing::Test {
    CLI::App app{"joins clusters", "strait"};
    std::string text;

    CompletionTest()
    {
        auto& link = *app.add_subcommand("link", "the operator's view");
        auto& status = *link.add_subcommand("status", "show one link");
        status.add_option("--config,-c", text)->type_name("FILE");
        status.add_option("--data-dir", text)->type_name("DIR");
        status.add_option("--offset", text, "a number");
        status.add_flag("--json");
        app.add_subcommand("completion")
            ->add_option("SHELL", text)
            ->check(CLI::IsMember({"bash", "fish"}));
    }

    [[nodiscard]] std::string bash() const { return completion_script(app, Shell::bash); }
};

// What bash would offer for the word after these, through its own machinery. `$0` is the script.
std::string offered(const std::string& script, const std::string& words)
{
    const auto file = ::testing::TempDir() + "/strait-completion.bash";
    const auto answer = file + ".out";
    std::ofstream{file} << script << "\nCOMP_WORDS=(" << words << ")\n"
                        << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                        << "_strait && echo \"${COMPREPLY[*]}\"\n";
    const auto command = "bash " + file + " >" + answer + " 2>&1";
    if (std::system(command.c_str()) != 0)
        return "bash failed";  // NOLINT(concurrency-mt-unsafe): one thread
    std::ifstream in{answer};
    std::string line;
    std::getline(in, line);
    return line;
}

TEST_F(CompletionTest, NamesEverySubcommandAndOption)
{
    for (const auto shell : {Shell::bash, Shell::zsh, Shell::fish}) {
        const auto script = completion_script(app, shell);
        for (const auto* word : {"link", "status", "completion", "data-dir", "json", "fish"}) {
            EXPECT_TRUE(script.contains(word)) << word << " in\n" << script;
        }
    }
}

// A shell that reads the whole script without running it finds what it could not parse.
TEST_F(CompletionTest, IsWhatTheShellCanParse)
{
    const auto file = ::testing::TempDir() + "/strait-completion.parsed";
    std::ofstream{file} << bash();
    const auto command = "bash -n " + file;
    EXPECT_EQ(std::system(command.c_str()), 0)  // NOLINT(concurrency-mt-unsafe): one thread
        << bash();
}

TEST_F(CompletionTest, OffersWhatFitsWhereTheWordStands)
{
    EXPECT_EQ(offered(bash(), "strait ''"), "link completion --help -h");
    EXPECT_EQ(offered(bash(), "strait link s"), "status");
    EXPECT_EQ(offered(bash(), "strait link status --j"), "--json");
    EXPECT_EQ(offered(bash(), "strait completion ''"), "bash fish --help -h");
    EXPECT_EQ(offered(bash(), "strait link status --offset ''"), "");
    EXPECT_EQ(offered(bash(), "strait link status --data-dir /us"), "/usr");
}

TEST_F(CompletionTest, LeavesThePathOfZshAlone)
{
    const auto script = completion_script(app, Shell::zsh);

    EXPECT_TRUE(script.contains("local at=strait ")) << script;
    EXPECT_FALSE(script.contains("path=")) << script;
    EXPECT_FALSE(script.contains("$path")) << script;
}

TEST_F(CompletionTest, SurvivesQuotesInDescriptions)
{
    EXPECT_TRUE(completion_script(app, Shell::zsh).contains("operator'\\''s view"));
}

TEST(ShellOf, KnowsThreeShells)
{
    EXPECT_EQ(shell_of("bash"), Shell::bash);
    EXPECT_EQ(shell_of("zsh"), Shell::zsh);
    EXPECT_EQ(shell_of("fish"), Shell::fish);
    EXPECT_EQ(shell_of("sh"), std::nullopt);
}

}  // namespace
}  // namespace strait::exchange
