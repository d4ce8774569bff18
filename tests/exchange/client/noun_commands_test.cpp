#include "exchange/client/noun_commands.hpp"

#include "tests/support/scripted_door.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace strait::exchange {
namespace {

using testing::ScriptedDoor;

// The commands against a door that says what it was told to.
struct NounCommandsTest : ::testing::Test {
    testing::TempFolder folder{"nouns"};
    ProfileFolder profiles{folder.path()};
    std::ostringstream out;
    std::ostringstream err;
    bool json = false;

    ClientCommand command_to(const ScriptedDoor& door)
    {
        EXPECT_TRUE(profiles.write("default",
                                   {.endpoint = door.origin() + "/v1",
                                    .key = Secret{"strait_abc"},
                                    .expires_at = {},
                                    .organisation = {},
                                    .principal = {},
                                    .ca_file = {}}));
        return {.profiles = profiles, .out = out, .err = err, .json = json};
    }

    ExitCode run(const ScriptedDoor& door,
                 std::string_view noun,
                 std::string_view action,
                 const ActionArguments& arguments = {})
    {
        const auto found = std::ranges::find(nouns, noun, &Noun::name);
        const auto verb = std::ranges::find(found->actions, action, &Action::name);
        return run_action(command_to(door), *found, *verb, arguments);
    }

    static std::string first_line(const std::string& request)
    {
        return request.substr(0, request.find(" HTTP/1.1\r\n"));
    }

