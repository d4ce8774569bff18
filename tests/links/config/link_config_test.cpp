#include "links/config/link_config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace strait::links {
namespace {

struct Read {
    LinkConfig link;
    std::string problems;
};

Read read(const std::string& yaml)
{
    Problems problems;
    const auto document = parse_yaml(yaml, "strait.yaml", problems);
    Read result;
    {
        ObjectReader reader{document, "", problems};
        result.link = read_link(reader);
    }
    result.problems = problems.text();
    return result;
}

// `rest` belongs to a link that is fine without it.
std::string problems_of(const std::string& rest)
{
    return read("name: l\nsource: a\ntarget: b\ntopics: {include: [orders]}\n" + rest + "\n")
        .problems;
}

std::string topic_problems_of(const std::string& topics)
{
    return read("name: l\nsource: a\ntarget: b\ntopics: " + topics + "\n").problems;
}

constexpr auto defaults_in_full = R"(
name: oslo-to-bergen
source: oslo
target: bergen
delivery: exactly_once
start: earliest
shards: 4
topics:
  include: ["orders", "payments.*", "re:eu-[0-9]+"]
  exclude: []
  rename: none
  discovery_interval: 30s
  loop_check: strict
  create: {enabled: true, replication_factor: source, configs: {}}
  existing_target: refuse
config_sync: {enabled: true, interval: 60s, also: [], never: []}
acl_sync: {enabled: false, interval: 60s, groups: false, principals: {}, removal_percent: 50}
commit: {linger: 10ms, max_interval: 500ms, bytes: 32MiB, records: 50000}
compression: {codec: lz4, level: -1}
limits: {memory: 256MiB, partition_memory: 4MiB, record: 16MiB, partitions: 10000, bandwidth: none, record_rate: none}
timeouts: {transaction: 60s, delivery: 45s, id_check: 5s, stall: 60s}
policies: {on_gap: halt, on_recreate: halt, on_target_lost: halt, on_oversize: raise, on_bad_record: halt, dead_letter_topic: ""}
metrics: {per_partition: true}
options: {source: {}, target: {}}
)";

constexpr auto defaults_left_out = R"(
name: oslo-to-bergen
source: oslo
target: bergen
topics: {include: ["orders", "payments.*", "re:eu-[0-9]+"]}
)";

