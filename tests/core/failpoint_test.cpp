#include "core/failpoint.hpp"

#include "tests/support/run.hpp"

#include <gtest/gtest.h>

namespace strait {
namespace {

Result<void> pass(std::string_view failpoint)
{
    SystemClock clock;
    return testing::run(reach(failpoint, clock)).value();
}

TEST(Failpoint, FailsTheNthTimeAndOnlyThen)
{
    ASSERT_TRUE(arm_failpoint("commit.begun:error:2"));

    EXPECT_TRUE(pass("commit.begun"));
    EXPECT_TRUE(pass("commit.viewed"));
    EXPECT_EQ(pass("commit.begun").error().detail(), "failpoint commit.begun");
    EXPECT_TRUE(pass("commit.begun"));
    EXPECT_TRUE(pass("commit.begun"));
}

TEST(Failpoint, NamesWhatThereIs)
{
    for (const auto* const wrong : {"",
                                    "commit.begun",
                                    "commit.nothing:kill",
                                    "commit.begun:explode",
                                    "commit.begun:kill:0",
                                    "commit.begun:kill:x"}) {
        const auto armed = arm_failpoint(wrong);
        ASSERT_FALSE(armed) << wrong;
        EXPECT_TRUE(armed.error().detail().contains("one of link.connecting, ")) << wrong;
    }
}

TEST(FailpointDeathTest, KillsTheProcess)
{
    EXPECT_EXIT(
        {
            static_cast<void>(arm_failpoint("view.opened:kill"));
            static_cast<void>(pass("view.opened"));
        },
        ::testing::KilledBySignal(SIGKILL),
        "");
}

}  // namespace
}  // namespace strait
