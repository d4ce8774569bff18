#include "links/link_status.hpp"

#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "kafka/request_limiter.hpp"
#include "links/link.hpp"
#include "tests/links/store/memory_view.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace strait::links {
namespace {

constexpr TopicId orders{{1}};

Checkpoint checkpoint()
{
    Checkpoint record;
    record.link = LinkName{"oslo-to-bergen"};
    record.source_id = orders;
    record.session = Session{1};
    record.txn_no = TxnNo{1};
    record.touched = 1;
    record.seq = PartitionSeq{1};
    record.block = block_at(Offset{0}, Offset{1});
    record.block.runs = {{Offset{0}, Offset{1}, 10}};
    record.block.next_source = Offset{10};
    record.block.next_target = Offset{11};
    return record;
}

PartitionStatus partition_at(MirrorState state, Offset next)
{
    PartitionStatus partition;
    partition.state = state;
    partition.next_source = next;
    partition.next_target = next;
    return partition;
}

TEST(PartitionStatus, IsWhereItsCheckpointIsUntilItHasStarted)
{
    auto partition = partition_at(MirrorState::starting, Offset{0});

    complete_position(partition, checkpoint());

    EXPECT_EQ(partition.next_source, Offset{10});
    EXPECT_EQ(partition.next_target, Offset{11});
}

TEST(PartitionStatus, KnowsNoPositionBeforeItsFirstStart)
{
    auto partition = partition_at(MirrorState::starting, Offset{0});

    complete_position(partition, std::nullopt);

    EXPECT_EQ(partition.next_source, std::nullopt);
    EXPECT_EQ(partition.next_target, std::nullopt);
}

TEST(PartitionStatus, KeepsWhatItsShardKnowsBetter)
{
    auto passed = partition_at(MirrorState::halted, Offset{15});
    auto halted_at_once = partition_at(MirrorState::halted, Offset{0});

    complete_position(passed, checkpoint());
    complete_position(halted_at_once, std::nullopt);

    EXPECT_EQ(passed.next_source, Offset{15});
    EXPECT_EQ(halted_at_once.next_source, Offset{0});
}

TEST(LinkStatus, ShowsTheStoredPositionsOfALinkThatDoesNotRun)
{
    MemoryView stored;
    const LinkName name{"oslo-to-bergen"};
    TopicOwner owner;
    owner.link = name;
    owner.source = TopicName{"orders"};
    owner.target = TopicName{"oslo.orders"};
    owner.source_id = orders;
    owner.partitions = 2;
    const std::vector<LinkRecord> records{owner, checkpoint()};
    ASSERT_TRUE(stored.link.apply(ShardNumber{0}, records, Offset{2}));
    boost::asio::io_context io{1};
    testing::FakeClock clock;
    const Logging logging{{.level = LogLevel::error}};
    Metrics metrics;
    const NodePorts node{
        io.get_executor(), io.get_executor(), {}, clock, logging, metrics, InstallId{"i"}, "n"};
    LinkConfig config;
    config.name = name;
    kafka::RequestLimiter limiter{io.get_executor(), {}, clock};
    Link link{LinkSetup{config, {}, {}, limiter, limiter, stored.link}, node};

    const auto status = testing::run(link.status());

    ASSERT_TRUE(status);
    ASSERT_EQ(status->topics.size(), 1U);
    ASSERT_EQ(status->topics[0].partitions.size(), 2U);
    EXPECT_EQ(status->topics[0].partitions[0].next_source, Offset{10});
    EXPECT_EQ(status->topics[0].partitions[0].next_target, Offset{11});
    EXPECT_EQ(status->topics[0].partitions[1].next_source, std::nullopt);
}

}  // namespace
}  // namespace strait::links
