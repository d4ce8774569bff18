#include "tests/support/child_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

struct DemoTest : ::testing::Test {
    const TopicName orders{"strait-demo.orders"};
    const TopicName payments{"strait-demo.payments"};
    KafkaAdmin at_source{SharedClusters::source().admin_properties()};
    KafkaAdmin at_target{SharedClusters::target().admin_properties()};

    static std::vector<std::string> words(std::vector<std::string> more)
    {
        std::vector<std::string> all{strait_binary(),
                                     "demo",
                                     "--source",
                                     SharedClusters::source().bootstrap(),
                                     "--target",
                                     SharedClusters::target().bootstrap()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    [[nodiscard]] int topics_left()
    {
        int count = 0;
        for (auto* const side : {&at_source, &at_target}) {
            for (const auto& topic : {orders, payments}) {
                if (side->find_topic_id(topic)) ++count;
            }
        }
        return count;
    }
};

TEST_F(DemoTest, ShowsALinkAtWorkAndChecksEveryRecord)
{
    const auto [code, output] = run_command(words({"--for", "3s"}));

    EXPECT_EQ(code, 0) << output;
    EXPECT_TRUE(output.contains("VERDICT: exactly once, every offset exact")) << output;
    EXPECT_TRUE(output.contains("0 missing, 0 too many or out of order, 0 altered")) << output;
    EXPECT_TRUE(output.contains("link translate demo-")) << output;
    EXPECT_EQ(topics_left(), 0) << output;
}

TEST_F(DemoTest, EndsWithAVerdictWhenItIsInterrupted)
{
    const TempFolder folder{"demo"};
    ChildProcess demo{words({"--for", "10m"}), folder.path() / "output"};
    ASSERT_TRUE(demo.wait_for_output("written", 60s)) << demo.output();

    demo.signal(SIGINT);

    EXPECT_EQ(demo.wait(60s), 0) << demo.output();
    EXPECT_TRUE(demo.output().contains("VERDICT: exactly once")) << demo.output();
    EXPECT_EQ(topics_left(), 0);
}

TEST_F(DemoTest, KeepsItsTopicsIfAskedToAndRefusesThemTheNextTime)
{
    const auto kept = run_command(words({"--for", "1s", "--keep"}));
    EXPECT_EQ(kept.exit_code, 0) << kept.output;
    EXPECT_EQ(topics_left(), 4);

    const auto refused = run_command(words({"--for", "1s"}));
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_TRUE(refused.output.contains("strait-demo.orders is there already, at the source"))
        << refused.output;
    EXPECT_EQ(topics_left(), 4) << "nothing was touched";

    for (const auto& topic : {orders, payments}) {
        at_source.delete_topic(topic);
    }
    const auto still = run_command(words({"--for", "1s"}));
    EXPECT_EQ(still.exit_code, 1) << still.output;
    EXPECT_TRUE(still.output.contains("is there already, at the target")) << still.output;
    EXPECT_EQ(topics_left(), 2) << "nothing was touched, and nothing was made";
    for (const auto& topic : {orders, payments}) at_target.delete_topic(topic);
}

TEST_F(DemoTest, SaysWithinSecondsThatNobodyListens)
{
    const auto nobody = "127.0.0.1:" + std::to_string(reserve_port());

    const auto [code, output] =
        run_command({strait_binary(), "demo", "--source", nobody, "--target", nobody}, 15s);

    EXPECT_EQ(code, 1);
    EXPECT_TRUE(output.contains("connecting: source " + nobody)) << output;
    EXPECT_TRUE(output.contains("remedy: ")) << output;
}

TEST_F(DemoTest, RefusesOneClusterForBothSides)
{
    const auto address = SharedClusters::source().bootstrap();

    const auto [code, output] =
        run_command({strait_binary(), "demo", "--source", address, "--target", address}, 15s);

    EXPECT_EQ(code, 1);
    EXPECT_TRUE(output.contains("both addresses lead to the cluster")) << output;
    EXPECT_TRUE(output.contains("two different clusters")) << output;
}

TEST_F(DemoTest, RefusesWhatIsNoAddressOrNoTime)
{
    EXPECT_EQ(
        run_command({strait_binary(), "demo", "--source", "here", "--target", "a:1"}).exit_code, 2);
    EXPECT_EQ(run_command(words({"--for", "3"})).exit_code, 2);
    EXPECT_EQ(run_command(words({"--for", "10ms"})).exit_code, 2);
}

}  // namespace
}  // namespace strait::testing
