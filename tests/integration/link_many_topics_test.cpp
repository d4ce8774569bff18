#include "links/target_setup.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace strait::testing {
namespace {

TEST(LinkManyTopicsTest, MirrorsMoreTopicsThanAreMadeReadyAtOnce)
{
    constexpr std::size_t topics = links::setup_topics_max + 3;
    const auto source = SharedClusters::source().admin_properties();
    const auto stem = unique_topic("many");
    KafkaAdmin at_source{source};
    std::vector<NewRecord> records(topics);
    for (std::size_t i = 0; i < topics; ++i) {
        const TopicName topic{fmt::format("{}.{}", stem.value(), i)};
        at_source.create_topic(topic);
        records[i].at = {topic, Partition{0}};
        records[i].value = "value";
    }
    write_all(source, records);
    LinkProcess link{
        SharedClusters::source(), SharedClusters::target(), topic_keys(stem.value() + ".*")};

    link.start();

    const auto is_copied = [](const api::TopicDocument& topic) {
        return topic.partitions.size() == 1 && topic.partitions[0].next_source_offset == 1;
    };
    const auto status = link.wait_for([&](const auto& seen) {
        return seen.topics.size() == topics && std::ranges::all_of(seen.topics, is_copied);
    });
    EXPECT_EQ(status.lag.records, 0);
}

}  // namespace
}  // namespace strait::testing
