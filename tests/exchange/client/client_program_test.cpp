#include "tests/support/child_process.hpp"
#include "tests/support/self_signed.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

// The command line of the catalog, as people at the other end of a public door know it.
namespace strait::exchange {
namespace {

namespace fs = std::filesystem;

struct ClientProgram : ::testing::Test {
    testing::TempFolder home{"client"};
    testing::StraitProcess program{configuration(home.path())};

    // The door asks for a certificate that nobody but the test knows.
    static std::string configuration(const fs::path& folder)
    {
        const auto known = testing::make_self_signed();
        testing::write_file(folder / "cert.pem", known.certificate);
        testing::write_file(folder / "key.pem", known.key);
        fs::permissions(folder / "key.pem", fs::perms::owner_read | fs::perms::owner_write);
        return "ops: {listen: ''}\napi: {listen: '127.0.0.1:0', tls: {cert_file: " +
               folder.string() + "/cert.pem, key_file: " + folder.string() +
               "/key.pem}}\n"
               "catalog: {partner_join: true}\n";
    }

    [[nodiscard]] fs::path profile_file(const std::string& name) const
    {
        return home.path() / "strait" / "profiles" / (name + ".json");
    }

    [[nodiscard]] testing::CommandResult strait(std::vector<std::string> words) const
    {
        std::vector<std::string> all{
            "env", "XDG_CONFIG_HOME=" + home.path().string(), testing::strait_binary()};
        all.insert(all.end(), words.begin(), words.end());
        return testing::run_command(std::move(all));
    }

    // The answer of a command that goes well.
    [[nodiscard]] boost::json::object answer(std::vector<std::string> words) const
    {
        words.emplace_back("--json");
        const auto done = strait(std::move(words));
        EXPECT_EQ(done.exit_code, 0) << done.output;
        boost::system::error_code failure;
        const auto parsed = boost::json::parse(done.output, failure);
        if (parsed.is_object()) return parsed.get_object();
        ADD_FAILURE() << done.output;
        return {};
    }

    static std::string text_of(const boost::json::object& object, std::string_view name)
    {
        return std::string{object.at(name).as_string()};
    }

    // Starts the exchange; the link of its first person.
    std::string bootstrap()
    {
        program.start();
        EXPECT_TRUE(program.wait_for_log("serving")) << program.log();
        const auto made = program.run(
            {"admin", "bootstrap", "--email", "ops@acme.example", "--organisation", "acme"});
        EXPECT_EQ(made.exit_code, 0) << made.output;
        const auto begin = made.output.find("\nhttps://127.0.0.1:") + 1;
        const auto link = made.output.substr(begin, made.output.find('\n', begin) - begin);
        EXPECT_TRUE(made.output.contains("\n    strait login --link '" + link +
                                         "' --email ops@acme.example\n    strait whoami\n"))
            << made.output;
        return link;
    }

