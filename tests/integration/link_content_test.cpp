#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

struct LinkContentTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    TopicName topic = unique_topic("content");

    LinkProcess link{SharedClusters::source(), SharedClusters::target(), topic_keys(topic.value())};

    // A record of a producer whose numbers no workload uses.
    [[nodiscard]] NewRecord record(std::uint64_t seq) const
    {
        NewRecord made;
        made.at = {topic, Partition{0}};
        made.key = "key";
        made.value = "value " + std::to_string(seq);
        made.headers = {identity_as_header({.run = 99, .producer = 99, .seq = seq})};
        return made;
    }

    void expect_perfect(const LinkProcess::Expectation& expected)
    {
        const auto verdict = link.verdict(expected);
        EXPECT_GT(verdict.checked_records(), 0U);
        EXPECT_TRUE(verdict.passed()) << verdict.text();
    }
};

TEST_F(LinkContentTest, CopiesTransactionsExactlyAndTranslatesEveryOffset)
{
    KafkaAdmin{source}.create_topic(topic, 3, workload_topic_configs());
    Workload workload{{.seed = 11, .topic = topic, .partitions = 3, .abort = 0.3}};
    KafkaWriter writer{source, topic.value()};
    const auto produced = produce(workload, writer, 3000);

    link.start();
    link.wait_until_copied(topic);

    expect_perfect({.topic = topic, .produced = produced});
}

TEST_F(LinkContentTest, CopiesACompactedTopicWithItsHoles)
{
    auto configs = workload_topic_configs();
    configs.insert({{"cleanup.policy", "compact"},
                    {"segment.bytes", "1048576"},
                    {"segment.ms", "1000"},
                    {"min.cleanable.dirty.ratio", "0.01"},
                    {"delete.retention.ms", "86400000"}});
    KafkaAdmin admin{source};
    admin.create_topic(topic, 1, configs);
    Workload workload{{.seed = 12,
                       .topic = topic,
                       .keys = 40,
                       .null_key = 0,
                       .null_value = 0.4,
                       .body_bytes_max = 512}};
    KafkaWriter writer{source};
    auto produced = produce(workload, writer, 2000);
    const auto compacted = [&] {
        std::ranges::move(produce_some(workload, writer), std::back_inserter(produced));
        return read_all(source, topic).size() < produced.size();
    };
    ASSERT_TRUE(wait_for(compacted, std::chrono::seconds{30}));

    link.start();
    link.wait_until_copied(topic);

    ASSERT_LT(read_all(source, topic).size(), produced.size()) << "compaction left holes";
    expect_perfect({.topic = topic, .produced = produced, .compacted = true});
}

TEST_F(LinkContentTest, CopiesWhatIsUnusualInARecord)
{
    KafkaAdmin{source}.create_topic(topic, 1, workload_topic_configs());
    std::uint64_t seq = 0;
    std::vector<NewRecord> records;
    const auto add = [&]() -> NewRecord& { return records.emplace_back(record(seq++)); };
    add().key = std::nullopt;
    add().key = "";
    add().value = std::nullopt;
    add().value = "";
    add().value = std::string("\0\xff\n", 3);
    for (const std::int64_t timestamp :
         {std::int64_t{-1}, std::int64_t{1}, std::int64_t{9} << 40}) {
        add().timestamp_ms = timestamp;
    }
    auto& many = add();
    for (std::size_t i = 0; i < 1000; ++i) {
        many.headers.push_back({i % 3 == 0 ? "same" : "name " + std::to_string(i), {}});
        if (i % 5 != 0) many.headers.back().value = std::string(i % 7, 'x');
    }
    many.headers.push_back({"", ""});
    write_all(source, records);
    for (const auto* const codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
        auto properties = source;
        properties["compression.codec"] = codec;
        std::vector<NewRecord> compressed;
        for (int i = 0; i < 50; ++i) {
            compressed.push_back(record(seq++));
            *compressed.back().value += std::string(500, 'c');
        }
        write_all(properties, compressed);
    }

    link.start();
    link.wait_until_copied(topic);

    const auto copied = read_all(target, topic);
    ASSERT_EQ(copied.size(), seq);
    EXPECT_EQ(copied[5].timestamp_ms, -1);
    EXPECT_EQ(copied[7].timestamp_ms, std::int64_t{9} << 40);
    EXPECT_EQ(copied[8].headers.size(), 1002U);
    expect_perfect({.topic = topic});
}

}  // namespace
}  // namespace strait::testing
