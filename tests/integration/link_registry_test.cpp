#include "exchange/admin_client.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

namespace http = boost::beast::http;
using namespace std::chrono_literals;

// A program with a link of its file, and another one that comes at run time.
struct LinkRegistryTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_source{source};
    KafkaAdmin at_target{target};
    TopicName orders = unique_topic("registry-orders");
    TopicName letters = unique_topic("registry-letters");
    TopicName cards = unique_topic("registry-cards");
    std::string mine = unique_topic("mine").value();
    LinkProcess of_file{
        SharedClusters::source(), SharedClusters::target(), topic_keys(orders.value())};
    LinkDoor door{of_file.strait().data_dir(), mine};
    SystemClock clock;
    boost::asio::io_context io{1};
    exchange::AdminClient client{of_file.strait().data_dir(), clock, 60s};

    void SetUp() override
    {
        for (const auto& topic : {orders, letters, cards})
            at_source.create_topic(topic, 2, workload_topic_configs());
    }

    // Once it answers.
    void start(const std::string& failpoint = "")
    {
        if (failpoint.empty()) of_file.start();
        if (!failpoint.empty()) of_file.strait().start_with_failpoint(failpoint);
        of_file.wait_for([](const auto&) { return true; });
    }

    Result<std::string> ask(http::verb method, const std::string& target_, std::string body = {})
    {
        auto answer = run(io, client.request(method, target_, std::move(body)), 60s);
        if (!answer) return fail(Errc::timed_out, "no answer");
        return *std::move(answer);
    }

    [[nodiscard]] std::string body(std::string_view topics, std::string_view more = "") const
    {
        return fmt::format(R"({{"name": "{}", "source": "left", "target": "right", "shards": 2,)"
                           R"("topics": {{"include": ["{}"], "discovery_interval": "1s"}},)"
                           R"("commit": {{"bytes": "8MiB"}}, "limits": {{"memory": "64MiB"}}{}}})",
                           mine,
                           topics,
                           more);
    }

    [[nodiscard]] std::string path() const { return "/v1/links/" + mine; }

    void create(std::string_view topics)
    {
        const auto created = ask(http::verb::post, "/v1/links", body(topics));
        ASSERT_TRUE(created) << created.error().detail() << of_file.strait().log();
    }

    void write(const TopicName& topic, int count) const
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            auto& record = records.emplace_back();
            record.at = {topic, Partition{i % 2}};
            record.value = fmt::format("{} of {}", i, topic.value());
        }
        write_all(source, records);
    }

    using Values = std::map<Partition, std::vector<std::string>>;

    static Values values(const ClientProperties& cluster, const TopicName& topic)
    {
        Values all;
        for (const auto& record : read_all(cluster, topic)) {
            all[record.at.partition].push_back(record.value.value_or(""));
        }
        return all;
    }

    [[nodiscard]] std::size_t copies(const TopicName& topic)
    {
        return at_target.find_topic_id(topic) ? read_all(target, topic).size() : 0;
    }

    [[nodiscard]] bool sees(const TopicName& topic, std::size_t count)
    {
        return wait_for([&] { return copies(topic) >= count; }, 60s);
    }

    // All of it is at the target, in order, and nothing is twice.
    void expect_same(const TopicName& topic)
    {
        const auto wanted = values(source, topic);
        std::size_t count = 0;
        for (const auto& [partition, each] : wanted) count += each.size();
        EXPECT_TRUE(sees(topic, count)) << of_file.strait().log();
        EXPECT_EQ(values(target, topic), wanted);
    }

    // How often the link that came at run time began.
    [[nodiscard]] std::size_t starts()
    {
        const auto log = of_file.strait().log();
        std::size_t starts = 0;
        for (const auto line : std::views::split(log, '\n')) {
            const std::string_view text{line.begin(), line.end()};
            if (text.contains("started term=") && text.contains(mine)) ++starts;
        }
        return starts;
    }
};

TEST_F(LinkRegistryTest, GoesOnAfterADeathAndCopiesNothingTwice)
{
    Load load{source, {.topic = letters, .partitions = 2}, "", 400};
    start();
    create(letters.value());
    ASSERT_TRUE(sees(letters, 400)) << of_file.strait().log();

    of_file.strait().kill();
    start();

    const auto status = door.wait_for([](const auto& now) { return now.state == "active"; }, 60s);
    ASSERT_TRUE(status.found) << to_text(status.last);
    EXPECT_EQ(status.last->managed_by, "api");
    ASSERT_TRUE(load.wait_for(load.count() + 400, 30s));
    load.finish();
    expect_same(letters);
}

TEST_F(LinkRegistryTest, IsThereAfterADeathBetweenTheStoreAndTheEngine)
{
    write(letters, 10);
    start("link.stored:kill");
    EXPECT_FALSE(ask(http::verb::post, "/v1/links", body(letters.value())));
    ASSERT_TRUE(of_file.strait().wait_for_end());

    start("link.stored:kill");
    expect_same(letters);
    EXPECT_FALSE(ask(http::verb::delete_, path()));
    ASSERT_TRUE(of_file.strait().wait_for_end());

    start();
    of_file.wait_for_state({orders, Partition{0}}, "active");
    EXPECT_FALSE(door.status());
}

