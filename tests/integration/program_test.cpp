#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string link_of(const TopicName& topic, const KafkaCluster& target = SharedClusters::target())
{
    return fmt::format(R"(
clusters:
  source: {{bootstrap: ["{}"]}}
  target: {{bootstrap: ["{}"]}}
links:
  - name: {}
    source: source
    target: target
    shards: 1
    limits: {{memory: 64MiB}}
    topics: {{include: ["{}"]}}
)",
                       SharedClusters::source().bootstrap(),
                       target.bootstrap(),
                       topic.value(),
                       topic.value());
}

// The program as its user sees it: words in, text and exit code out.
struct ProgramTest : ::testing::Test {
    TopicName topic = unique_topic("program");
    StraitProcess strait{"ops: {listen: \"127.0.0.1:0\"}\n" + link_of(topic)};

    void serve()
    {
        strait.start();
        ASSERT_TRUE(strait.wait_for_log("serving ")) << strait.log();
    }

    bool wait_until_copied(int records)
    {
        return wait_for([&] {
            const auto status = strait.run({"link", "status", topic.value(), "--json"}).output;
            return status.contains(fmt::format("\"next_source_offset\":{}", records));
        });
    }

    [[nodiscard]] CommandResult ask(std::string path, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{
            "curl", "-s", "-i", "--unix-socket", strait.data_dir() / "admin.sock"};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back("http://strait" + std::move(path));
        return run_command(std::move(words));
    }

    [[nodiscard]] std::string ops(const std::string& path) const
    {
        const auto log = strait.log();
        std::smatch found;
        EXPECT_TRUE(std::regex_search(log, found, std::regex{"address=127.0.0.1 port=([0-9]+)"}));
        return run_command({"curl", "-s", "-i", "http://127.0.0.1:" + found[1].str() + path})
            .output;
    }

    void write(int records) const
    {
        std::vector<NewRecord> some(static_cast<std::size_t>(records));
        for (auto& record : some) {
            record.at = {topic, Partition{0}};
            record.key = "k";
            record.value = "v";
        }
        write_all(SharedClusters::source().admin_properties(), some);
    }
};

fs::perms mode(const fs::path& path) { return fs::status(path).permissions() & fs::perms::mask; }

TEST_F(ProgramTest, ServesAnswersAndEndsWhenAsked)
{
    KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic);
    serve();
    write(10);

    ASSERT_TRUE(wait_until_copied(10)) << strait.log();

    EXPECT_EQ(mode(strait.data_dir()), fs::perms::owner_all);
    EXPECT_EQ(mode(strait.data_dir() / "admin.sock"),
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_TRUE(ops("/livez").starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(wait_for([&] { return ops("/readyz").starts_with("HTTP/1.1 200"); }, 15s))
        << ops("/readyz");
    EXPECT_TRUE(ops("/metrics").contains("strait_link_records_total{link=\"" + topic.value()));
    for (const auto* const name : {"strait_link_lag_seconds{",
                                   "strait_link_source_lso_age_seconds{",
                                   "strait_link_retention_headroom_ratio{",
                                   "strait_link_foreign_writes_total{",
                                   "strait_link_buffer_bytes{",
                                   "strait_http_connections{door=\"ops\"} 1",
                                   "strait_http_connections_refused_total{door=\"admin\"} 0"}) {
        EXPECT_TRUE(wait_for([&] { return ops("/metrics").contains(name); }, 15s)) << name;
    }
    EXPECT_TRUE(ops("/v1/links").starts_with("HTTP/1.1 404")) << "ops shows no data";

    const auto translated = strait.run({"link",
                                        "translate",
                                        topic.value(),
                                        "--topic",
                                        topic.value(),
                                        "--partition",
                                        "0",
                                        "--offset",
                                        "3"});
    EXPECT_EQ(translated.exit_code, 0) << translated.output;
    EXPECT_TRUE(translated.output.contains("(exact)")) << translated.output;
    EXPECT_EQ(strait.run({"link", "gaps", topic.value()}).output, "no gaps\n");
    EXPECT_EQ(strait.run({"link", "status", "nobody"}).exit_code, 3);

    EXPECT_EQ(strait.terminate(15s), 0) << strait.log();
    EXPECT_FALSE(strait.log().contains("not drained")) << strait.log();
    EXPECT_FALSE(fs::exists(strait.data_dir() / "admin.sock"));
}

TEST_F(ProgramTest, AnswersRefusalsAsProblemDocuments)
{
    serve();

    const auto unknown = ask("/v1/links/nobody").output;
    EXPECT_TRUE(unknown.starts_with("HTTP/1.1 404")) << unknown;
    EXPECT_TRUE(unknown.contains("application/problem+json")) << unknown;
    EXPECT_TRUE(unknown.contains("no link 'nobody'")) << unknown;

    const auto translate = "/v1/links/" + topic.value() + ":translate";
    const std::vector<std::string> post{"-H", "Content-Type: application/json", "-d"};
    auto bad = post;
    bad.emplace_back(R"({"direction": "sideways", "positions": [], "extra": 1})");
    const auto refused = ask(translate, bad).output;
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 400")) << refused;
    EXPECT_TRUE(refused.contains(R"("pointer":"/direction","code":"out_of_range")")) << refused;
    EXPECT_TRUE(refused.contains(R"("pointer":"/extra","code":"unknown_key")")) << refused;

    auto cut = post;
    cut.emplace_back(R"({"direction": )");
    EXPECT_TRUE(ask(translate, cut).output.starts_with("HTTP/1.1 400"));
}

TEST_F(ProgramTest, RefusesASecondProcessOnItsData)
{
    serve();

    const auto second = strait.run({"serve"});

    EXPECT_EQ(second.exit_code, 1);
    EXPECT_TRUE(second.output.contains("another strait process uses this data_dir"))
        << second.output;
    EXPECT_TRUE(ask("/v1/links").output.starts_with("HTTP/1.1 200")) << "the first goes on";
}

// A program that cannot drain: its target is frozen within a transaction.
struct ProgramAtAFrozenTarget : ProgramTest {
    KafkaCluster target;

    void serve_until_stuck(const std::string& drain_time)
    {
        strait.write_configuration("ops: {listen: \"127.0.0.1:0\"}\ndrain_time: " + drain_time +
                                   link_of(topic, target));
        KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic);
        ASSERT_NO_FATAL_FAILURE(serve());
        write(10);
        ASSERT_TRUE(wait_until_copied(10)) << strait.log();
        target.freeze();
        write(10);
        static const std::regex waiting{R"(strait_link_buffer_bytes\{[^}]*\} [1-9])"};
        ASSERT_TRUE(wait_for([&] { return std::regex_search(ops("/metrics"), waiting); }));
    }
};

