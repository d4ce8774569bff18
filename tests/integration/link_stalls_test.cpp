#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::testing {
namespace {

struct LinkStallsTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName topic = unique_topic("stalls");
    TopicPartition first{topic, Partition{0}};
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys()};

    [[nodiscard]] std::string keys(std::string_view options = "") const
    {
        return "    topics: {include: [" + topic.value() +
               "], discovery_interval: 1s}\n"
               "    timeouts: {id_check: 1s, stall: 4s}\n" +
               std::string{options};
    }

    void send(KafkaWriter& writer, int count)
    {
        for (int i = 0; i < count; ++i) {
            NewRecord record;
            record.at = first;
            record.value = std::to_string(i);
            writer.send(record);
        }
        writer.flush();
    }

    void wait_for_reason(std::string_view begin)
    {
        link.wait_for([&](const auto& status) {
            const auto* const partition = find_partition(status, first);
            return partition != nullptr && partition->state == "active" &&
                   std::string_view{partition->reason}.starts_with(begin) &&
                   partition->reason.empty() == begin.empty();
        });
    }
};

TEST_F(LinkStallsTest, TellsOfATransactionThatStaysOpenAndGoesOnAfterIt)
{
    KafkaAdmin{source}.create_topic(topic);
    KafkaWriter plain{source};
    KafkaWriter open{source, topic.value()};
    send(plain, 10);
    link.start();
    link.wait_until_copied(topic);

    open.begin();
    send(open, 5);
    send(plain, 10);
    wait_for_reason("source_lso_stuck: ");
    EXPECT_EQ(read_all(target, topic).size(), 10U);

    ASSERT_EQ(open.commit(), Outcome::ok);
    link.wait_until_copied(topic);
    wait_for_reason("");
    EXPECT_EQ(read_all(target, topic).size(), 25U);
    EXPECT_TRUE(link.gaps(first).empty());
}

// A broker that keeps a fetch back for minutes, as asked to, stands for one that answers with what
// the consumer can not take.
TEST_F(LinkStallsTest, HaltsAPartitionOfWhichNothingArrives)
{
    KafkaAdmin{source}.create_topic(topic);
    KafkaWriter plain{source};
    send(plain, 10);
    link.configure(
        keys("    options: {source: {fetch.min.bytes: 100000000, fetch.wait.max.ms: 300000}}\n"));
    link.start();

    const auto halted = link.wait_for_state(first, "halted");

    EXPECT_TRUE(halted.reason.starts_with("stalled: ")) << halted.reason;
    EXPECT_EQ(halted.next_source_offset, 0);

    link.stop();
    link.configure(keys());
    link.start();
    link.wait_until_copied(topic);
    EXPECT_EQ(read_all(target, topic).size(), 10U);
}

}  // namespace
}  // namespace strait::testing
