#include "links/link.hpp"

#include "kafka/request_limiter.hpp"
#include "tests/links/control_thread.hpp"
#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <vector>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

constexpr TopicId orders{{1}};

// A link between two clusters of which neither is there, and whose view holds ten records of one
// partition.
struct LinkTest : ::testing::Test {
    ControlThread thread;
    kafka::RequestLimiter limiter{thread.node.control, {}, thread.clock};
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

    [[nodiscard]] LinkSetup setup(std::chrono::milliseconds source_timeout,
                                  std::chrono::milliseconds target_timeout)
    {
        return {config,
                nobody(config.source, source_timeout),
                nobody(config.target, target_timeout),
                limiter,
                limiter,
                disk.link};
    }
};

TEST_F(LinkTest, WaitsForQuestionsBeforeItGivesUpItsConnections)
{
    Link link{setup(100ms, 600ms), thread.node};
    std::optional<Error> ended;
    std::optional<Result<std::vector<TranslatedPosition>>> answer;
    thread.spawn(link.run(), ended);
    thread.spawn(
        link.translate(Direction::forward, {{TopicName{"orders"}, Partition{0}, Offset{10}}}),
        answer);

    const auto given_up = [&] { return !link.last_status().reason.empty(); };
    ASSERT_TRUE(thread.run_until([&] { return answer.has_value() || given_up(); }));

    EXPECT_FALSE(given_up()) << "while somebody asked: " << link.last_status().reason;
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->value().front().translation.offset, Offset{10});
    EXPECT_TRUE(thread.run_until(given_up));
    link.drain();
    EXPECT_TRUE(thread.run_until([&] { return ended.has_value(); }));
}

TEST_F(LinkTest, HasNothingToDrainBeforeItIsConnected)
{
    Link link{setup(60s, 60s), thread.node};
    std::optional<Error> ended;
    thread.spawn(link.run(), ended);
    const auto asked = thread.clock.now() + 100ms;
    ASSERT_TRUE(thread.run_until([&] { return thread.clock.now() > asked; }));
    ASSERT_FALSE(ended);

    link.drain();

    ASSERT_TRUE(thread.run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(ended->code(), Errc::cancelled);
}

}  // namespace
}  // namespace strait::links