TEST(LinkConfig, HasTheDefaultsOfTheSpecification)
{
    for (const auto* const yaml : {defaults_in_full, defaults_left_out}) {
        const auto [link, problems] = read(yaml);

        EXPECT_EQ(problems, "");
        EXPECT_EQ(link.name, LinkName{"oslo-to-bergen"});
        EXPECT_EQ(link.source, ClusterName{"oslo"});
        EXPECT_EQ(link.target, ClusterName{"bergen"});
        EXPECT_EQ(link.delivery, Delivery::exactly_once);
        EXPECT_TRUE(std::holds_alternative<kafka::EarliestOffset>(link.start));
        EXPECT_EQ(link.shards, 4U);
        EXPECT_EQ(link.topics.selection.include().size(), 3U);
        EXPECT_TRUE(link.topics.selection.exclude().empty());
        EXPECT_EQ(renamed(link.topics.rename, TopicName{"orders"}), TopicName{"orders"});
        EXPECT_EQ(written(link.topics.discovery_interval), "30s");
        EXPECT_EQ(link.topics.loop_check, LoopCheck::strict);
        EXPECT_TRUE(link.topics.create.enabled);
        EXPECT_EQ(link.topics.create.replication_factor.like, Replication::Like::source);
        EXPECT_TRUE(link.topics.create.configs.empty());
        EXPECT_EQ(link.topics.existing_target, ExistingTarget::refuse);
        EXPECT_TRUE(link.config_sync.enabled);
        EXPECT_EQ(written(link.config_sync.interval), "1m");
        EXPECT_TRUE(link.config_sync.also.empty());
        EXPECT_TRUE(link.config_sync.never.empty());
        EXPECT_EQ(link.acl_sync, AclSyncConfig{});
        EXPECT_EQ(link.acl_sync.removal_percent, 50U);
        EXPECT_EQ(written(link.commit.linger), "10ms");
        EXPECT_EQ(written(link.commit.max_interval), "500ms");
        EXPECT_EQ(written(link.commit.bytes), "32MiB");
        EXPECT_EQ(link.commit.records, 50'000U);
        EXPECT_EQ(link.compression.codec, Codec::lz4);
        EXPECT_EQ(link.compression.level, -1);
        EXPECT_EQ(written(link.limits.memory), "256MiB");
        EXPECT_EQ(written(link.limits.partition_memory), "4MiB");
        EXPECT_EQ(written(link.limits.record), "16MiB");
        EXPECT_EQ(link.limits.partitions, 10'000U);
        EXPECT_FALSE(link.limits.bandwidth);
        EXPECT_FALSE(link.limits.record_rate);
        EXPECT_EQ(written(link.timeouts.transaction), "1m");
        EXPECT_EQ(written(link.timeouts.delivery), "45s");
        EXPECT_EQ(written(link.timeouts.id_check), "5s");
        EXPECT_EQ(written(link.timeouts.stall), "1m");
        EXPECT_EQ(link.policies.on_gap, GapPolicy::halt);
        EXPECT_EQ(link.policies.on_recreate, GapPolicy::halt);
        EXPECT_EQ(link.policies.on_target_lost, GapPolicy::halt);
        EXPECT_EQ(link.policies.on_oversize, RecordPolicy::raise);
        EXPECT_EQ(link.policies.on_bad_record, RecordPolicy::halt);
        EXPECT_EQ(link.policies.dead_letter_topic, TopicName{});
        EXPECT_TRUE(link.metrics_per_partition);
        EXPECT_TRUE(link.options.source.empty());
        EXPECT_TRUE(link.options.target.empty());
    }
}

TEST(LinkConfig, ReadsWhatIsGiven)
{
    const auto [link, problems] = read(R"(
name: l
source: a
target: b
start: 2026-02-01T12:00:00Z
shards: 2
topics:
  include: [orders]
  rename: {map: {orders: oslo-orders}, others: {prefix: "oslo."}}
  create: {replication_factor: 2, configs: {retention.ms: 1000, compression.type: zstd}}
  existing_target: append
commit: {bytes: 1MiB}
compression: {codec: zstd, level: 3}
limits: {bandwidth: 50MiB/s, record_rate: 5000/s}
policies: {on_gap: restart, on_oversize: dead_letter, dead_letter_topic: dead}
options: {source: {fetch.wait.max.ms: 100}, target: {socket.nagle.disable: true}}
)");

    EXPECT_EQ(problems, "");
    EXPECT_EQ(std::get<kafka::OffsetAtTime>(link.start).timestamp_ms, 1'769'947'200'000);
    EXPECT_EQ(renamed(link.topics.rename, TopicName{"orders"}), TopicName{"oslo-orders"});
    EXPECT_EQ(renamed(link.topics.rename, TopicName{"bills"}), TopicName{"oslo.bills"});
    EXPECT_EQ(link.topics.create.replication_factor.number, 2U);
    EXPECT_EQ(link.topics.create.configs.at("retention.ms"), "1000");
    EXPECT_EQ(link.topics.existing_target, ExistingTarget::append);
    EXPECT_EQ(link.compression.codec, Codec::zstd);
    EXPECT_EQ(link.limits.bandwidth, ByteRate{50_MiB});
    EXPECT_EQ(link.limits.record_rate, RecordRate{5000});
    EXPECT_EQ(link.policies.on_gap, GapPolicy::restart);
    EXPECT_EQ(link.policies.dead_letter_topic, TopicName{"dead"});
    EXPECT_EQ(link.options.source.at("fetch.wait.max.ms"), "100");
    EXPECT_EQ(link.options.target.at("socket.nagle.disable"), "true");
}

TEST(LinkConfig, RefusesKeysWithoutAFunction)
{
    for (const auto* const key : {"audit", "managed_by"}) {
        const auto problems = problems_of(std::string{key} + ": {}");
        EXPECT_TRUE(problems.starts_with("strait.yaml:5:1: unknown_key: /" + std::string{key}))
            << problems;
    }
    EXPECT_EQ(problems_of("metrics: {per_topic: true}"),
              "strait.yaml:5:11: unknown_key: /metrics/per_topic: known here: per_partition, "
              "per_group\n");
    EXPECT_EQ(problems_of("delivery: at_most_once"),
              "strait.yaml:5:11: out_of_range: /delivery: 'at_most_once' is not one of "
              "exactly_once, at_least_once\n");
}

TEST(LinkConfig, HoldsItsBudgets)
{
    EXPECT_EQ(problems_of("shards: 5"),
              "strait.yaml:1:1: memory_too_small: /limits: memory 256MiB is below 2 x shards x "
              "commit.bytes, 320MiB\n");
    EXPECT_EQ(problems_of("timeouts: {transaction: 20m, delivery: 25m}"),
              "strait.yaml:5:25: timeouts_disorder: /timeouts/transaction: 20m is above 15m, what "
              "brokers allow\n"
              "strait.yaml:5:40: timeouts_disorder: /timeouts/delivery: delivery 25m is not below "
              "transaction 20m\n");
    EXPECT_EQ(problems_of("commit: {linger: 1s, max_interval: 54s}"),
              "strait.yaml:5:9: timeouts_disorder: /commit: max_interval 54s is above "
              "timeouts.transaction - 7s, 53s: no transaction could end in time\n");
    EXPECT_EQ(problems_of("commit: {linger: 1s, max_interval: 53s}"), "");
    EXPECT_EQ(problems_of("commit: {linger: 1s}"),
              "strait.yaml:5:18: out_of_range: /commit/linger: 1s is above max_interval, 500ms\n");
    EXPECT_EQ(problems_of("policies: {on_bad_record: dead_letter}"),
              "strait.yaml:5:11: dead_letter_missing: /policies/dead_letter_topic: a policy says "
              "dead_letter\n");
    EXPECT_EQ(problems_of("compression: {codec: gzip, level: 10}"),
              "strait.yaml:5:35: out_of_range: /compression/level: '10' is not -1 to 9\n");
}

TEST(LinkConfig, ChecksTopicsByTheirNames)
{
    EXPECT_EQ(topic_problems_of("{include: [orders], exclude: [orders, '*.tmp']}"),
              "strait.yaml:4:20: literal_conflict: /topics/include/0: 'orders' is in exclude as "
              "well: remove one\n");
    EXPECT_EQ(topic_problems_of("{include: [__consumer_offsets]}"),
              "strait.yaml:4:20: never_mirrored: /topics/include/0: '__consumer_offsets' is "
              "internal: names with __ or _strait. stay\n");
    EXPECT_EQ(topic_problems_of("{include: [a b]}"),
              "strait.yaml:4:20: illegal_topic_name: /topics/include/0: 'a b' has other characters "
              "than a-z, A-Z, 0-9, '.', '_' and '-'\n");
    EXPECT_EQ(topic_problems_of("{include: ['re:(']}"),
              "strait.yaml:4:20: bad_pattern: /topics/include/0: 're:(': missing ): (\n");
    EXPECT_EQ(topic_problems_of("{include: [a], rename: {prefix: '_strait.'}}"),
              "strait.yaml:4:41: illegal_topic_name: /topics/rename/prefix: at the target: "
              "'_strait.a' is a name for internal topics only\n"
              "strait.yaml:4:20: illegal_topic_name: /topics/include/0: at the target: "
              "'_strait.a' is a name for internal topics only\n");
    EXPECT_EQ(topic_problems_of("{include: [a], rename: {map: {a: x.y, b: x_y}}}"),
              "strait.yaml:4:50: rename_collision: /topics/rename/map/b: another topic of the map "
              "becomes 'x_y', or differs from it only in '.' and '_'\n");
    EXPECT_EQ(topic_problems_of("{include: [a], rename: {map: {b: c}, others: refuse}}"),
              "strait.yaml:4:20: missing: /topics/include/0: 'a' is not in rename.map, and others "
              "refuses it\n");
}

TEST(LinkConfig, RefusesClientSettingsThatTheProtocolRestsOn)
{
    EXPECT_EQ(problems_of("options: {source: {auto.offset.reset: earliest, foo: 1}, "
                          "target: {fetch.min.bytes: 1, sasl.password: hunter2}}"),
              "strait.yaml:5:39: unknown_key: /options/source/auto.offset.reset: not to be set: "
              "anything but error skips records silently\n"
              "strait.yaml:5:54: unknown_key: /options/source/foo: not on the list of settings "
              "that a link may tune\n"
              "strait.yaml:5:84: unknown_key: /options/target/fetch.min.bytes: only for the "
              "source\n"
              "strait.yaml:5:102: secret_inline: /options/target/sasl.password: secrets belong to "
              "clusters.NAME.security\n");
}

}  // namespace
}  // namespace strait::links
