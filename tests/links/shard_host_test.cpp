#include "links/shard_host.hpp"

#include "kafka/admin.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "tests/links/control_thread.hpp"
#include "tests/links/store/memory_view.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

// A host whose shard's thread is the test, when it says so.
struct ShardHostTest : ::testing::Test {
    ControlThread thread;
    boost::asio::io_context shard{1};
    std::shared_ptr<spdlog::logger> log =
        std::make_shared<spdlog::logger>(thread.logging.make_logger("shard"));
    std::unique_ptr<kafka::Admin> admin =
        kafka::Admin::open(
            thread.node.control, thread.node.pool, nobody(ClusterName{"oslo"}, 100ms), log)
            .value();
    LinkConfig link;
    LinkAdmins admins{thread.node.control, *admin, *admin};
    ClusterSurvey survey{
        admins, link, {thread.node.control, thread.node.pool, {}, thread.clock, log}};
    MemoryView disk;
    Throttle throttle{std::nullopt, std::nullopt};
    LinkInstruments instruments{thread.metrics, link.name};
    ShardSurroundings around{link,
                             thread.node.pool,
                             admins,
                             survey,
                             disk.link,
                             throttle,
                             instruments,
                             thread.clock,
                             TopicPartition{},
                             {},
                             {},
                             {}};
    std::unique_ptr<ShardHost> host = std::make_unique<ShardHost>(
        shard.get_executor(), ShardSettings{}, kafka::ClientSettings{}, around, log);

    // How much there was for it to do.
    std::size_t run_shard()
    {
        shard.restart();
        return shard.poll();
    }
};

// A link that is draining asks its hosts for it whenever that is, at their end too.
TEST_F(ShardHostTest, IsAskedNothingMoreOnceItEnds)
{
    std::optional<Result<void>> ended;
    const auto end = [](ShardHost& of) -> boost::asio::awaitable<Result<void>> {
        co_await of.end();
        co_return Result<void>{};
    };
    host->drain();
    thread.spawn(end(*host), ended);
    thread.io.poll();
    host->drain();
    ASSERT_TRUE(thread.run_until([&] {
        run_shard();
        return ended.has_value();
    }));

    host->drain();
    host.reset();
    EXPECT_EQ(run_shard(), 0);
}

}  // namespace
}  // namespace strait::links
