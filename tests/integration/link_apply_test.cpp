#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

std::size_t count_of(std::string_view text, std::string_view part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

// A link that runs, and changes of its file while it does.
struct LinkApplyTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_source{source};
    KafkaAdmin at_target{target};
    TopicName orders = unique_topic("apply-orders");
    TopicName payments = unique_topic("apply-payments");
    TopicName letters = unique_topic("apply-letters");
    std::string other = unique_topic("other").value();
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys({orders})};
    LinkDoor other_door{link.strait().data_dir(), other};

    static std::string keys(const std::vector<TopicName>& topics, std::string_view commit = "")
    {
        std::string names;
        for (const auto& topic : topics) names += (names.empty() ? "" : "\", \"") + topic.value();
        auto text = topic_keys(names);
        if (!commit.empty()) text.replace(text.find("bytes: 8MiB"), 11, commit);
        return text;
    }

    [[nodiscard]] std::string another(const TopicName& topic) const
    {
        return fmt::format(
            "  - name: {}\n    source: left\n    target: right\n{}", other, keys({topic}));
    }

    void SetUp() override
    {
        for (const auto& topic : {orders, payments, letters})
            at_source.create_topic(topic, 2, workload_topic_configs());
    }

    static void write(const TopicName& topic, int count)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            auto& record = records.emplace_back();
            record.at = {topic, Partition{i % 2}};
            record.value = fmt::format("{} of {}", i, topic.value());
        }
        write_all(SharedClusters::source().admin_properties(), records);
    }

    std::string apply(std::vector<std::string> more = {})
    {
        more.insert(more.begin(), "apply");
        const auto done = link.strait().run(std::move(more));
        EXPECT_EQ(done.exit_code, 0) << done.output << link.strait().log();
        return done.output;
    }

    // How often the link began: a restart shows, however short.
    [[nodiscard]] std::size_t starts()
    {
        const auto log = link.strait().log();
        std::size_t starts = 0;
        for (const auto line : std::views::split(log, '\n')) {
            const std::string_view text{line.begin(), line.end()};
            if (text.contains("started term=") && text.contains(link.name())) ++starts;
        }
        return starts;
    }

    [[nodiscard]] std::size_t copies(const TopicName& topic)
    {
        return at_target.find_topic_id(topic) ? read_all(target, topic).size() : 0;
    }
};

