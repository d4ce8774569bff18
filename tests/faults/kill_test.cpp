#include "tests/faults/link_under_load.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <string>

namespace strait::testing {
namespace {

constexpr std::size_t kills = 60;

void expect_no_harm(std::size_t count)
{
    LinkUnderLoad run{SharedClusters::source(), SharedClusters::target(), {.seed = fault_seed()}};
    run.strait().start();

    const bool survived = run.survives_kills(count);
    const auto verdict = run.verdict();

    EXPECT_TRUE(survived) << run.story();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
    EXPECT_GT(verdict.checked_records(), count * 100);
    EXPECT_EQ(run.strait().terminate(), EXIT_SUCCESS) << run.strait().log();
}

TEST(KilledProgram, GoesOnExactlyWhereItWas) { expect_no_harm(kills); }

// The same for as long as one likes; see tests/CMakeLists.txt. STRAIT_FAULT_KILLS is the number.
TEST(Soak, DISABLED_KilledHundredsOfTimesTheProgramGoesOn)
{
    const auto count = std::stoull(environment_or("STRAIT_FAULT_KILLS", "500"));
    RecordProperty("seed", std::to_string(fault_seed()));

    expect_no_harm(count);
}

}  // namespace
}  // namespace strait::testing
