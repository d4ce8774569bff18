#include "exchange/data_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

struct DataDirTest : ::testing::Test {
    fs::path around = fs::temp_directory_path() / ("strait-data-" + std::to_string(::getpid()));
    fs::path folder = around / "strait" / "data";

    ~DataDirTest() override { fs::remove_all(around); }

    void write_id(const std::string& text) const
    {
        std::ofstream{folder / "install-id", std::ios::trunc} << text;
    }
};

TEST_F(DataDirTest, IsMadeForItsOwnerAloneAndKeepsItsId)
{
    const auto mask = ::umask(0);

    const auto first = open_data_dir(folder);
    const auto second = open_data_dir(folder);

    ::umask(mask);
    ASSERT_TRUE(first) << first.error().detail();
    ASSERT_TRUE(second) << second.error().detail();
    EXPECT_EQ(first->install, second->install);
    EXPECT_EQ(first->install.value().size(), 36U);
    EXPECT_EQ(fs::status(folder).permissions() & fs::perms::mask, fs::perms::owner_all);
}

TEST_F(DataDirTest, NeverReplacesAnIdThatIsNone)
{
    ASSERT_TRUE(open_data_dir(folder));
    for (const auto* const text : {"", "\n", "0b0e0f4c-6c1e-4c43", "two words", "\x01"}) {
        write_id(text);

        const auto opened = open_data_dir(folder);

        ASSERT_FALSE(opened) << text;
        EXPECT_EQ(opened.error().code(), Errc::corrupt);
        EXPECT_TRUE(opened.error().detail().contains("holds no install id: restore it"));
    }
}

TEST_F(DataDirTest, IsAFolderThatOthersCannotEnter)
{
    ASSERT_TRUE(open_data_dir(folder));
    const auto file = open_data_dir(folder / "install-id");
    fs::permissions(folder, fs::perms::owner_all | fs::perms::group_read);
    const auto open = open_data_dir(folder);

    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code(), Errc::conflict);
    EXPECT_TRUE(file.error().detail().ends_with("install-id is not a folder"));
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().code(), Errc::forbidden);
}

}  // namespace
}  // namespace strait::exchange