TEST_F(LinkApplyTest, AddsATopicAndALinkAndLeavesTheRestAlone)
{
    Load load{source, {.topic = orders, .partitions = 2}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(400, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");

    link.configure(keys({orders, payments}));
    const auto plan = apply({"--dry-run"});
    EXPECT_EQ(plan.substr(0, plan.find('\n')), "dry run: nothing is changed");
    EXPECT_TRUE(plan.contains("adapted")) << plan;
    EXPECT_TRUE(plan.contains("topics.include")) << plan;
    EXPECT_EQ(apply({"--dry-run"}), plan) << "a dry run changes nothing";
    EXPECT_TRUE(apply().contains("adapted"));
    EXPECT_TRUE(apply().starts_with("no link changes\n"));
    write(payments, 100);
    link.wait_until_copied(payments);

    link.configure(keys({orders, payments}) + another(letters));
    EXPECT_TRUE(apply().contains("added"));
    write(letters, 100);
    ASSERT_TRUE(wait_for([&] { return copies(letters) == 100; }, 30s)) << link.strait().log();

    EXPECT_EQ(starts(), 1U) << link.strait().log();
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

TEST_F(LinkApplyTest, LeavesOutWhatTheFileNoLongerNames)
{
    link.configure(keys({orders, payments}) + another(letters));
    link.start();
    for (const auto& topic : {orders, payments, letters}) write(topic, 100);
    for (const auto& topic : {orders, payments}) link.wait_until_copied(topic);
    ASSERT_TRUE(wait_for([&] { return copies(letters) == 100; }, 30s));

    link.configure(keys({orders}));
    const auto changes = apply();
    EXPECT_TRUE(changes.contains("removed")) << changes;
    EXPECT_TRUE(changes.contains("adapted")) << changes;
    EXPECT_FALSE(other_door.status());
    link.wait_for([&](const auto& status) { return status.topics.size() == 1; });
    for (const auto& topic : {orders, payments, letters}) write(topic, 100);
    link.wait_until_copied(orders);
    const auto left = copies(payments);  // what came just before it was left out is copied
    for (const auto& topic : {orders, payments}) write(topic, 100);
    link.wait_until_copied(orders);
    EXPECT_EQ(copies(payments), left);
    EXPECT_EQ(copies(letters), 100U);
    EXPECT_EQ(starts(), 1U);

    // And both go on where they were.
    link.configure(keys({orders, payments}) + another(letters));
    apply();
    link.wait_until_copied(payments);
    EXPECT_TRUE(wait_for([&] { return copies(letters) == 200; }, 30s)) << link.strait().log();
    EXPECT_EQ(copies(payments), 300U);
    EXPECT_EQ(starts(), 1U);
}

TEST_F(LinkApplyTest, RestartsTheLinkForWhatCannotChangeOtherwise)
{
    Load load{source, {.topic = orders, .partitions = 2}, "", 400};
    link.configure(keys({orders}) + another(letters));
    link.start();
    ASSERT_TRUE(load.wait_for(400, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");

    link.configure(keys({orders}, "bytes: 4MiB") + another(letters));
    const auto changes = apply();
    EXPECT_TRUE(changes.contains("restarted")) << changes;
    EXPECT_FALSE(changes.contains(other)) << changes;
    ASSERT_TRUE(wait_for([&] { return starts() == 2; }, 30s)) << link.strait().log();

    ASSERT_TRUE(load.wait_for(load.count() + 400, 30s));
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

TEST_F(LinkApplyTest, ChangesNothingWhenTheFileIsWrong)
{
    link.start();
    write(orders, 10);
    link.wait_until_copied(orders);

    link.configure(keys({orders, payments}) + "    bogus: 1\n" + "    shards: 0\n");
    const auto refused = link.strait().run({"apply"});
    EXPECT_EQ(refused.exit_code, 2) << refused.output;
    EXPECT_TRUE(refused.output.contains("unknown_key: /links/0/bogus")) << refused.output;
    EXPECT_TRUE(refused.output.contains("/links/0/shards")) << refused.output;
    link.strait().signal(SIGHUP);
    EXPECT_TRUE(link.strait().wait_for_log("configuration not taken over"));

    auto keys_renamed = keys({orders});
    keys_renamed.replace(keys_renamed.find("discovery_interval"), 0, "rename: {prefix: \"x.\"}, ");
    link.configure(keys_renamed);
    const auto renamed = link.strait().run({"apply", "--dry-run"});
    EXPECT_EQ(renamed.exit_code, 2) << renamed.output;
    EXPECT_TRUE(renamed.output.contains("immutable_changed: link " + link.name() +
                                        ": topics.rename cannot change"))
        << renamed.output;

    write(orders, 10);
    link.wait_until_copied(orders);
    EXPECT_EQ(starts(), 1U);
    EXPECT_EQ(link.status()->topics.size(), 1U);

    // A restart finds the same mistake: nothing is mirrored twice.
    link.stop();
    link.start();
    const auto status = link.wait_for([](const auto& found) {
        return !found.topics.empty() && found.topics.front().state == "halted";
    });
    EXPECT_TRUE(status.topics.front().reason.starts_with("immutable_changed")) << to_text(status);
    EXPECT_FALSE(at_target.find_topic_id(TopicName{"x." + orders.value()}));
}

TEST_F(LinkApplyTest, FollowsASignalAsWell)
{
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");

    link.configure(keys({orders, payments}));
    link.strait().signal(SIGHUP);
    write(payments, 10);

    link.wait_until_copied(payments);
    EXPECT_EQ(starts(), 1U);
    EXPECT_EQ(count_of(link.strait().log(), "configuration taken over"), 1U);
}

TEST_F(LinkApplyTest, TriesAnotherFileOnly)
{
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
    const TempFolder folder{"another-file"};
    const auto file = (folder.path() / "new.yaml").string();
    const auto own = link.strait().config_file();
    write_file(file, read_file(own) + another(letters));

    const auto tried = run_command({strait_binary(), "apply", "--dry-run", "--config", file});
    EXPECT_EQ(tried.exit_code, 0) << tried.output;
    EXPECT_TRUE(tried.output.contains("added")) << tried.output;
    const auto refused = run_command({strait_binary(), "apply", "--config", file});
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_TRUE(refused.output.contains("this node serves '" + own.string() + "'"))
        << refused.output;
    EXPECT_FALSE(other_door.status());
}

}  // namespace
}  // namespace strait::testing
