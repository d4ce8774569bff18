#include "tests/support/kafka_cluster.hpp"

#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

namespace strait::testing {
namespace {

TEST(KafkaClusterTest, StartsOnceForAllTests)
{
    auto& source = SharedClusters::source();

    EXPECT_TRUE(source.running());
    EXPECT_EQ(&SharedClusters::source(), &source);
    EXPECT_NE(SharedClusters::target().bootstrap(), source.bootstrap());
}

TEST(KafkaClusterTest, ComesBackAfterAKill)
{
    KafkaCluster cluster;

    cluster.kill();
    EXPECT_FALSE(cluster.running());
    cluster.restart();

    EXPECT_TRUE(cluster.running());
}

}  // namespace
}  // namespace strait::testing
