#include "tests/links/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::links::simulation {
namespace {

// Each of them failed once, in some weather, for a defect of the engine.
constexpr std::array<std::uint64_t, 11> remembered{1, 3, 5, 21, 47, 52, 69, 80, 1010, 2884, 4503};

// Other seeds by hand: links_test --gtest_filter='ShardSimulation*' --gtest_random_seed=1000.
std::vector<std::uint64_t> seeds_to_run(std::uint64_t count)
{
    std::vector<std::uint64_t> seeds{remembered.begin(), remembered.end()};
    const auto first = static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed)) + 1;
    for (auto seed = first; seed < first + count; ++seed) {
        if (std::ranges::find(remembered, seed) == remembered.end()) seeds.push_back(seed);
    }
    return seeds;
}

void run_seeds(const Weather& weather, std::uint64_t count = 60)
{
    const auto seeds = seeds_to_run(count);
    Simulation simulation;
    Outcome total;
    for (const auto seed : seeds) {
        const auto found = simulation.run(seed, weather);
        total.committed += found.committed;
        total.crashes += found.crashes;
        total.rebuilt += found.rebuilt;
        total.regenerated += found.regenerated;
        total.forgotten += found.forgotten;
        std::string text;
        for (const auto& violation : found.violations) text += "\n  " + violation;
        ASSERT_TRUE(text.empty() && !::testing::Test::HasFailure()) << "seed " << seed << text;
    }
    EXPECT_GT(total.committed, seeds.size());
    EXPECT_TRUE(weather.crash == 0 || total.crashes > 0);
    EXPECT_TRUE(weather.death == 0 || total.regenerated > 0);
    // Only what this view does not know of makes it useless: of another process, or without answer.
    EXPECT_TRUE(weather.zombie > 0 || weather.cancel > 0 || total.rebuilt == 0);
    EXPECT_EQ(weather.target_retention > 0, total.forgotten > 0);
}

TEST(ShardSimulation, CopiesExactlyOnceInGoodWeather) { run_seeds({.crash = 0, .fault = 0}); }

TEST(ShardSimulation, CopiesExactlyOnceThroughFaults) { run_seeds({.crash = 0}); }

TEST(ShardSimulation, CopiesExactlyOnceThroughCrashes) { run_seeds({}); }

TEST(ShardSimulation, CopiesAgainWhatTheTargetAcknowledgedAndLost)
{
    run_seeds({.crash = 0, .fault = 0, .death = 20});
}

TEST(ShardSimulation, CopiesAgainWhatTheTargetLostAmongFaults)
{
    run_seeds({.death = 20, .zombie = 50});
}

// Who heard the acknowledgement has to live, and to remember it.
TEST(ShardSimulation, CopiesAgainOnlyWhatTheTargetLostOfATransaction)
{
    run_seeds({.crash = 0, .fault = 0, .cancel = 0, .death = 20, .spared = 500});
}

TEST(ShardSimulation, LetsNoZombieWrite) { run_seeds({.zombie = 100}); }

TEST(ShardSimulation, NotesWhatRetentionTook) { run_seeds({.retention = 10}); }

TEST(ShardSimulation, NotesWhatATruncationTook) { run_seeds({.truncation = 4, .election = 10}); }

TEST(ShardSimulation, TakesNoElectionForATruncation) { run_seeds({.election = 30}); }

TEST(ShardSimulation, NeverMixesIncarnationsOfATopic) { run_seeds({.recreation = 6}); }

TEST(ShardSimulation, OutlivesPartitionsThatLeaveWithTheirTopic)
{
    run_seeds({.recreation = 6, .shrinking = 500});
}

TEST(ShardSimulation, ForgetsWhatTheTargetNoLongerHas)
{
    run_seeds({.steps = 8000, .crash = 1, .fault = 5, .append = 10, .target_retention = 10}, 8);
}

TEST(ShardSimulation, SkipsRecordsThatTheTargetRefuses) { run_seeds({.refusal = 50}); }

TEST(ShardSimulation, SkipsNoRecordThatItCopiesAfterAll)
{
    run_seeds({.recheck = 300, .refusal = 50});
}

constexpr auto at_least_once = Delivery::at_least_once;

TEST(AtLeastOnceSimulation, CopiesExactlyOnceInGoodWeather)
{
    run_seeds({.crash = 0, .fault = 0, .delivery = at_least_once});
}

// What the target has is found, and not sent again.
TEST(AtLeastOnceSimulation, CopiesExactlyOnceThroughCrashes)
{
    run_seeds({.fault = 0, .delivery = at_least_once});
}

TEST(AtLeastOnceSimulation, LosesNothingThroughFaults) { run_seeds({.delivery = at_least_once}); }

TEST(AtLeastOnceSimulation, NotesWhatRetentionTook)
{
    run_seeds({.retention = 10, .delivery = at_least_once});
}

TEST(AtLeastOnceSimulation, NotesWhatATruncationTook)
{
    run_seeds({.fault = 0, .truncation = 4, .election = 10, .delivery = at_least_once});
}

TEST(AtLeastOnceSimulation, TakesNoElectionForATruncation)
{
    run_seeds({.election = 30, .delivery = at_least_once});
}

TEST(AtLeastOnceSimulation, NeverMixesIncarnationsOfATopic)
{
    run_seeds({.recreation = 6, .delivery = at_least_once});
}

TEST(AtLeastOnceSimulation, SkipsRecordsThatTheTargetRefuses)
{
    run_seeds({.recheck = 300, .refusal = 50, .delivery = at_least_once});
}

}  // namespace
}  // namespace strait::links::simulation
