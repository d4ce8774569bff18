#include "tests/faults/link_under_load.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 2;
constexpr auto patience = 120s;  // a broker that is back first settles its transactions

void expect_perfect(LinkUnderLoad& run)
{
    const auto verdict = run.verdict();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
}

TEST(KilledBroker, OfTheTargetCostsTimeOnly)
{
    KafkaCluster target;
    LinkUnderLoad run{SharedClusters::source(), target, {.seed = fault_seed()}};
    run.strait().start();

    for (int i = 0; i < rounds; ++i) {
        ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
        target.kill();
        target.restart();
    }

    ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
    expect_perfect(run);
}

TEST(KilledBroker, OfTheSourceCostsTimeOnly)
{
    KafkaCluster source;
    LinkUnderLoad run{source, SharedClusters::target(), {.seed = fault_seed()}};
    run.strait().start();

    for (int i = 0; i < rounds; ++i) {
        ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
        source.kill();
        source.restart();
    }

    ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
    expect_perfect(run);
}

TEST(KilledBroker, AmongThreeAndTheProgramTooCostTimeOnly)
{
    KafkaClusterOptions three;
    three.brokers = 3;
    KafkaCluster target{three};
    LinkUnderLoad run{SharedClusters::source(), target, {.seed = fault_seed()}};
    run.strait().start();

    for (int node = 1; node <= 3; ++node) {
        ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
        target.kill(node);
        ASSERT_TRUE(run.survives_kills(1)) << run.story();
        target.restart(node);
    }

    ASSERT_TRUE(run.sees_more(300, patience)) << run.story();
    expect_perfect(run);
}

}  // namespace
}  // namespace strait::testing