TEST_F(LinkRegistryTest, TakesATopicMoreWithoutABreak)
{
    start();
    create(letters.value());
    write(letters, 100);
    ASSERT_TRUE(sees(letters, 100));

    const auto patch =
        fmt::format(R"({{"topics": {{"include": ["{}", "{}"]}}}})", letters.value(), cards.value());
    const auto plan = ask(http::verb::patch, path() + "?dry_run=true", patch);
    ASSERT_TRUE(plan) << plan.error().detail();
    EXPECT_TRUE(plan->contains(R"("change":"adapted","keys":["topics.include"])")) << *plan;
    EXPECT_EQ(copies(cards), 0U);
    ASSERT_TRUE(ask(http::verb::patch, path(), patch));
    write(cards, 100);
    write(letters, 100);

    expect_same(cards);
    expect_same(letters);
    EXPECT_EQ(starts(), 1U) << of_file.strait().log();
    const auto renamed =
        ask(http::verb::patch, path(), R"({"topics": {"rename": {"prefix": "x."}}})");
    ASSERT_FALSE(renamed);
    EXPECT_TRUE(renamed.error().detail().starts_with("immutable_changed"))
        << renamed.error().detail();

    // And it is kept.
    of_file.stop();
    start();
    write(cards, 100);
    expect_same(cards);
}

TEST_F(LinkRegistryTest, EndsAndGoesOnUnderItsNameWhereItWas)
{
    start();
    create(letters.value());
    write(letters, 100);
    ASSERT_TRUE(sees(letters, 100));

    const auto asked = of_file.strait().run({"link", "delete", mine});
    EXPECT_EQ(asked.exit_code, 2) << asked.output;
    EXPECT_TRUE(asked.output.contains("say --yes")) << asked.output;
    EXPECT_TRUE(door.status()) << "it is not deleted without a word more";
    const auto deleted = of_file.strait().run({"link", "delete", mine, "--yes"});
    EXPECT_EQ(deleted.exit_code, 0) << deleted.output;
    EXPECT_TRUE(deleted.output.contains("removed")) << deleted.output;
    EXPECT_FALSE(door.status());
    write(letters, 100);
    EXPECT_EQ(copies(letters), 100U);

    create(letters.value());
    expect_same(letters);
}

TEST_F(LinkRegistryTest, LeavesTheLinksOfTheFileToTheFile)
{
    start();
    create(letters.value());
    const auto path_of_file = "/v1/links/" + of_file.name();

    const auto patched = ask(http::verb::patch, path_of_file, R"({"shards": 1})");
    ASSERT_FALSE(patched);
    EXPECT_EQ(patched.error().code(), Errc::conflict);
    EXPECT_TRUE(patched.error().detail().contains("is managed by config"));
    EXPECT_EQ(ask(http::verb::delete_, path_of_file).error().code(), Errc::conflict);

    // The file leaves those of the API alone as well.
    const auto applied = of_file.strait().run({"apply"});
    EXPECT_TRUE(applied.output.starts_with("no link changes\n")) << applied.output;
    of_file.configure(topic_keys(orders.value()) +
                      fmt::format("  - name: {}\n    source: left\n    target: right\n"
                                  "    topics: {{include: [x]}}\n",
                                  mine));
    const auto taken = of_file.strait().run({"apply"});
    EXPECT_EQ(taken.exit_code, 2) << taken.output;
    EXPECT_TRUE(taken.output.contains("name_taken: /links/1/name")) << taken.output;
    EXPECT_TRUE(door.status());

    // Nor does the next start drop any of the two.
    of_file.stop();
    const auto refused = of_file.strait().run({"serve"});
    EXPECT_EQ(refused.exit_code, 2) << refused.output;
    EXPECT_TRUE(refused.output.contains("name_taken: /links/1/name")) << refused.output;
    of_file.configure(topic_keys(orders.value()));
    start();
    EXPECT_TRUE(door.wait_for([](const auto&) { return true; }, 30s).found);
}

TEST_F(LinkRegistryTest, ChangesNothingForABadBody)
{
    start();
    const TempFolder folder{"link-file"};
    const auto file = (folder.path() / "link.yaml").string();

    write_file(file, body(orders.value(), R"(, "bogus": 1)"));
    const auto refused = of_file.strait().run({"link", "create", "--file", file});
    EXPECT_EQ(refused.exit_code, 2) << refused.output;
    EXPECT_TRUE(refused.output.contains("unknown_key: /bogus")) << refused.output;
    EXPECT_TRUE(refused.output.contains("rename_collision: /topics")) << refused.output;
    EXPECT_FALSE(door.status());

    // What is shown can be given back.
    write_file(file, body(letters.value()));
    EXPECT_EQ(of_file.strait().run({"link", "create", "-f", file}).exit_code, 0);
    const auto shown = of_file.strait().run({"link", "show-config", mine});
    ASSERT_EQ(shown.exit_code, 0) << shown.output;
    write_file(file, shown.output);
    const auto same = of_file.strait().run({"link", "change", mine, "-f", file});
    EXPECT_EQ(same.exit_code, 0) << same.output;
    EXPECT_EQ(same.output, "no link changes\n");
}

}  // namespace
}  // namespace strait::testing
