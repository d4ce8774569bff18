#include "links/link_engine.hpp"

#include "tests/links/control_thread.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace strait::links {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct LinkEngineTest : ::testing::Test {
    ControlThread thread;
    fs::path folder = fs::path{::testing::TempDir()} / "strait-link-engine-test";
    EngineConfig config;

    LinkEngineTest()
    {
        fs::remove_all(folder);
        fs::create_directories(folder);
        config.view_folder = folder / "links";
        config.operations_folder = folder / "operations";
        for (const auto* const name : {"oslo", "bergen", "tromso"}) {
            config.wanted.clusters.emplace(ClusterName{name}, nobody(ClusterName{name}, 300ms));
        }
    }
    ~LinkEngineTest() override { fs::remove_all(folder); }

    void add(const std::string& name, const std::string& source, const std::string& target)
    {
        LinkConfig link;
        link.name = LinkName{name};
        link.source = ClusterName{source};
        link.target = ClusterName{target};
        config.wanted.links.push_back(link);
    }
};

TEST_F(LinkEngineTest, LimitsTheRequestsOfAllLinksOfAClusterTogether)
{
    config.wanted.clusters.at(ClusterName{"oslo"}).admin.per_second = 1;
    add("one", "oslo", "bergen");
    add("two", "oslo", "tromso");
    LinkEngine engine{config, thread.node};
    ASSERT_TRUE(engine.open());
    std::optional<Result<void>> ended;
    thread.spawn(engine.run(), ended);

    const auto refused = [&](const std::string& name) {
        std::optional<Result<LinkStatus>> status;
        thread.spawn(engine.status(LinkName{name}), status);
        return thread.run_until([&] { return status.has_value(); }) &&
               status->value().reason.contains("admin.per_second");
    };
    EXPECT_TRUE(thread.run_until([&] { return refused("one") || refused("two"); }));

    engine.drain();
    EXPECT_TRUE(thread.run_until([&] { return ended.has_value(); }));
}

}  // namespace
}  // namespace strait::links
