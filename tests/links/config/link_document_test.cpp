#include "links/config/link_document.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace strait::links {
namespace {

LinkConfig read(const Document& document, Problems& problems)
{
    ObjectReader reader{document, "", problems};
    return read_link(reader);
}

LinkConfig read(const std::string& yaml)
{
    Problems problems;
    auto link = read(parse_yaml(yaml, "strait.yaml", problems), problems);
    EXPECT_EQ(problems.text(), "");
    return link;
}

LinkConfig read_again(const LinkConfig& link)
{
    Problems problems;
    auto again = read(document_of(link), problems);
    EXPECT_EQ(problems.text(), "");
    return again;
}

// No value is a default.
constexpr auto everything = R"(
name: oslo-to-bergen
source: oslo
target: bergen
reverse_of: bergen-to-oslo
delivery: exactly_once
start: 2026-02-01T12:00:00.250+01:00
shards: 3
paused: true
topics:
  include: ["orders", "payments.*", 're:eu-[0-9]+\.\w']
  exclude: ["payments.x"]
  rename: {map: {orders: oslo-orders}, others: {prefix: oslo.}}
  discovery_interval: 1500ms
  loop_check: off
  create: {enabled: false, replication_factor: 3, configs: {retention.ms: 1000, x: 'a "b" ü'}}
  existing_target: append
config_sync: {enabled: false, interval: 2m, also: [preallocate], never: [retention.ms]}
acl_sync: {enabled: true, interval: 3m, groups: true, principals: {"User:a": "User:b"}, removal_percent: 7}
groups: {enabled: false, include: ["b*"], exclude: [x], interval: 7s, on_diverged: overwrite, on_source_delete: delete}
commit: {linger: 20ms, max_interval: 1s, bytes: 1025B, records: 7}
compression: {codec: zstd, level: 3}
limits: {memory: 2GiB, partition_memory: 17KiB, record: 1MiB, partitions: 9, bandwidth: 50MiB/s, record_rate: 7/s}
timeouts: {transaction: 2m, delivery: 90s, id_check: 1s, stall: 24h}
policies: {on_gap: skip, on_recreate: restart, on_target_lost: restart, on_oversize: dead_letter, on_bad_record: skip, dead_letter_topic: dead}
metrics: {per_partition: false, per_group: false}
options: {source: {fetch.min.bytes: 2}, target: {batch.num.messages: 5, client.dns.lookup: use_all_dns_ips}}
)";

constexpr std::string_view least = "name: l\nsource: a\ntarget: b\ntopics: {include: [orders]";

TEST(LinkDocument, KeepsEveryValue)
{
    const auto link = read(everything);

    EXPECT_EQ(read_again(link), link);
    EXPECT_NE(boost::json::serialize(write_link(link)), boost::json::serialize(write_link({})));
}

TEST(LinkDocument, WritesTheDefaultsOut)
{
    const auto link = read(std::string{least} + "}");

    EXPECT_EQ(read_again(link), link);
    EXPECT_EQ(
        boost::json::serialize(write_link(link)),
        R"({"name":"l","source":"a","target":"b","reverse_of":"","delivery":"exactly_once",)"
        R"("start":"earliest",)"
        R"("shards":4,"paused":false,"topics":{"include":["orders"],"exclude":[],"rename":"none",)"
        R"("discovery_interval":"30s","loop_check":"strict","create":{"enabled":true,)"
        R"("replication_factor":"source","configs":{}},"existing_target":"refuse"},)"
        R"("config_sync":{"enabled":true,"interval":"1m","also":[],"never":[]},)"
        R"("acl_sync":{"enabled":false,"interval":"1m","groups":false,"principals":{},)"
        R"("removal_percent":50},)"
        R"("groups":{"enabled":true,"include":["*"],"exclude":[],"interval":"5s",)"
        R"("on_diverged":"hold","on_source_delete":"keep"},)"
        R"("commit":{"linger":"10ms","max_interval":"500ms","bytes":"32MiB","records":50000},)"
        R"("compression":{"codec":"lz4","level":-1},"limits":{"memory":"256MiB",)"
        R"("partition_memory":"4MiB","record":"16MiB","partitions":10000,"bandwidth":"none","record_rate":"none"},)"
        R"("timeouts":{"transaction":"1m","delivery":"45s","id_check":"5s","stall":"1m"},)"
        R"("policies":{"on_gap":"halt","on_recreate":"halt","on_target_lost":"halt",)"
        R"("on_oversize":"raise","on_bad_record":"halt","dead_letter_topic":""},)"
        R"("metrics":{"per_partition":true,"per_group":true},"options":{"source":{},"target":{}}})");
}

TEST(LinkDocument, KeepsEachFormOfAKeyThatHasSeveral)
{
    for (const auto* const topics : {", rename: {prefix: x.}",
                                     ", rename: {map: {orders: o}}",
                                     ", rename: {map: {orders: o}, others: refuse}",
                                     ", rename: {map: {}, others: {prefix: x.}}",
                                     ", create: {replication_factor: broker}"}) {
        const auto link = read(std::string{least} + topics + "}");

        EXPECT_EQ(read_again(link), link) << topics;
    }
    for (const auto* const start : {"latest", "1969-12-31T23:59:59.999Z"}) {
        const auto link = read(std::string{least} + "}\nstart: " + start);

        EXPECT_EQ(read_again(link), link) << start;
    }
}

TEST(LinkDocument, DoesNotSayWhoseItIs)
{
    auto link = read(everything);
    link.managed_by = ManagedBy::api;

    EXPECT_EQ(read_again(link).managed_by, ManagedBy::config);
}

}  // namespace
}  // namespace strait::links
