#include "tests/support/child_process.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// A link under load, and the verbs of its operators.
struct LinkVerbsTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_source{source};
    TopicName orders = unique_topic("verbs");
    LinkProcess link{
        SharedClusters::source(), SharedClusters::target(), topic_keys(orders.value())};

    void SetUp() override { at_source.create_topic(orders, 2, workload_topic_configs()); }

    CommandResult tell(const std::string& verb, std::vector<std::string> more = {})
    {
        std::vector<std::string> words{"link", verb, link.name()};
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(std::move(words));
    }

    void expect_done(const CommandResult& told)
    {
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
    }

    LinkProcess::Status wait_until(std::string_view state)
    {
        return link.wait_for([&](const auto& status) { return status.state == state; });
    }

    void write(std::int32_t partition, int count, std::size_t bytes)
    {
        std::mt19937 noise{1};
        std::vector<NewRecord> records(static_cast<std::size_t>(count));
        for (auto& record : records) {
            record.at = {orders, Partition{partition}};
            record.value = std::string(bytes, 'v');
            for (auto& byte : *record.value)
                byte = static_cast<char>(noise());  // nothing shrinks it
        }
        write_all(source, records);
    }

    std::size_t starts()
    {
        const auto log = link.strait().log();
        std::size_t count = 0;
        for (auto at = log.find("started term="); at != std::string::npos;
             at = log.find("started term=", at + 1)) {
            ++count;
        }
        return count;
    }

    std::string operations() { return link.strait().run({"link", "operations", "--json"}).output; }

    bool all_ended()
    {
        const auto all = operations();
        return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
    }

    std::size_t copied() { return read_all(target, orders).size(); }
};

TEST_F(LinkVerbsTest, AreSeenByWhoeverWatches)
{
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
    TempFolder folder{"watch"};
    ChildProcess watch{{strait_binary(),
                        "link",
                        "status",
                        link.name(),
                        "--watch",
                        "--data-dir",
                        link.strait().data_dir().string()},
                       folder.path() / "output"};
    EXPECT_TRUE(watch.wait_for_output("active", 20s)) << watch.output();
    EXPECT_FALSE(watch.output().contains("paused"));
    expect_done(tell("pause"));
    EXPECT_TRUE(watch.wait_for_output("paused", 20s)) << watch.output();
    link.strait().kill();
    EXPECT_TRUE(watch.wait_for_output("error: ", 20s)) << watch.output();
    EXPECT_TRUE(watch.running()) << "it waits for the server";
    watch.signal(SIGINT);
    EXPECT_EQ(watch.wait(10s), 128 + SIGINT);
    EXPECT_EQ(link.strait().run({"link", "status", link.name(), "--watch"}).exit_code, 4);
}

