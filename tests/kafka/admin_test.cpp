#include "kafka/admin.hpp"

#include "kafka/admin_requests.hpp"
#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace strait::kafka {
namespace {

constexpr std::int16_t list_offsets_api = 2;

// What is not there, all of one question, does not hide what is.
TEST(Admin, AsksForTheOffsetsOfSoManyPartitionsAtATime)
{
    constexpr std::int32_t partitions = 2 * offset_partitions_max;
    const auto missing = testing::at("payments", 0);
    testing::MockCluster cluster;
    cluster.create_topic("orders", partitions);
    boost::asio::io_context io{1};
    boost::asio::thread_pool pool{1};
    ClusterConfig config;
    config.bootstrap = {cluster.settings().at("bootstrap.servers")};
    const auto admin =
        Admin::open(io.get_executor(), pool.get_executor(), config, testing::silent());
    ASSERT_TRUE(admin) << admin.error().detail();
    std::map<TopicPartition, OffsetQuery> queries;
    for (std::int32_t i = 0; i < partitions; ++i) {
        queries.emplace(testing::at("orders", i), LatestOffset{});
    }
    queries.emplace(missing, LatestOffset{});

    const auto found =
        testing::run(io, (*admin)->list_offsets(queries, Isolation::read_uncommitted));

    ASSERT_TRUE(found && *found);
    auto offsets = **found;
    EXPECT_EQ(offsets.size(), queries.size());
    EXPECT_EQ(offsets.extract(missing).mapped().error().code(), Errc::not_found);
    for (const auto& [at, offset] : offsets) EXPECT_EQ(offset, Offset{0}) << to_string(at);
    EXPECT_EQ(cluster.count(list_offsets_api), 2U);
}

TEST(AdminRequests, LeaveOutTheTopicsThatCannotBeAskedFor)
{
    const std::vector<NewTopic> wanted{{TopicName{"orders"}, 3, std::nullopt, {}},
                                       {TopicName{"vast"}, 10'000'000, 1, {}},
                                       {TopicName{"payments"}, 1, 1, {{"retention.ms", "-1"}}}};

    const auto [request, topics, refused] = create_topics_request(wanted);

    EXPECT_EQ(topics, 2U);
    ASSERT_EQ(refused.size(), 1U);
    const auto& [topic, result] = *refused.begin();
    EXPECT_EQ(topic, TopicName{"vast"});
    EXPECT_EQ(result.error().code(), Errc::invalid_argument);
}

}  // namespace
}  // namespace strait::kafka