    [[nodiscard]] std::vector<std::string> login(const std::string& link,
                                                 const std::string& email) const
    {
        return {"login",
                "--link",
                link,
                "--email",
                email,
                "--ca-file",
                (home.path() / "cert.pem").string()};
    }
};

TEST_F(ClientProgram, TakesALinkAndTwoCommands)
{
    const auto link = bootstrap();
    const auto distrusted = strait({"login", "--link", link, "--email", "ops@acme.example"});
    EXPECT_EQ(distrusted.exit_code, 1);
    EXPECT_TRUE(distrusted.output.contains("--ca-file")) << distrusted.output;

    const auto seen =
        strait({"login", "--link", link, "--ca-file", (home.path() / "cert.pem").string()});
    EXPECT_EQ(seen.exit_code, 0) << seen.output;
    EXPECT_TRUE(seen.output.contains("(acme) invites you to join it")) << seen.output;
    EXPECT_TRUE(seen.output.contains("strait login --link")) << seen.output;

    const auto known = strait(login(link, "ops@acme.example"));
    ASSERT_EQ(known.exit_code, 0) << known.output;
    EXPECT_FALSE(known.output.contains("strait_")) << "the key is not shown";
    const auto me = strait({"whoami"});
    EXPECT_EQ(me.exit_code, 0) << me.output;
    EXPECT_TRUE(me.output.contains("operator")) << me.output;

    // The link has been used; what is there is not lost over it.
    const auto kept = testing::read_file(profile_file("default"));
    EXPECT_EQ(strait(login(link, "ops@acme.example")).exit_code, 1);
    auto again = login(link, "ops@acme.example");
    again.emplace_back("--replace");
    const auto used = strait(std::move(again));
    EXPECT_EQ(used.exit_code, 1);
    EXPECT_TRUE(used.output.contains("activation-invalid")) << used.output;
    EXPECT_EQ(testing::read_file(profile_file("default")), kept);
}

TEST_F(ClientProgram, RedeemsNothingThatItCouldNotKeep)
{
    const auto link = bootstrap();
    testing::write_file(home.path() / "strait", "in the way");
    EXPECT_EQ(strait(login(link, "ops@acme.example")).exit_code, 4);
    fs::remove(home.path() / "strait");
    EXPECT_EQ(strait(login(link, "ops@acme.example")).exit_code, 0) << "the link is still good";
}

// A test that names no place for profiles has none: not that of whoever runs it.
TEST_F(ClientProgram, LeavesTheProfilesOfWhoeverTestsAlone)
{
    const auto link = bootstrap();
    std::vector<std::string> words{"env", "HOME=" + home.path().string(), testing::strait_binary()};
    const auto more = login(link, "ops@acme.example");
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(testing::run_command(std::move(words)).exit_code, 4);
    EXPECT_FALSE(fs::exists(home.path() / ".config"));
}

TEST_F(ClientProgram, KeepsAKeyThatIsThereAlready)
{
    ASSERT_EQ(strait(login(bootstrap(), "ops@acme.example")).exit_code, 0);
    const auto profile = boost::json::parse(testing::read_file(profile_file("default")));
    const auto endpoint = text_of(profile.as_object(), "endpoint");
    const auto key_file = home.path() / "key";
    const auto keep = [&](const std::string& key) {
        testing::write_file(key_file, key);
        return strait({"login",
                       "--key-file",
                       key_file.string(),
                       "--endpoint",
                       endpoint,
                       "--profile",
                       "second",
                       "--ca-file",
                       (home.path() / "cert.pem").string()});
    };
    const auto wrong = keep("strait_wrong\n");
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_TRUE(wrong.output.contains("unauthenticated")) << wrong.output;
    EXPECT_FALSE(fs::exists(profile_file("second")));

    const auto kept = keep(text_of(profile.as_object(), "bearerToken") + "\n");
    ASSERT_EQ(kept.exit_code, 0) << kept.output;
    EXPECT_EQ(answer({"whoami", "--profile", "second"}), answer({"whoami"}));
    EXPECT_EQ(strait({"whoami", "--profile", "third"}).exit_code, 3);
}

// What two organisations do first, from nothing, without any other tool.
TEST_F(ClientProgram, SetsTwoOrganisationsUp)
{
    ASSERT_EQ(strait(login(bootstrap(), "ops@acme.example")).exit_code, 0);
    const auto globex = answer({"org",
                                "create",
                                "--set",
                                "name=globex",
                                "--set",
                                "title=Globex",
                                "--set",
                                "admin_email=it@globex.example"});
    auto second = login(text_of(globex, "activation_url"), "it@globex.example");
    second.insert(second.end(), {"--profile", "globex"});
    ASSERT_EQ(strait(std::move(second)).exit_code, 0);
    EXPECT_TRUE(strait({"org", "list"}).output.contains("globex"));

    const auto as_globex = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--profile", "globex"});
        return words;
    };
    const auto body = home.path() / "application.json";
    testing::write_file(body, R"({"name": "checkout", "title": "Checkout"})");
    const auto made = answer(as_globex({"application", "create", "-f", body.string()}));
    const auto id = text_of(made, "id");
    EXPECT_TRUE(strait(as_globex({"application", "list"})).output.contains(id + "  checkout"));
    const auto edited =
        answer(as_globex({"application", "edit", "checkout", "--set", "title=Till"}));
    EXPECT_EQ(text_of(edited, "title"), "Till");
    EXPECT_EQ(strait(as_globex({"application", "create", "-f", body.string()})).exit_code, 1);

