#include "tests/support/child_process.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace strait::exchange {
namespace {

testing::CommandResult strait(std::vector<std::string> words)
{
    words.insert(words.begin(), testing::strait_binary());
    return testing::run_command(std::move(words));
}

TEST(CommandLine, NamesAWrongWordAndTheKnownOnes)
{
    const auto command = strait({"foo"});
    EXPECT_EQ(command.exit_code, 2);
    EXPECT_EQ(
        command.output,
        "error: 'foo' is not known to strait; its commands: check, serve, link, apply, "
        "admin, login, whoami, org, user, invitation, application, credential, cluster, product, "
        "version, contract, offer, request, agreement, subscription, audit, search, usage, catalog, "
        "demo, completion\n");

    const auto inner = strait({"link", "foo"});
    EXPECT_EQ(inner.exit_code, 2);
    EXPECT_EQ(
        inner.output,
        "error: 'foo' is not known to strait link; its commands: plan, list, status, gaps, "
        "translate, pause, resume, promote, failover, reverse, verify, operations, create, change, "
        "delete, show-config\n");

    const auto option = strait({"--foo"});
    EXPECT_EQ(option.exit_code, 2);
    EXPECT_TRUE(option.output.starts_with("error: '--foo' is not an option of strait; "));

    EXPECT_EQ(strait({"link", "status", "--foo"}).output,
              "error: '--foo' is not an option of strait link status; see `strait link status "
              "--help`\n");
    EXPECT_TRUE(strait({"link"}).output.starts_with("A subcommand is required\n"));
}

TEST(CommandLine, RefusesOffsetsAndPartitionsThatKafkaHasNot)
{
    const auto refusal = [](const std::string& partition, const std::string& offset) {
        const auto ended = strait({"link",
                                   "translate",
                                   "eu",
                                   "--topic",
                                   "orders",
                                   "--partition",
                                   partition,
                                   "--offset",
                                   offset});
        EXPECT_EQ(ended.exit_code, 2);
        return ended.output.substr(0, ended.output.find('\n'));
    };

    EXPECT_EQ(refusal("0", "99999999999999999999"),
              "--offset: '99999999999999999999' is not a whole number from 0 to "
              "9223372036854775807");
    EXPECT_EQ(refusal("0", "-1"),
              "--offset: '-1' is not a whole number from 0 to 9223372036854775807");
    EXPECT_EQ(refusal("-1", "0"), "--partition: '-1' is not a whole number from 0 to 2147483647");
    EXPECT_EQ(refusal("0x1", "0"), "--partition: '0x1' is not a whole number from 0 to 2147483647");
}

TEST(CommandLine, SaysWhatTheScopeOfAVerificationNeeds)
{
    const auto refusal = [](std::vector<std::string> more) {
        std::vector<std::string> words{"link", "verify", "eu"};
        words.insert(words.end(), more.begin(), more.end());
        const auto ended = strait(std::move(words));
        EXPECT_EQ(ended.exit_code, 2);
        return ended.output.substr(0, ended.output.find('\n'));
    };
    EXPECT_EQ(refusal({"--from", "3"}), "--from requires --topic");
    EXPECT_EQ(refusal({"--to", "3"}), "--to requires --topic");
    EXPECT_EQ(refusal({"--partition", "3"}), "--partition requires --topic");
    EXPECT_EQ(refusal({"--seed", "3"}), "--seed requires --sample");
    EXPECT_EQ(refusal({"--structure", "--sample", "0.5"}), "--structure excludes --sample");
    EXPECT_EQ(refusal({"--structure", "--topic", "orders", "--to", "3"}),
              "--structure excludes --to");
    for (const std::string wrong : {"0", "1.5", "-0.1", "half"}) {
        EXPECT_EQ(refusal({"--sample", wrong}),
                  "--sample: '" + wrong + "' is not a share above 0 and at most 1, like 0.05");
    }
}

TEST(CommandLine, SkipsRecordsOfOnePartitionAndRestsWholeTopics)
{
    const auto refusal = [](std::vector<std::string> words) {
        words.insert(words.begin(), "link");
        const auto ended = strait(std::move(words));
        EXPECT_EQ(ended.exit_code, 2);
        return ended.output.substr(0, ended.output.find('\n'));
    };
    EXPECT_EQ(refusal({"resume", "eu", "--partition", "3"}), "--partition requires --skip-to");
    EXPECT_EQ(refusal({"resume", "eu", "--skip-to", "3"}), "--skip-to requires --topic");
    EXPECT_EQ(
        refusal(
            {"resume", "eu", "--topic", "a", "--topic", "b", "--partition", "3", "--skip-to", "4"}),
        "--skip-to: it is of one partition: name one --topic");
    EXPECT_EQ(refusal({"pause", "eu", "--topic", "a", "--partition=3"}),
              "The following argument was not expected: --partition=3");
}

TEST(CommandLine, TakesATopicToSalvageTo)
{
    for (const std::string wrong : {"merge", "salvage", "salvage=", "keep=orders", "rebuild=a"}) {
        const auto ended = strait({"link", "reverse", "eu", "--divergence", wrong});
        EXPECT_EQ(ended.exit_code, 2);
        EXPECT_TRUE(ended.output.starts_with("--divergence: '" + wrong +
                                             "' is not refuse, keep, salvage=TOPIC or rebuild\n"))
            << ended.output;
    }
}

TEST(CommandLine, SaysWhyItCannotReadItsConfiguration)
{
    EXPECT_EQ(strait({"check", "--config", "/nowhere/strait.yaml"}).output,
              "/nowhere/strait.yaml: unreadable: : No such file or directory: name the "
              "configuration with --config FILE\n");
    EXPECT_EQ(strait({"check", "--config", "/"}).output,
              "/: unreadable: : Is a directory: name the configuration with --config FILE\n");
}

TEST(CommandLine, SaysWhatIsWrongWithTheFileOfALink)
{
    const auto missing = strait({"link", "create", "--file", "/nowhere/link.yaml"});
    EXPECT_EQ(missing.exit_code, 2);
    EXPECT_EQ(missing.output,
              "/nowhere/link.yaml: unreadable: : No such file or directory: name the file of the "
              "link with --file FILE\n");

    const testing::TempFolder folder{"link-file"};
    const auto file = (folder.path() / "links.yaml").string();
    testing::write_file(file, "- name: eu\n");
    const auto list = strait({"link", "change", "eu", "-f", file});
    EXPECT_EQ(list.exit_code, 2);
    EXPECT_EQ(list.output,
              file + ": wrong_type: : it is not one link: a mapping, like one entry of `links`\n");

    EXPECT_TRUE(strait({"link", "create"}).output.starts_with("--file is required\n"));
}

}  // namespace
}  // namespace strait::exchange