    static std::string good(const std::string& body, const std::string& fields = {})
    {
        return ScriptedDoor::answer("200 OK", body, fields);
    }
};

TEST_F(NounCommandsTest, ListsAsATable)
{
    const ScriptedDoor door{{good(R"({"items": [)"
                                  R"({"id": "app_1", "name": "checkout", "title": "A\u001b[31m",)"
                                  R"( "roles": ["developer", "auditor"], "state": "active"},)"
                                  R"({"id": "app_2", "name": "x"}]})")}};
    EXPECT_EQ(run(door, "application", "list"), ExitCode::ok);
    EXPECT_EQ(out.str(),
              "ID     NAME      TITLE      ROLES               STATE\n"
              "app_1  checkout  A\\x1b[31m  developer, auditor  active\n"
              "app_2  x         -          -                   -\n");
    EXPECT_EQ(first_line(door.requests().front()), "GET /v1/applications?page_size=50");
}

TEST_F(NounCommandsTest, FollowsPagesToItsLimit)
{
    const ScriptedDoor door{{good(R"({"items": [1, 2], "next_page_token": "a/b"})"),
                             good(R"({"items": [3], "next_page_token": "c"})")}};
    json = true;
    EXPECT_EQ(run(door, "user", "list", {.limit = 3}), ExitCode::ok);
    EXPECT_EQ(out.str(), "{\"items\":[1,2,3],\"next_page_token\":\"c\"}\n");
    const auto asked = door.requests();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(first_line(asked[0]), "GET /v1/users?page_size=3");
    EXPECT_EQ(first_line(asked[1]), "GET /v1/users?page_size=1&page_token=a%2Fb");
}

TEST_F(NounCommandsTest, SaysThatThereIsMore)
{
    const ScriptedDoor door{{good(R"({"items": [{"id": "usr_1"}], "next_page_token": "c"})")}};
    EXPECT_EQ(run(door, "user", "list", {.limit = 1}), ExitCode::ok);
    EXPECT_TRUE(err.str().contains("--all")) << err.str();
}

TEST_F(NounCommandsTest, FollowsAllPages)
{
    const ScriptedDoor door{{good(R"({"items": [], "next_page_token": "c"})"),
                             good(R"({"items": [{"id": "usr_1"}]})")}};
    EXPECT_EQ(run(door, "user", "list", {.limit = 1, .all = true}), ExitCode::ok);
    EXPECT_TRUE(out.str().contains("usr_1"));
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(first_line(door.requests().front()), "GET /v1/users?page_size=500");
}

TEST_F(NounCommandsTest, TakesANameWhereTheDoorLooksItUp)
{
    const ScriptedDoor door{
        {good(R"({"items": [{"id": "prd_1"}]})"), good(R"({"version": "1.0.0"})")}};
    EXPECT_EQ(run(door, "version", "show", {.ids = {"web orders", "1.0.0"}}), ExitCode::ok);
    const auto asked = door.requests();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(first_line(asked[0]), "GET /v1/products?name=web%20orders");
    EXPECT_EQ(first_line(asked[1]), "GET /v1/products/prd_1/versions/1.0.0");
    EXPECT_EQ(out.str(), "version  1.0.0\n");
}

TEST_F(NounCommandsTest, DoesNotLookUpAnId)
{
    const std::string id = "app_00000000000000000000000000";
    const ScriptedDoor door{{good("{}")}};
    EXPECT_EQ(run(door, "application", "show", {.ids = {id}}), ExitCode::ok);
    EXPECT_EQ(first_line(door.requests().front()), "GET /v1/applications/" + id);
}

TEST_F(NounCommandsTest, SaysThatNobodyIsCalledSo)
{
    const ScriptedDoor door{{good(R"({"items": []})")}};
    EXPECT_EQ(run(door, "application", "disable", {.ids = {"checkout"}}), ExitCode::not_found);
    EXPECT_EQ(err.str(), "error: no application 'checkout'\n");
    EXPECT_EQ(door.requests().size(), 1U);
}

// A segment of a path stays one, whatever somebody types.
TEST_F(NounCommandsTest, LeavesItsPathToNobody)
{
    const ScriptedDoor door{{good("{}")}};
    EXPECT_EQ(run(door, "credential", "revoke", {.ids = {"../users/usr_1?x="}}), ExitCode::ok);
    EXPECT_EQ(first_line(door.requests().front()),
              "POST /v1/credentials/..%2Fusers%2Fusr_1%3Fx%3D:revoke");
}

TEST_F(NounCommandsTest, EditsWhatItHasSeen)
{
    const ScriptedDoor door{{good("{}", "ETag: \"41\"\r\n"), good(R"({"title": "T"})")}};
    EXPECT_EQ(run(door, "contract", "edit", {.ids = {"ctr_1"}, .members = {"title=T"}}),
              ExitCode::ok);
    const auto asked = door.requests();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(first_line(asked[1]), "PATCH /v1/contracts/ctr_1");
    EXPECT_TRUE(asked[1].contains("If-Match: \"41\"\r\n")) << asked[1];
    EXPECT_TRUE(asked[1].ends_with(R"({"title":"T"})")) << asked[1];
}

TEST_F(NounCommandsTest, PostsOnceWhateverBreaks)
{
    const ScriptedDoor door{{"", good("{}")}};
    EXPECT_EQ(run(door, "request", "approve", {.ids = {"req_1"}, .reason = "welcome"}),
              ExitCode::ok);
    const auto asked = door.requests();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[0], asked[1]);
    EXPECT_TRUE(asked[0].contains("\r\nIdempotency-Key: ")) << asked[0];
    EXPECT_TRUE(asked[0].ends_with(R"({"reason":"welcome"})")) << asked[0];
}

TEST_F(NounCommandsTest, TriesWithoutAName)
{
    const ScriptedDoor door{{good("{}")}};
    EXPECT_EQ(run(door, "invitation", "resend", {.ids = {"inv_1"}, .dry_run = true}), ExitCode::ok);
    const auto asked = door.requests().front();
    EXPECT_EQ(first_line(asked), "POST /v1/invitations/inv_1:resend?dry_run=true");
    EXPECT_FALSE(asked.contains("Idempotency-Key")) << asked;
}

TEST_F(NounCommandsTest, PassesOnHowToComeIn)
{
    const ScriptedDoor door{
        {ScriptedDoor::answer("201 Created",
                              R"({"id": "inv_1", "email": "it@globex.example",)"
                              R"( "activation_url": "https://x.example/activate#T"})")}};
    EXPECT_EQ(run(door, "invitation", "create"), ExitCode::ok);
    EXPECT_TRUE(out.str().contains("    strait login --link 'https://x.example/activate#T' "
                                   "--email it@globex.example\n    strait whoami\n"))
        << out.str();
}

TEST_F(NounCommandsTest, SaysAllThatTheDoorSays)
{
    const ScriptedDoor door{{ScriptedDoor::answer(
        "409 Conflict",
        R"({"type": "/problems/in-use", "title": "Conflict", "status": 409,)"
        R"( "detail": "it is used\n", "request_id": "r-1",)"
        R"( "errors": [{"pointer": "/name", "code": "out_of_range"}], "by": ["sub_1"]})")}};
    EXPECT_EQ(run(door, "cluster", "disable", {.ids = {"cls_00000000000000000000000000"}}),
              ExitCode::failure);
    EXPECT_EQ(err.str(),
              "error: it is used\\n (409 in-use)\n"
              "  by: [\"sub_1\"]\n"
              "  /name: out_of_range\n"
              "  request: r-1\n");
    EXPECT_EQ(out.str(), "");
}

TEST_F(NounCommandsTest, ExitsAsTheDoorAnswers)
{
    const auto exit_of = [this](const std::string& status) {
        const ScriptedDoor door{{ScriptedDoor::answer(status, "not a problem document")}};
        return run(door, "user", "show", {.ids = {"usr_1"}});
    };
    EXPECT_EQ(exit_of("404 Not Found"), ExitCode::not_found);
    EXPECT_EQ(exit_of("400 Bad Request"), ExitCode::usage);
    EXPECT_EQ(exit_of("403 Forbidden"), ExitCode::failure);
    EXPECT_EQ(exit_of("503 Service Unavailable"), ExitCode::unavailable);
    EXPECT_EQ(exit_of("429 Too Many Requests"), ExitCode::unavailable);
    EXPECT_TRUE(err.str().starts_with("error: 404: 'not a problem document'\n")) << err.str();
}

TEST_F(NounCommandsTest, PrintsASchemaAsItWasWritten)
{
    const ScriptedDoor door{{"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apache.avro+json\r\n"
                             "Connection: close\r\nContent-Length: 8\r\n\r\n\"string\""}};
    EXPECT_EQ(run(door, "contract", "schema", {.ids = {"ctr_1"}}), ExitCode::ok);
    EXPECT_EQ(out.str(), "\"string\"\n");
}

TEST_F(NounCommandsTest, Searches)
{
    const ScriptedDoor door{{good(
        R"({"items": [{"id": "prd_1", "name": "orders", "title": "Orders", "state": "published",)"
        R"( "owner": {"name": "acme", "title": "Acme"}, "access": "none"}], "total": 1,)"
        R"( "facets": {"domain": [{"value": "retail", "count": 1}]}})")}};
    EXPECT_EQ(search(command_to(door), {.words = {"order confirmed", "-test"}, .facets = "domain"}),
              ExitCode::ok);
    EXPECT_EQ(first_line(door.requests().front()),
              "GET /v1/discover?q=order%20confirmed%20-test&facets=domain&page_size=20");
    EXPECT_EQ(out.str(),
              "NAME    TITLE   OWNER  ACCESS  STATE      ID\n"
              "orders  Orders  acme   none    published  prd_1\n"
              "\ndomain\nVALUE   PRODUCTS\nretail  1\n");
}

TEST_F(NounCommandsTest, NeedsAProfile)
{
    const ClientCommand command{.profiles = profiles, .out = out, .err = err};
    EXPECT_EQ(search(command, {}), ExitCode::not_found);
    EXPECT_TRUE(err.str().contains("strait login")) << err.str();
}

struct BodyTest : ::testing::Test {
    testing::TempFolder folder{"body"};
    std::istringstream input{R"({"name": "from-input"})"};

    std::string body(const ActionArguments& arguments)
    {
        const auto read = read_body(arguments, input);
        return read ? boost::json::serialize(*read) : "refused: " + read.error().detail();
    }
};

TEST_F(BodyTest, IsMadeOfAFileAndMembers)
{
    const auto file = folder.path() / "body.json";
    testing::write_file(file, R"({"name": "checkout", "roles": []})");
    EXPECT_EQ(
        body({.body_file = file,
              .members = {"roles=[\"auditor\"]", "title=A = B", "note="},
              .reason = "why"}),
        R"({"name":"checkout","roles":["auditor"],"title":"A = B","note":"","reason":"why"})");
    EXPECT_EQ(body({.body_file = "-"}), R"({"name":"from-input"})");
    EXPECT_EQ(body({}), "{}");
}

TEST_F(BodyTest, SaysWhatIsWrong)
{
    const auto file = folder.path() / "body.json";
    testing::write_file(file, "[1]");
    for (const auto& arguments : std::vector<ActionArguments>{{.body_file = file},
                                                              {.body_file = "/nowhere"},
                                                              {.members = {"name"}},
                                                              {.members = {"=x"}}}) {
        const auto read = read_body(arguments, input);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code(), Errc::invalid_argument);
    }
    std::istringstream much{std::string((8U << 20U) + 1, ' ')};
    EXPECT_FALSE(read_body({.body_file = "-"}, much));
}

}  // namespace
}  // namespace strait::exchange
