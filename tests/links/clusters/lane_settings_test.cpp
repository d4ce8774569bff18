#include "links/clusters/lane_settings.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// links.md 4.1, line by line: what a setting is there for stands beside it.
namespace strait::links {
namespace {

kafka::ClusterConfig oslo()
{
    kafka::ClusterConfig cluster;
    cluster.bootstrap = {"kafka-1.oslo.example:9093"};
    return cluster;
}

LinkConfig orders_link()
{
    LinkConfig link;
    link.name = LinkName{"orders"};
    return link;
}

std::uint64_t number(const kafka::ClientSettings& settings, const std::string& name)
{
    const auto& text = settings.at(name);
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    EXPECT_EQ(std::from_chars(text.data(), end, value).ptr, end) << name << ": " << text;
    return value;
}

struct Expected {
    const char* name;
    const char* value;
    const char* why;
};

void expect(const kafka::ClientSettings& settings, const std::vector<Expected>& all)
{
    for (const auto& [name, value, why] : all) {
        const auto found = settings.find(name);
        ASSERT_NE(found, settings.end()) << name << ": " << why;
        EXPECT_EQ(found->second, value) << name << ": " << why;
    }
}

const std::vector<Expected> of_every_client{
    {"allow.auto.create.topics", "false", "a deleted target would return with broker defaults"},
    {"socket.keepalive.enable", "true", "half-open connections"},
    {"topic.metadata.refresh.interval.ms", "30000", "leader and id changes"},
    {"socket.timeout.ms", "10000", "well below the transaction's timeout"},
};

const std::vector<Expected> of_every_reader{
    {"isolation.level", "read_committed", "aborted data is not copied"},
    {"check.crcs", "true", "damaged data is not copied"},
    {"auto.offset.reset", "error", "any other value seeks silently, even on truncation"},
    {"enable.auto.commit", "false", "the position lives on the target"},
    {"enable.auto.offset.store", "false", "the position lives on the target"},
    {"enable.partition.eof", "true", "the position passes trailing markers"},
    {"fetch.queue.backoff.ms", "10", "a small queue that is full would pause for a second"},
};

const std::vector<Expected> of_every_writer{
    {"enable.idempotence", "true", "a retry is no duplicate"},
    {"message.timeout.ms", "45000", "below the transaction's timeout"},
};

TEST(LaneSettings, ReadTheSourceWithoutASilentJump)
{
    const auto settings = source_settings(oslo(), orders_link());

    expect(settings, of_every_client);
    expect(settings, of_every_reader);
    expect(settings, {{"group.id", "strait.orders", "librdkafka wants one before it assigns"}});
    EXPECT_FALSE(settings.contains("transactional.id"));
}

TEST(LaneSettings, ShareTheMemoryAmongShards)
{
    constexpr std::uint64_t kib = 1024;
    for (const std::uint32_t shards : {1U, 4U, 16U}) {
        auto link = orders_link();
        link.limits.memory = 256_MiB;
        link.limits.record = 1_MiB;
        link.shards = shards;
        const auto share = 256 * kib * kib / shards;
        const auto source = source_settings(oslo(), link);
        const auto sink = sink_settings(oslo(), link, ShardNumber{0});

        const auto queued = number(source, "queued.max.messages.kbytes") * kib;
        const auto fetched = number(source, "fetch.max.bytes");
        const auto written = number(sink, "queue.buffering.max.kbytes") * kib;
        EXPECT_LE(2 * (queued + 2 * fetched + written), share) << "as much again for the library";
        EXPECT_GE(2 * (queued + 2 * fetched + written), share / 4) << "and no less than it could";
    }
}

TEST(LaneSettings, FetchNoMoreOfAPartitionThanItsMemory)
{
    auto link = orders_link();
    link.shards = 1;
    link.limits.memory = 256_MiB;
    const auto of_partition = [&] {
        return number(source_settings(oslo(), link), "fetch.message.max.bytes");
    };

    link.limits.partition_memory = 1_MiB;
    EXPECT_EQ(of_partition(), 1024U * 1024);
    link.limits.partition_memory = 1_GiB;
    EXPECT_EQ(of_partition(), number(source_settings(oslo(), link), "fetch.max.bytes"));
}

TEST(LaneSettings, HaveRoomForTheLargestRecord)
{
    auto link = orders_link();
    link.limits.memory = 1_MiB;
    link.limits.record = 64_MiB;

    const auto settings = sink_settings(oslo(), link, ShardNumber{0});

    EXPECT_GT(number(settings, "queue.buffering.max.kbytes"), 64U * 1024);
}

TEST(LaneSettings, ReceiveBatchesThatInflate)
{
    auto link = orders_link();
    const auto received = [&] {
        return number(source_settings(oslo(), link), "receive.message.max.bytes");
    };

    EXPECT_EQ(received(), 100'000'000U) << "beyond it a legal zstd batch sticks the consumer";
    link.limits.record = 64_MiB;
    EXPECT_EQ(received(), 4U * 64 * 1024 * 1024);
    link.limits.record = Bytes{900'000'000};
    EXPECT_EQ(received(), 1'000'000'000U) << "librdkafka takes no more than 2^31 - 1";
}

TEST(LaneSettings, WriteInTransactionsThatFenceThePredecessor)
{
    const auto settings = sink_settings(oslo(), orders_link(), ShardNumber{3});

    expect(settings, of_every_client);
    expect(settings, of_every_writer);
    expect(settings,
           {
               {"transactional.id", "strait.orders.3", "fences the predecessor"},
               {"transaction.timeout.ms", "60000", "the broker ends what we left"},
               {"queue.buffering.max.messages", "0", "the bytes decide, not the count"},
               {"compression.codec", "lz4", "the codec of the link"},
               {"compression.level", "-1", "the codec's own default"},
           });
    EXPECT_LT(number(settings, "message.timeout.ms"), number(settings, "transaction.timeout.ms"));
    EXPECT_LT(number(settings, "socket.timeout.ms"), number(settings, "message.timeout.ms"));
    EXPECT_LT(number(settings, "linger.ms"), number(settings, "message.timeout.ms"));
    EXPECT_EQ(number(settings, "message.max.bytes"), (16U * 1024 + 64) * 1024)
        << "never tighter than the broker";
}

TEST(LaneSettings, AskNoTargetForTransactionsThatMayHaveNone)
{
    auto link = orders_link();
    link.delivery = Delivery::at_least_once;
    for (const auto& settings : {sink_settings(oslo(), link, ShardNumber{3}),
                                 claim_settings(oslo(), link),
                                 acl_settings(oslo(), link),
                                 log_writer_settings(oslo(), link)}) {
        expect(settings, of_every_client);
        EXPECT_EQ(settings.at("enable.idempotence"), "true");
        EXPECT_FALSE(settings.contains("transactional.id"));
        EXPECT_FALSE(settings.contains("transaction.timeout.ms"));
    }
}

TEST(LaneSettings, FollowTheLink)
{
    auto link = orders_link();
    link.timeouts.transaction = std::chrono::minutes{5};
    link.timeouts.delivery = std::chrono::minutes{2};
    link.compression = {Codec::zstd, 3};
    link.limits.record = 1_MiB;
    const auto settings = sink_settings(oslo(), link, ShardNumber{0});

    expect(settings,
           {
               {"transaction.timeout.ms", "300000", "timeouts.transaction"},
               {"message.timeout.ms", "120000", "timeouts.delivery"},
               {"compression.codec", "zstd", "compression.codec"},
               {"compression.level", "3", "compression.level"},
               {"message.max.bytes", "1114112", "limits.record and its framing"},
           });
}

TEST(LaneSettings, LetOptionsHaveTheLastWord)
{
    auto link = orders_link();
    link.options.source = {{"fetch.wait.max.ms", "20"}};
    link.options.target = {{"linger.ms", "7"}};

    EXPECT_EQ(source_settings(oslo(), link).at("fetch.wait.max.ms"), "20");
    EXPECT_EQ(sink_settings(oslo(), link, ShardNumber{0}).at("linger.ms"), "7");
    EXPECT_FALSE(sink_settings(oslo(), link, ShardNumber{0}).contains("fetch.wait.max.ms"));
    EXPECT_EQ(log_writer_settings(oslo(), link).at("linger.ms"), "0") << "one record at a time";
}

TEST(LaneSettings, ReadAndWriteTheLinksTopicAsCarefully)
{
    const auto reader = log_reader_settings(oslo());
    const auto writer = log_writer_settings(oslo(), orders_link());

    expect(reader, of_every_client);
    expect(reader, of_every_reader);
    expect(reader,
           {{"queued.max.messages.kbytes", "4096", "read once, and in order"},
            {"fetch.wait.max.ms", "20", "a start waits for its end three times"}});
    expect(writer, of_every_client);
    expect(writer, of_every_writer);
    EXPECT_FALSE(writer.contains("transactional.id")) << "it would fence a shard";
}

TEST(LaneSettings, KeepsTheNameThatFencesForEver)
{
    EXPECT_EQ(transactional_id(LinkName{"oslo-to-bergen"}, ShardNumber{0}),
              "strait.oslo-to-bergen.0");
}

}  // namespace
}  // namespace strait::links
