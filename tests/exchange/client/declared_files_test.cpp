#include "exchange/client/declared_files.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace strait::exchange {
namespace {

struct MapSource final : SecretSource {
    std::map<std::string, NamedFile> files;
    std::map<std::string, std::string> variables;

    [[nodiscard]] std::string resolve(const std::string& path) const override
    {
        return "/y/" + path;
    }
    [[nodiscard]] Result<NamedFile> file(const std::string& path) const override
    {
        const auto found = files.find(path);
        if (found == files.end()) return fail(Errc::not_found, "no such file");
        return found->second;
    }
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const override
    {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    }
};

struct DeclaredFilesTest : ::testing::Test {
    MapSource source;
    DeclaredFiles declared;
    Problems problems;

    std::string add(const std::string& text)
    {
        declared.add(text, "p.yaml", source, problems);
        return problems.empty() ? boost::json::serialize(declared.documents()) : problems.text();
    }
};

TEST_F(DeclaredFilesTest, HoldTheDocumentsOfAllFiles)
{
    EXPECT_EQ(add("kind: Offer\n---\n---\nkind: Contract\n"),
              R"([{"kind":"Offer"},{"kind":"Contract"}])");
    EXPECT_EQ(add("kind: Cluster\n"),
              R"([{"kind":"Offer"},{"kind":"Contract"},{"kind":"Cluster"}])");
    EXPECT_EQ(add("- kind: Offer\n"),
              "p.yaml:1:1: wrong_type: : a document has kind, metadata, spec\n");
}

TEST_F(DeclaredFilesTest, InsertTheTextsThatStandBeside)
{
    source.files = {{"/y/a/s.json", {"{}\n"}}, {"/y/r.json", {"[]"}}, {"/y/t.md", {"Be nice.\n"}}};
    EXPECT_EQ(
        add("spec: {schema: {type: json, file: a/s.json, references: [{name: r, file: r.json}]},\n"
            "       terms: {title: T, file: t.md}, extra: {file: kept}}\n"),
        R"([{"spec":{"schema":{"type":"json","text":"{}\n","references":[{"name":"r","text":"[]"}]},)"
        R"("terms":{"title":"T","text":"Be nice.\n"},"extra":{"file":"kept"}}}])");
}

TEST_F(DeclaredFilesTest, InsertNoOtherFiles)
{
    source.files = {{"/y//etc/passwd", {"root"}}, {"/y/../key", {"secret"}}, {"/y/t.md", {"T"}}};
    EXPECT_EQ(
        add("spec: {terms: {file: /etc/passwd}}\n"),
        "p.yaml:1:22: out_of_range: /spec/terms/file: '/etc/passwd' is no file beside this one\n");
    problems = {};
    EXPECT_EQ(add("spec: {terms: {file: a/../../key}}\n").substr(0, 25),
              "p.yaml:1:22: out_of_range");
    problems = {};
    EXPECT_EQ(add("spec: {terms: {file: none.md}}\n"),
              "p.yaml:1:22: missing: /spec/terms/file: cannot read 'none.md': no such file\n");
    problems = {};
    EXPECT_EQ(add("spec: {terms: {file: t.md, text: T}}\n"),
              "p.yaml:1:22: duplicate_key: /spec/terms/file: 'text' is given as well\n");
}

TEST_F(DeclaredFilesTest, TakeSecretsOnlyFromElsewhere)
{
    source.files = {{"/y/pw", {"hunter2\n"}}, {"/y/ca.pem", {"CA\n"}}, {"/y/open", {"x", true}}};
    source.variables = {{"KEY", "pem"}};
    EXPECT_EQ(add("spec: {security: {protocol: sasl_tls, sasl: {username: u, password_file: pw},\n"
                  "                  tls: {ca_file: ca.pem, key_env: KEY, odd: 1}}}\n"),
              R"([{"spec":{"security":{"protocol":"sasl_tls",)"
              R"("sasl":{"username":"u","password":"hunter2"},)"
              R"("tls":{"odd":1,"key":"pem","ca":"CA"}}}}])");
    const auto inlined = add("spec: {security: {sasl: {password: hunter3}}}\n");
    EXPECT_EQ(inlined,
              "p.yaml:1:36: secret_inline: /spec/security/sasl/password: say password_file or "
              "password_env\n");
    problems = {};
    EXPECT_TRUE(add("spec: {security: {sasl: {password_file: open}}}\n").contains("chmod 600"));
}

TEST_F(DeclaredFilesTest, KnowWhereAPointerOfTheDoorLeads)
{
    add("kind: Offer\n---\nkind: Offer\nspec:\n  plan:\n    kinds: [a, b]\n");
    EXPECT_EQ(declared.place_of("/documents/1/spec/plan/kinds/1"), "p.yaml:6:16");
    EXPECT_EQ(declared.place_of("/documents/1/metadata/name"), "p.yaml:3:1");
    EXPECT_EQ(declared.place_of("/documents/0"), "p.yaml:1:1");
    EXPECT_EQ(declared.place_of("/documents/2"), "");
    EXPECT_EQ(declared.place_of("/prune"), "");
}

}  // namespace
}  // namespace strait::exchange
