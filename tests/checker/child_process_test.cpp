#include "tests/support/child_process.hpp"

#include "tests/support/free_port.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>

namespace strait::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds deadline{20};

TEST(ChildProcess, SaysHowItEnded)
{
    const TempFolder folder{"child"};
    ChildProcess process{{"sh", "-c", "echo out; echo err >&2; exit 3"}, folder.path() / "output"};

    EXPECT_EQ(process.wait(deadline), 3);
    EXPECT_EQ(process.output(), "out\nerr\n");
    EXPECT_FALSE(process.running());
}

TEST(ChildProcess, IsWaitedForNoLongerThanTheDeadline)
{
    const TempFolder folder{"child"};
    ChildProcess process{{"cat", "/dev/zero"}, "/dev/null"};

    EXPECT_EQ(process.wait(milliseconds{1}), std::nullopt);
    EXPECT_TRUE(process.running());
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait(deadline), 128 + SIGKILL);
}

TEST(ChildProcess, IsEndedWhileItIsFrozen)
{
    ChildProcess process{{"cat", "/dev/zero"}, "/dev/null"};

    process.signal(SIGSTOP);
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(milliseconds{50}), std::nullopt);
    process.signal(SIGCONT);

    EXPECT_EQ(process.wait(deadline), 128 + SIGTERM);
}

TEST(ChildProcess, IsSeenToWriteWhatIsWaitedFor)
{
    const TempFolder folder{"child"};
    ChildProcess process{{"sh", "-c", "echo one; echo two; exec cat /dev/zero >/dev/null"},
                         folder.path() / "output"};

    EXPECT_TRUE(process.wait_for_output("two", deadline));
    EXPECT_TRUE(process.running());
    EXPECT_FALSE(process.wait_for_output("three", milliseconds{10}));
    process.signal(SIGKILL);
    EXPECT_FALSE(process.wait_for_output("three", deadline)) << "at once: it has ended";
}

TEST(ChildProcess, SaysThatAProgramIsMissing)
{
    EXPECT_EQ(run_command({"no-such-program"}).exit_code, 127);
}

TEST(TempFolder, IsGoneAfterwards)
{
    std::filesystem::path path;
    {
        const TempFolder folder{"gone"};
        path = folder.path();
        write_file(path / "file", "text");
        EXPECT_EQ(read_file(path / "file"), "text");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FreePort, IsGivenOnce) { EXPECT_NE(reserve_port(), reserve_port()); }

}  // namespace
}  // namespace strait::testing
