#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace strait::testing {
namespace {

class Pool final : public ::testing::Environment {
  public:
    // GoogleTest owns it, and calls TearDown() after the last test.
    static Pool& instance()
    {
        static auto* const pool = static_cast<Pool*>(
            ::testing::AddGlobalTestEnvironment(std::make_unique<Pool>().release()));
        return *pool;
    }

    void TearDown() override
    {
        source.reset();
        target.reset();
    }

    static KafkaCluster& started(std::optional<KafkaCluster>& cluster)
    {
        if (!cluster) cluster.emplace();
        if (!cluster->running()) throw std::runtime_error{"a test ended a shared broker"};
        return *cluster;
    }

    std::optional<KafkaCluster> source;
    std::optional<KafkaCluster> target;
};

// Environments must be known before the first test.
[[maybe_unused]] const Pool& registered = Pool::instance();

}  // namespace

KafkaCluster& SharedClusters::source() { return Pool::started(Pool::instance().source); }

KafkaCluster& SharedClusters::target() { return Pool::started(Pool::instance().target); }

TopicName unique_topic(std::string_view stem)
{
    static int number = 0;
    return TopicName{std::string{stem} + "-" + std::to_string(++number)};
}

}  // namespace strait::testing
