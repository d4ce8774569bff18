#include "links/link.hpp"

#include "tests/links/store/memory_view.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace strait::links {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr TopicId orders{{1}};

// A link of a node, between two clusters of which neither is there.
struct LinkTest : ::testing::Test {
    asio::io_context io{1};
    asio::thread_pool pool{1};
    SystemClock clock;
    Logging logging{{}, std::make_shared<spdlog::sinks::null_sink_mt>()};
    Metrics metrics;
    NodePorts node{io.get_executor(),
                   pool.get_executor(),
                   {io.get_executor()},
                   clock,
                   logging,
                   metrics,
                   InstallId{"install"},
                   "node"};
    MemoryView disk;
    LinkConfig config;

    LinkTest()
    {
        config.name = LinkName{"oslo-to-bergen"};
        config.source = ClusterName{"oslo"};
        config.target = ClusterName{"bergen"};
        TopicOwner owner;
        owner.link = config.name;
        owner.source = owner.target = TopicName{"orders"};
        owner.source_id = orders;
        owner.partitions = 1;
        Checkpoint position;
        position.link = config.name;
        position.source_id = orders;
        position.seq = PartitionSeq{1};
        position.block = block_at(Offset{0}, Offset{0});
        position.block.runs = {{Offset{0}, Offset{0}, 10}};
        position.block.next_source = position.block.next_target = Offset{10};
        const std::array<LinkRecord, 2> known{owner, position};
        static_cast<void>(disk.link.apply(ShardNumber{0}, known, Offset{2}).value());
    }

    [[nodiscard]] static kafka::ClusterConfig nobody(const ClusterName& name,
                                                     std::chrono::milliseconds timeout)
    {
        kafka::ClusterConfig cluster;
        cluster.name = name;
        cluster.bootstrap = {"127.0.0.1:1"};
        cluster.admin_timeout = timeout;
        return cluster;
    }

    template <class T>
    void spawn(asio::awaitable<T> task, std::optional<T>& result)
    {
        const auto ended = [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        };
        asio::co_spawn(io, testing::store(std::move(task), result), ended);
    }

    // False if it does not come to that.
    bool run_until(auto condition)
    {
        const auto deadline = clock.now() + 30s;
        while (!condition() && clock.now() < deadline) io.run_one_for(100ms);
        return condition();
    }
};

TEST_F(LinkTest, WaitsForQuestionsBeforeItGivesUpItsConnections)
{
    Link link{{config, nobody(config.source, 100ms), nobody(config.target, 600ms), disk.link},
              node};
    std::optional<Error> ended;
    std::optional<Result<std::vector<TranslatedPosition>>> answer;
    spawn(link.run(), ended);
    spawn(link.translate(Direction::forward, {{TopicName{"orders"}, Partition{0}, Offset{10}}}),
          answer);

    const auto given_up = [&] { return !link.last_status().reason.empty(); };
    ASSERT_TRUE(run_until([&] { return answer.has_value() || given_up(); }));

    EXPECT_FALSE(given_up()) << "while somebody asked: " << link.last_status().reason;
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->value().front().translation.offset, Offset{10});
    EXPECT_TRUE(run_until(given_up));
    link.drain();
    EXPECT_TRUE(run_until([&] { return ended.has_value(); }));
}

}  // namespace
}  // namespace strait::links
