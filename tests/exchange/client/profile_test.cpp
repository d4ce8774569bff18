#include "exchange/client/profile.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

struct ProfileTest : ::testing::Test {
    testing::TempFolder folder{"profiles"};
    ProfileFolder profiles{folder.path() / "strait" / "profiles"};
    Profile acme{.endpoint = "https://x.example:8443/v1",
                 .key = Secret{"strait_abc"},
                 .expires_at = "2026-04-02T00:00:00.000Z",
                 .organisation = "org_1",
                 .principal = "usr_1",
                 .ca_file = "/etc/ca.pem"};
};

TEST_F(ProfileTest, IsReadBackAndIsNobodyElses)
{
    ASSERT_TRUE(profiles.prepare("default", false));
    ASSERT_TRUE(profiles.write("default", acme));
    EXPECT_EQ(*profiles.read("default"), acme);
    const auto file = *profiles.file_of("default");
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);

    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
    const auto open = profiles.read("default");
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().code(), Errc::forbidden);
    EXPECT_TRUE(open.error().detail().contains("chmod 600"));
}

TEST_F(ProfileTest, IsADeltaSharingProfile)
{
    const auto text = to_text(acme);
    EXPECT_TRUE(text.starts_with(R"({"shareCredentialsVersion":1,)"
                                 R"("endpoint":"https://x.example:8443/v1",)"
                                 R"("bearerToken":"strait_abc",)"
                                 R"("expirationTime":"2026-04-02T00:00:00.000Z",)"))
        << text;
    const auto theirs = read_profile(R"({"endpoint": "https://x/v1", "bearerToken": "k"})");
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->key, Secret{"k"});
    for (const std::string wrong : {"", "[]", "{}", R"({"endpoint": "https://x/v1"})"}) {
        const auto refused = read_profile(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code(), Errc::corrupt);
    }
}

TEST_F(ProfileTest, IsReplacedOnlyWhenToldTo)
{
    ASSERT_TRUE(profiles.prepare("default", false));
    ASSERT_TRUE(profiles.write("default", acme));
    const auto there = profiles.prepare("default", false);
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().code(), Errc::conflict);
    EXPECT_TRUE(profiles.prepare("default", true));
    EXPECT_EQ(*profiles.read("default"), acme) << "not before there is another";
    EXPECT_EQ(std::distance(fs::directory_iterator{folder.path() / "strait" / "profiles"},
                            fs::directory_iterator{}),
              1)
        << "what was tried is gone";
}

TEST_F(ProfileTest, SaysBeforeThatItCannotBeWritten)
{
    testing::write_file(folder.path() / "strait", "a file where the folder should be");
    EXPECT_FALSE(profiles.prepare("default", false));

    const ProfileFolder taken{folder.path() / "taken"};
    fs::create_directories(folder.path() / "taken" / "default.json" / "inside");
    EXPECT_FALSE(taken.prepare("default", true));
}

TEST_F(ProfileTest, HasANameThatLeavesTheFolderNot)
{
    for (const std::string wrong : {"", "../default", ".hidden", "a/b", "a b", "ä"}) {
        const auto file = profiles.file_of(wrong);
        ASSERT_FALSE(file) << wrong;
        EXPECT_EQ(file.error().code(), Errc::invalid_argument);
    }
    EXPECT_TRUE(profiles.file_of("acme-prod_2.eu"));
    EXPECT_FALSE(profiles.file_of(std::string(64, 'a')));
    EXPECT_EQ(profiles.read("none").error().code(), Errc::not_found);
}

TEST_F(ProfileTest, IsWhereTheEnvironmentSays)
{
    std::map<std::string, std::string> variables;
    const auto environment = [&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
    EXPECT_EQ(ProfileFolder::of(environment).error().code(), Errc::not_found);
    variables["HOME"] = "/home/ada";
    EXPECT_EQ(*ProfileFolder::of(environment)->file_of("acme"),
              "/home/ada/.config/strait/profiles/acme.json");
    variables["XDG_CONFIG_HOME"] = "relative";
    EXPECT_EQ(*ProfileFolder::of(environment)->file_of("acme"),
              "/home/ada/.config/strait/profiles/acme.json");
    variables["XDG_CONFIG_HOME"] = "/config";
    EXPECT_EQ(*ProfileFolder::of(environment)->file_of("acme"),
              "/config/strait/profiles/acme.json");
}

}  // namespace
}  // namespace strait::exchange
