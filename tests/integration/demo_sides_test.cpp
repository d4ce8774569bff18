#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "exchange/demo/orders.hpp"
#include "exchange/demo/sides.hpp"
#include "exchange/node_threads.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace strait::exchange {
namespace {

using namespace std::chrono_literals;
using strait::testing::KafkaAdmin;
using strait::testing::SharedClusters;

struct DemoSideTest : ::testing::Test {
    SystemClock clock;
    Logging logging{{.level = LogLevel::error}};
    Metrics metrics;
    NodeThreads threads{1, 2};
    links::NodePorts node = threads.ports(clock, logging, metrics, InstallId{"i"});
    KafkaAdmin admin{SharedClusters::source().admin_properties()};

    [[nodiscard]] DemoSide open() const
    {
        kafka::ClusterConfig cluster;
        cluster.name = ClusterName{"source"};
        cluster.bootstrap = {SharedClusters::source().bootstrap()};
        cluster.admin_timeout = 20s;
        return DemoSide::open(node, "source", cluster).value();
    }

    Result<void> run(boost::asio::awaitable<Result<void>> task)
    {
        auto done = strait::testing::run(threads.control(), std::move(task));
        return done ? *std::move(done) : fail(Errc::fatal, "stuck");
    }

    [[nodiscard]] std::size_t topics_left()
    {
        std::size_t count = 0;
        for (const auto& topic : demo_topics()) {
            if (admin.find_topic_id(topic.name)) ++count;
        }
        return count;
    }
};

TEST_F(DemoSideTest, DeletesOnlyWhatItMadeItself)
{
    auto first = open();
    auto second = open();
    ASSERT_TRUE(run(first.create_topics()));

    const auto refused = run(second.create_topics());

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_FALSE(second.has_own_topics());
    EXPECT_TRUE(run(second.delete_topics()));
    EXPECT_EQ(topics_left(), demo_topics().size()) << "they are the first's";
    EXPECT_TRUE(run(first.delete_topics()));
    EXPECT_EQ(topics_left(), 0U);
}

TEST_F(DemoSideTest, LeavesATopicThatIsAnotherOneByNow)
{
    auto side = open();
    ASSERT_TRUE(run(side.create_topics()));
    const auto& orders = demo_topics().front().name;
    admin.delete_topic(orders);
    admin.create_topic(orders);

    EXPECT_TRUE(run(side.delete_topics()));

    EXPECT_EQ(topics_left(), 1U);
    admin.delete_topic(orders);
}

}  // namespace
}  // namespace strait::exchange
