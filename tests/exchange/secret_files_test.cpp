#include "exchange/secret_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone with the test.
class SecretFilesTest : public testing::Test {
  protected:
    void SetUp() override { fs::create_directory(folder); }
    void TearDown() override { fs::remove_all(folder); }

    void write(const std::string& name, fs::perms permissions) const
    {
        std::ofstream{folder / name} << "hunter2\n";
        fs::permissions(folder / name, permissions);
    }

    fs::path folder = fs::temp_directory_path() / ("strait-secrets-" + std::to_string(getpid()));
    SecretFiles files{folder, [](const std::string& name) -> std::optional<std::string> {
                          return name == "KNOWN" ? std::optional<std::string>{"x"} : std::nullopt;
                      }};
};

TEST_F(SecretFilesTest, StartAtTheirDirectory)
{
    EXPECT_EQ(files.resolve("a/../b"), (folder / "b").string());
    EXPECT_EQ(files.resolve("/etc/b"), "/etc/b");
}

TEST_F(SecretFilesTest, SayWhoElseHasARight)
{
    using enum fs::perms;
    write("mine", owner_read | owner_write);
    write("group", owner_read | group_read);
    write("world", owner_read | others_write);

    EXPECT_EQ(files.file(files.resolve("mine")).value().content, "hunter2\n");
    EXPECT_FALSE(files.file(files.resolve("mine")).value().open_to_others);
    EXPECT_TRUE(files.file(files.resolve("group")).value().open_to_others);
    EXPECT_TRUE(files.file(files.resolve("world")).value().open_to_others);
}

TEST_F(SecretFilesTest, RefuseWhatIsNoFile)
{
    EXPECT_EQ(files.file(files.resolve("none")).error().code(), Errc::not_found);
    EXPECT_EQ(files.file(folder).error(), Error(Errc::forbidden, "not a regular file"));
    EXPECT_EQ(files.file("/dev/zero").error(), Error(Errc::forbidden, "not a regular file"));
}

TEST_F(SecretFilesTest, TakeVariablesFromTheEnvironmentThatTheyAreGiven)
{
    EXPECT_EQ(files.variable("KNOWN"), "x");
    EXPECT_EQ(files.variable("HOME"), std::nullopt);
}

}  // namespace
}  // namespace strait::exchange
