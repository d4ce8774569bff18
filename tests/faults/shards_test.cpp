#include "tests/faults/link_under_load.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// A partition that changes its shard changes its transactional id: nothing fences it but we.
TEST(ChangedShards, LoseNothingAndCopyNothingTwice)
{
    LinkUnderLoad run{SharedClusters::source(),
                      SharedClusters::target(),
                      {.seed = fault_seed(),
                       .partitions = 8,
                       .shards = 4,
                       .link_keys = "    commit: {bytes: 8MiB}\n"}};
    run.strait().start();
    ASSERT_TRUE(run.sees_more(400)) << run.story();

    run.strait().kill();
    run.set_shards(7);
    run.strait().start();
    const auto active =
        run.door().wait_for([](const auto& it) { return it.state == "active"; }, 30s);
    ASSERT_TRUE(active.found) << run.story();
    ASSERT_TRUE(run.sees_more(400)) << run.story();

    EXPECT_EQ(run.strait().terminate(), EXIT_SUCCESS);
    run.set_shards(2);
    run.strait().start();
    ASSERT_TRUE(run.sees_more(400)) << run.story();
    ASSERT_TRUE(run.survives_kills(5)) << run.story();

    const auto verdict = run.verdict();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
}

}  // namespace
}  // namespace strait::testing
