#include "tests/support/child_process.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/strait_process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace strait::testing {
namespace {

// The example is what it says, from nothing to the end of a subscription.
TEST(TwoOrganisations, ShareAStream)
{
    const auto result = run_command({"env",
                                     "SOURCE=" + SharedClusters::source().bootstrap(),
                                     "TARGET=" + SharedClusters::target().bootstrap(),
                                     "STRAIT=" + strait_binary(),
                                     source_dir() / "examples/two-organisations/run"},
                                    std::chrono::minutes{10});
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_TRUE(result.output.contains("100 records, each once")) << result.output;
}

}  // namespace
}  // namespace strait::testing