TEST_F(LinkVerbsTest, RestsWhilePausedAndGoesOnExactlyWhereItWas)
{
    Load load{source, {.topic = orders, .partitions = 2}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(400, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");

    const auto plan = tell("pause", {"--dry-run"});
    expect_done(plan);
    EXPECT_TRUE(plan.output.contains("1. commit what has been read")) << plan.output;
    expect_done(tell("pause", {"--reason", "works in oslo"}));
    const auto paused = wait_until("paused");
    EXPECT_EQ(paused.reason, "works in oslo");
    const auto before = copied();
    ASSERT_TRUE(load.wait_for(load.count() + 200, 30s));
    const auto behind = link.wait_for([](const auto& status) { return status.lag.records > 100; });
    EXPECT_EQ(behind.state, "paused");
    EXPECT_EQ(behind.topics.front().partitions.front().state, "paused");
    EXPECT_EQ(copied(), before);
    EXPECT_TRUE(tell("pause", {"--dry-run"}).output.contains("nothing to do"));

    expect_done(tell("resume"));
    wait_until("active");
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
    EXPECT_TRUE(operations().contains("works in oslo"));
}

TEST_F(LinkVerbsTest, StaysPausedOverADeathAndALostView)
{
    Load load{source, {.topic = orders, .partitions = 2}, "", 400};
    link.start();
    ASSERT_TRUE(load.wait_for(400, 30s));
    link.wait_for_state({orders, Partition{0}}, "active");
    expect_done(tell("pause"));
    wait_until("paused");
    const auto before = copied();

    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    link.start();
    wait_until("paused");
    ASSERT_TRUE(load.wait_for(load.count() + 200, 30s));
    EXPECT_EQ(copied(), before);

    expect_done(tell("resume"));
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

// What was promised is done, wherever the program died meanwhile. A start claims once.
TEST_F(LinkVerbsTest, SurvivesADeathAtEachStepOfAPauseAndOfAResume)
{
    Load load{source, {.topic = orders, .partitions = 2}, "", 400};
    for (const auto* const failpoint : {"operation.stored:kill",
                                        "claim.opened:kill:2",
                                        "claim.read:kill:2",
                                        "claim.committed:kill:2",
                                        "operation.done:kill",
                                        "operation.ended:kill"}) {
        SCOPED_TRACE(failpoint);
        for (const auto* const verb : {"pause", "resume"}) {
            const std::string before = verb == std::string{"pause"} ? "active" : "paused";
            const std::string after = verb == std::string{"pause"} ? "paused" : "active";
            link.strait().start_with_failpoint(failpoint);
            wait_until(before);
            tell(verb);
            ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();
            link.start();
            wait_until(after);
            ASSERT_TRUE(wait_for([&] { return all_ended(); }, 30s)) << link.strait().log();
            link.stop();
        }
    }
    link.start();
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

TEST_F(LinkVerbsTest, BeginsPausedIfTheFileSaysSo)
{
    link.configure(topic_keys(orders.value(), {}, "    paused: true\n"));
    link.start();
    EXPECT_EQ(wait_until("paused").reason, "paused: true in the configuration");
    EXPECT_EQ(tell("resume").exit_code, 0) << link.strait().log();
    link.wait_for_state({orders, Partition{0}}, "active");

    link.stop();
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
}

// The partition was halted for a reason that has passed: nobody needs a restart.
TEST_F(LinkVerbsTest, LooksAgainAtWhatIsHalted)
{
    KafkaAdmin at_target{target};
    link.configure(topic_keys(orders.value(), {}, "    policies: {on_oversize: halt}\n"));
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
    link.wait_for_state({orders, Partition{1}}, "active");
    at_target.alter_configs(orders, {{"max.message.bytes", "100000"}});
    write(0, 1, 300'000);
    link.wait_for_state({orders, Partition{0}}, "halted");

    const auto plan = tell("resume", {"--dry-run"});
    EXPECT_TRUE(plan.output.contains("compare 1 halted partitions")) << plan.output;
    expect_done(tell("resume"));
    link.wait_for_state({orders, Partition{0}}, "halted");
    EXPECT_EQ(copied(), 0U) << "its cause is still there";

    at_target.alter_configs(orders, {{"max.message.bytes", "1000000"}});
    write(1, 10, 10);
    ASSERT_TRUE(wait_for(
        [&] {
            tell("resume");
            const auto status = link.status();
            const auto* const partition =
                status ? find_partition(*status, {orders, Partition{0}}) : nullptr;
            return partition != nullptr && partition->next_source_offset == 1;
        },
        30s))
        << link.strait().log();
    link.wait_until_copied(orders);
    EXPECT_EQ(copied(), 11U);
    EXPECT_EQ(starts(), 1U) << link.strait().log();
}

// The target says that the link is paused, and the link has not heard of it yet.
TEST_F(LinkVerbsTest, ResumesALinkThatDoesNotKnowThatItIsPaused)
{
    link.start();
    wait_until("active");
    expect_done(tell("pause"));
    link.stop();
    std::filesystem::remove_all(link.strait().data_dir() / "links");

    link.start();
    ASSERT_TRUE(link.strait().wait_for_log("serving"));
    expect_done(tell("resume"));

    wait_until("active");
    link.stop();
    link.start();
    wait_until("active");
}

TEST_F(LinkVerbsTest, LetsTheLastVerbWin)
{
    link.start();
    wait_until("active");
    expect_done(tell("pause", {"--reason", "first"}));
    const auto again = tell("pause");
    EXPECT_TRUE(again.output.contains("it is paused already")) << again.output;
    EXPECT_EQ(wait_until("paused").reason, "first");

    link.stop();
    link.strait().start_with_failpoint("claim.read:delay:2");
    wait_until("paused");
    const auto path = "/v1/links/" + link.name();
    const auto tell_at_once = [&](const std::string& verb) {
        return run_command({"curl",
                            "-s",
                            "-X",
                            "POST",
                            "--unix-socket",
                            link.strait().data_dir() / "admin.sock",
                            "http://strait" + path + verb})
            .output;
    };
    EXPECT_TRUE(tell_at_once(":resume").contains("\"running\""));
    EXPECT_TRUE(tell_at_once(":resume").contains("is under way"));
    EXPECT_TRUE(tell_at_once(":pause").contains("\"running\""));
    ASSERT_TRUE(wait_for([&] { return !operations().contains("\"running\""); }, 40s));
    EXPECT_TRUE(operations().contains("another ")) << operations();
    wait_until("paused");
}

TEST_F(LinkVerbsTest, NamesWhatItDoesNotKnow)
{
    link.start();
    link.wait_for_state({orders, Partition{0}}, "active");
    EXPECT_EQ(link.strait().run({"link", "pause", "nobody"}).exit_code, 3);
    EXPECT_EQ(link.strait().run({"link", "pause", "nobody", "--dry-run"}).exit_code, 3);
    EXPECT_TRUE(link.strait().run({"link", "operations"}).output.contains("no operations"));
}

}  // namespace
}  // namespace strait::testing
