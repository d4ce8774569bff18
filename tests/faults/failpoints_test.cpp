#include "core/failpoint.hpp"
#include "tests/faults/link_under_load.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <cstddef>
#include <cstdint>
#include <string>

// A program that dies, or fails, at each step of the commit protocol and of a link's start.
namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr int nth_commit = 7;  // in the middle of the work; a start comes by once

bool is_commit(std::string_view failpoint) { return failpoint.starts_with("commit."); }

// What nobody asks for here: LinkVerbsTest, CutDeathTest, FenceDeathTest, ReverseDeathTest,
// LinkRegistryTest.
bool is_asked_for(std::string_view failpoint)
{
    return failpoint.starts_with("operation.") || failpoint.starts_with("cut.") ||
           failpoint.starts_with("fence.") || failpoint.starts_with("reverse.") ||
           failpoint == "link.stored";
}

TEST(Failpoints, MayKillTheProgramAtEachStep)
{
    LinkUnderLoad run{SharedClusters::source(), SharedClusters::target(), {.seed = fault_seed()}};
    KafkaGroup group{SharedClusters::source().admin_properties(), GroupName{run.topic().value()}};
    std::int64_t position = 0;
    for (const auto failpoint : failpoints) {
        if (is_asked_for(failpoint)) continue;
        SCOPED_TRACE(failpoint);
        group.commit({{{run.topic(), Partition{0}}, {Offset{++position}, ""}}});
        run.strait().start_with_failpoint(
            fmt::format("{}:kill:{}", failpoint, is_commit(failpoint) ? nth_commit : 1));
        ASSERT_TRUE(run.strait().wait_for_end()) << run.story();
    }
    run.strait().start();
    const auto verdict = run.verdict();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
}

TEST(Failpoints, MayFailEachStepOfACommit)
{
    LinkUnderLoad run{SharedClusters::source(), SharedClusters::target(), {.seed = fault_seed()}};
    for (const auto failpoint : failpoints) {
        if (!is_commit(failpoint)) continue;
        SCOPED_TRACE(failpoint);
        run.strait().start_with_failpoint(fmt::format("{}:error:{}", failpoint, nth_commit));
        ASSERT_TRUE(run.strait().wait_for_log(fmt::format("failpoint {}", failpoint), 60s))
            << run.story();
        ASSERT_TRUE(run.sees_more(300)) << run.story();
        ASSERT_EQ(run.strait().terminate(), 0) << run.story();
    }
    run.strait().start();
    const auto verdict = run.verdict();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
}

}  // namespace
}  // namespace strait::testing