    const auto key = answer(as_globex({"credential",
                                       "create",
                                       "--set",
                                       "principal=" + id,
                                       "--set",
                                       R"(scopes=["catalog:read"])"}));
    const auto keys = strait(as_globex({"credential", "list"}));
    EXPECT_TRUE(keys.output.contains(text_of(key, "id"))) << keys.output;
    EXPECT_FALSE(keys.output.contains(text_of(key, "secret")));
    EXPECT_EQ(strait(as_globex({"credential", "revoke", text_of(key, "id"), "--reason", "test"}))
                  .exit_code,
              0);
    EXPECT_EQ(text_of(answer(as_globex({"application", "delete", "checkout"})), "state"),
              "deleted");
    EXPECT_EQ(strait(as_globex({"application", "show", "nobody"})).exit_code, 3);
    EXPECT_EQ(strait(as_globex({"search", "orders"})).exit_code, 0);
}

TEST_F(ClientProgram, LetsAPartnerFoundItsOwn)
{
    ASSERT_EQ(strait(login(bootstrap(), "ops@acme.example")).exit_code, 0);
    const auto invited = strait(
        {"invitation", "create", "--set", "kind=partner", "--set", "email=it@globex.example"});
    ASSERT_EQ(invited.exit_code, 0) << invited.output;
    EXPECT_TRUE(invited.output.contains(" --organisation NAME --title TITLE\n")) << invited.output;
    const auto begin = invited.output.find("https://");
    const auto link = invited.output.substr(begin, invited.output.find('\n', begin) - begin);
    auto named = login(link, "it@globex.example");
    named.insert(named.end(), {"--profile", "globex"});
    EXPECT_TRUE(strait(named).output.contains("/organisation: out_of_range"));
    named.insert(named.end(), {"--organisation", "globex", "--title", "Globex Ltd."});

    const auto joined = strait(named);

    EXPECT_EQ(joined.exit_code, 0) << joined.output;
    const auto own = strait({"org", "list", "--profile", "globex"}).output;
    EXPECT_TRUE(own.contains("Globex Ltd.")) << own;
    EXPECT_FALSE(own.contains("acme")) << own;
}

TEST_F(ClientProgram, DeclaresWhatThereIsToBeInAFile)
{
    ASSERT_EQ(strait(login(bootstrap(), "ops@acme.example")).exit_code, 0);
    const auto file = (home.path() / "apps.yaml").string();
    const auto apply = [&](const std::string& title, std::vector<std::string> words) {
        testing::write_file(file,
                            "kind: Application\nmetadata: {name: till}\nspec:\n  title: " + title +
                                "\n  roles: []\n");
        words.insert(words.begin(), {"catalog", "apply", "-f", file});
        return strait(std::move(words));
    };
    EXPECT_EQ(apply("Till", {"--dry-run"}).exit_code, 2);
    EXPECT_EQ(apply("Till", {}).exit_code, 0);
    EXPECT_EQ(apply("Till", {"--dry-run"}).exit_code, 0);
    EXPECT_TRUE(apply("Shop", {"--dry-run"}).output.contains("    title: Till -> Shop\n"));
    const auto wrong = apply(std::string(121, 'x'), {});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_TRUE(wrong.output.contains("apps.yaml:4:10: out_of_range: /documents/0/spec/title: "))
        << wrong.output;

    const auto exported = strait({"catalog", "export"});
    EXPECT_TRUE(exported.output.contains("  name: till\n")) << exported.output;
    testing::write_file(file, exported.output);
    EXPECT_EQ(strait({"catalog", "apply", "-f", file, "--dry-run"}).exit_code, 0);
}

TEST_F(ClientProgram, ProvesTheAudit)
{
    ASSERT_EQ(strait(login(bootstrap(), "ops@acme.example")).exit_code, 0);
    ASSERT_EQ(
        strait({"application", "create", "--set", "name=one", "--set", "title=One"}).exit_code, 0);
    const auto verified = strait({"audit", "verify"});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
    EXPECT_TRUE(verified.output.contains("none is missing")) << verified.output;
    const auto head = home.path() / "head.json";
    testing::write_file(head, strait({"audit", "head", "--json"}).output);
    EXPECT_TRUE(strait({"audit", "list"}).output.contains("  create  ")) << "what was done";

    // It needs neither the exchange nor a key.
    const auto whole = strait({"audit", "export"}).output;
    ASSERT_EQ(program.terminate(), 0);
    fs::remove(profile_file("default"));
    const auto verify = [&](const std::string& text, bool with_head) {
        const auto file = home.path() / "audit.ndjson";
        testing::write_file(file, text);
        std::vector<std::string> words{"audit", "verify", "--file", file.string()};
        if (with_head) words.insert(words.end(), {"--head", head.string()});
        return strait(std::move(words));
    };
    EXPECT_EQ(verify(whole, true).exit_code, 0);

    auto changed = whole;
    const auto at = changed.rfind("\"One\"");
    ASSERT_NE(at, std::string::npos) << whole;
    changed.replace(at, 5, "\"Two\"");
    const auto found = verify(changed, false);
    EXPECT_EQ(found.exit_code, 1);
    EXPECT_TRUE(found.output.contains("its hash is not that of what it says")) << found.output;

    // Its last entry is gone.
    const auto cut = whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1);
    EXPECT_EQ(verify(cut, false).exit_code, 0);
    const auto missing = verify(cut, true);
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_TRUE(missing.output.contains("it is missing")) << missing.output;
    EXPECT_EQ(verify("", false).exit_code, 1);
    EXPECT_EQ(verify("{}", false).exit_code, 1);
    EXPECT_EQ(strait({"audit", "verify", "--file", "/nowhere"}).exit_code, 2);
}

}  // namespace
}  // namespace strait::exchange
