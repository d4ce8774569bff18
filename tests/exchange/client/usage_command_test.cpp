#include "exchange/client/usage_command.hpp"

#include "tests/support/scripted_door.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace strait::exchange {
namespace {

using testing::ScriptedDoor;

struct UsageCommandTest : ::testing::Test {
    testing::TempFolder folder{"usage"};
    ProfileFolder profiles{folder.path()};
    std::ostringstream out;
    std::ostringstream err;

    ExitCode ask(const ScriptedDoor& door, const UsageArguments& arguments, bool json = false)
    {
        EXPECT_TRUE(profiles.write("default",
                                   {.endpoint = door.origin() + "/v1",
                                    .key = Secret{"strait_abc"},
                                    .expires_at = {},
                                    .organisation = {},
                                    .principal = {},
                                    .ca_file = {}}));
        return show_usage({.profiles = profiles, .out = out, .err = err, .json = json}, arguments);
    }
};

constexpr auto usage = R"({"rows": [{"begins_at": "2026-11-01T00:00:00.000Z", "side": "provider",)"
                       R"( "product": "prd_1", "records": 12, "rereads": 0}], "totals":)"
                       R"( [{"side": "provider", "records": 12, "bytes": 7, "rereads": 0}]})";

TEST_F(UsageCommandTest, ShowsWhatItWasGroupedBy)
{
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", usage)}};
    EXPECT_EQ(
        ask(door, {.from = "2026-11-01T00:00:00Z", .step = "day", .group_by = "product,kind"}),
        ExitCode::ok);
    EXPECT_EQ(out.str(),
              "FROM                      SIDE      PRODUCT  RECORDS  BYTES  REREADS\n"
              "2026-11-01T00:00:00.000Z  provider  prd_1    12       -      0\n"
              "\n"
              "TOTAL     RECORDS  BYTES  REREADS\n"
              "provider  12       7      0\n");
    EXPECT_TRUE(door.requests().front().starts_with(
        "GET /v1/usage?from=2026-11-01T00%3A00%3A00Z&step=day&group_by=product%2Ckind HTTP/1.1"))
        << door.requests().front();
}

TEST_F(UsageCommandTest, PrintsTheAnswerForPrograms)
{
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", usage)}};
    EXPECT_EQ(ask(door, {}, true), ExitCode::ok);
    EXPECT_EQ(out.str(), std::string{usage} + "\n");
    EXPECT_TRUE(door.requests().front().starts_with("GET /v1/usage HTTP/1.1"));
}

TEST_F(UsageCommandTest, SaysWhatIsNoUsage)
{
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", "{}")}};
    EXPECT_EQ(ask(door, {}), ExitCode::failure);
    EXPECT_TRUE(err.str().contains("no usage")) << err.str();
}

}  // namespace
}  // namespace strait::exchange