TEST_F(ProgramAtAFrozenTarget, EndsAtOnceAtTheSecondSignal)
{
    ASSERT_NO_FATAL_FAILURE(serve_until_stuck("30s"));
    strait.signal(SIGINT);
    ASSERT_TRUE(strait.wait_for_log("ending signal=2")) << strait.log();
    EXPECT_TRUE(ops("/readyz").starts_with("HTTP/1.1 503")) << ops("/readyz");
    EXPECT_TRUE(strait.running());

    EXPECT_EQ(strait.terminate(2s), 128 + SIGTERM) << strait.log();
}

TEST_F(ProgramAtAFrozenTarget, EndsWithinDrainTimeWhateverHoldsItUp)
{
    ASSERT_NO_FATAL_FAILURE(serve_until_stuck("2s"));

    EXPECT_TRUE(strait.terminate(3s)) << strait.log();
    EXPECT_TRUE(strait.log().contains("not drained in time")) << strait.log();
}

TEST_F(ProgramTest, SaysThatNoServerRuns)
{
    const auto asked = strait.run({"link", "status", topic.value()});

    EXPECT_EQ(asked.exit_code, 4);
    EXPECT_TRUE(asked.output.contains("`strait serve` is not running with this data_dir"))
        << asked.output;
}

TEST_F(ProgramTest, IsAskedWithoutTheSecretsThatServeNeeds)
{
    serve();
    strait.write_configuration("clusters:\n  source:\n    security: {sasl: {password_env: NO}}\n");

    const auto asked = strait.run({"link", "list"});

    EXPECT_EQ(asked.exit_code, 0) << asked.output;
    EXPECT_TRUE(asked.output.contains(topic.value())) << asked.output;
}

TEST_F(ProgramTest, TakesOverNoLinkThatTheFileHasNot)
{
    const auto refused = strait.run({"serve", "--take-over", "nobody"});

    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_TRUE(refused.output.contains("error: --take-over: no link 'nobody' in "))
        << refused.output;
}

TEST_F(ProgramTest, SaysThatAFolderIsNoConfiguration)
{
    const auto refused =
        run_command({strait_binary(), "check", "--config", strait.config_file().parent_path()});

    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_TRUE(refused.output.contains(": Is a directory: name the configuration with"))
        << refused.output;
}

TEST_F(ProgramTest, SaysAllThatIsWrongWithAFileAndWhere)
{
    strait.write_configuration("colour: red\nlinks:\n  - {name: A, source: x, target: y}\n");

    for (const auto& words : {std::vector<std::string>{"check"}, {"serve"}, {"link", "plan"}}) {
        const auto refused = strait.run(words);

        EXPECT_EQ(refused.exit_code, 2) << refused.output;
        EXPECT_TRUE(refused.output.contains("strait.yaml:2:1: unknown_key: /colour"))
            << refused.output;
        EXPECT_TRUE(refused.output.contains("missing: /links/0/topics")) << refused.output;
        EXPECT_TRUE(refused.output.contains("unknown_cluster: /links/0/source")) << refused.output;
    }
}

TEST_F(ProgramTest, PlansWithoutChangingAnything)
{
    KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic, 2);

    const auto plan = strait.run({"link", "plan"});

    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(
        plan.output.contains(fmt::format("{0} -> {0}  2 partitions, create", topic.value())))
        << plan.output;
    KafkaAdmin target{SharedClusters::target().admin_properties()};
    EXPECT_FALSE(target.find_topic_id(topic));
    EXPECT_FALSE(fs::exists(strait.data_dir()));
}

TEST_F(ProgramTest, ChecksWhoTheClustersAre)
{
    const auto found = strait.run({"check", "--connect"});

    EXPECT_EQ(found.exit_code, 0) << found.output;
    EXPECT_TRUE(
        found.output.contains("cluster source: id " + SharedClusters::source().cluster_id()))
        << found.output;
}

}  // namespace
}  // namespace strait::testing
