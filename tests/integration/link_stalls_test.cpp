#include "tests/support/link_process.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
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

    [[nodiscard]] std::string keys() const
    {
        return "    topics: {include: [" + topic.value() +
               "], discovery_interval: 1s}\n"
               "    timeouts: {id_check: 1s, stall: 4s}\n";
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

}  // namespace
}  // namespace strait::testing
