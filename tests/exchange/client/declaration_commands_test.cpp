#include "exchange/client/declaration_commands.hpp"

#include "tests/support/scripted_door.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace strait::exchange {
namespace {

using testing::ScriptedDoor;

struct DeclarationCommandsTest : ::testing::Test {
    testing::TempFolder folder{"declarations"};
    ProfileFolder profiles{folder.path()};
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in{"kind: Offer\nmetadata: {name: partner}\nspec:\n  product: orders\n"};

    ClientCommand command(const ScriptedDoor& door, bool json = false)
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

    ExitCode apply(const ScriptedDoor& door, const ApplyArguments& arguments)
    {
        return apply_declarations(command(door), arguments, in);
    }
};

constexpr auto plan = R"({"changes": [
    {"change": "create", "kind": "Contract", "name": "orders@1.0.0", "id": "ctr_1", "fields": []},
    {"change": "update", "kind": "Cluster", "name": "oslo", "id": "clu_1", "fields": [
        {"path": "bootstrap", "before": "[\"a:1\"]", "after": "[\"b:1\"]"},
        {"path": "labels", "after": "{}"}, {"path": "security"}]},
    {"change": "same", "kind": "Offer", "name": "partner", "id": "ofr_1", "fields": []},
    {"change": "end", "kind": "Offer", "name": "old", "id": "ofr_2", "fields": []}],
    "subscriptions": ["sub_1"]})";

TEST_F(DeclarationCommandsTest, SayWhatChanges)
{
    const ScriptedDoor door{{ScriptedDoor::answer("200 OK", plan)}};

    EXPECT_EQ(apply(door, {.files = {"-"}, .reason = "release", .prune = true}), ExitCode::ok);

    EXPECT_EQ(out.str(),
              "+ create  Contract orders@1.0.0\n"
              "~ update  Cluster oslo\n"
              "    bootstrap: [\"a:1\"] -> [\"b:1\"]\n"
              "    labels: (none) -> {}\n"
              "    security: other secrets\n"
              "= same    Offer partner\n"
              "- end     Offer old\n"
              "Subscriptions that it changes: sub_1\n"
              "1 created, 1 changed, 1 ended, 1 the same\n");
    const auto asked = door.requests().front();
    EXPECT_TRUE(asked.starts_with("POST /v1/apply HTTP/1.1")) << asked;
    EXPECT_TRUE(asked.contains("Idempotency-Key: ")) << asked;
    EXPECT_TRUE(
        asked.ends_with(R"({"documents":[{"kind":"Offer","metadata":{"name":"partner"},)"
                        R"("spec":{"product":"orders"}}],"prune":true,"reason":"release"})"))
        << asked;
}

TEST_F(DeclarationCommandsTest, ExitWithTwoWhereADryRunWouldChangeSomething)
{
    const ScriptedDoor door{
        {ScriptedDoor::answer("200 OK", plan),
         ScriptedDoor::answer("200 OK", R"({"changes": [], "subscriptions": []})")}};
    EXPECT_EQ(static_cast<int>(apply(door, {.files = {"-"}, .dry_run = true})), 2);
    EXPECT_TRUE(out.str().ends_with("1 to create, 1 to change, 1 to end, 1 the same\n"));
    EXPECT_TRUE(door.requests().front().starts_with("POST /v1/apply?dry_run=true HTTP/1.1"));
    in.clear();
    in.seekg(0);
    EXPECT_EQ(apply(door, {.files = {"-"}, .dry_run = true}), ExitCode::ok);
}

TEST_F(DeclarationCommandsTest, SayWhereTheFileIsWrong)
{
    const ScriptedDoor door{{ScriptedDoor::answer(
        "400 Bad Request",
        R"({"type": "/problems/invalid-request", "status": 400, "detail": "all of it", "errors": [
            {"pointer": "/documents/0/spec/product", "code": "not_found", "detail": "none"},
            {"pointer": "/documents/0/metadata/labels", "code": "odd", "detail": "\u001b[31m"},
            {"pointer": "/prune", "code": "wrong_type", "detail": "no"}]})",
        "Content-Type: application/problem+json\r\n")}};

    EXPECT_EQ(apply(door, {.files = {"-"}, .dry_run = true}), ExitCode::failure);

    EXPECT_EQ(err.str(),
              "standard input:4:12: not_found: /documents/0/spec/product: none\n"
              "standard input:2:11: odd: /documents/0/metadata/labels: \\x1b[31m\n"
              "the request: wrong_type: /prune: no\n"
              "Nothing has changed.\n");
}

TEST_F(DeclarationCommandsTest, AskNobodyForAFileThatIsNone)
{
    const ScriptedDoor door{{}};
    EXPECT_EQ(apply(door, {.files = {"/nowhere/a.yaml", "-"}}), ExitCode::failure);
    EXPECT_TRUE(err.str().contains("/nowhere/a.yaml")) << err.str();
    EXPECT_TRUE(door.requests().empty());
}

TEST_F(DeclarationCommandsTest, TellARefusalWithoutAPlace)
{
    const ScriptedDoor door{{ScriptedDoor::answer(
        "403 Forbidden",
        R"({"type": "/problems/right-missing", "status": 403, "detail": "no", "errors": []})",
        "Content-Type: application/problem+json\r\n")}};
    EXPECT_EQ(apply(door, {.files = {"-"}}), ExitCode::failure);
    EXPECT_TRUE(err.str().starts_with("error: no (403 right-missing)")) << err.str();
}

TEST_F(DeclarationCommandsTest, ExportYaml)
{
    const ScriptedDoor door{{ScriptedDoor::answer(
        "200 OK", R"({"documents": [{"kind": "Offer", "spec": {}}, {"kind": "Contract"}]})")}};
    EXPECT_EQ(export_declarations(command(door)), ExitCode::ok);
    EXPECT_EQ(out.str(), "---\nkind: Offer\nspec: {}\n---\nkind: Contract\n");
    EXPECT_TRUE(door.requests().front().starts_with("GET /v1/export HTTP/1.1"));
}

}  // namespace
}  // namespace strait::exchange
