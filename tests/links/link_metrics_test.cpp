#include "links/link_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

// One partition that is behind, and one that the source has not been asked of yet.
LinkStatus behind()
{
    LinkStatus status;
    status.name = LinkName{"orders"};
    status.state = MirrorState::active;
    status.shards = {{7, 2}, {3, 0}};
    status.producers_recycled = 1;
    status.records_committed = 100;
    status.bytes_committed = 2'000;
    status.buffer_bytes = 4'096;
    status.gaps_open = 1;
    status.gaps_by_cause[GapCause::log_start_moved] = {2, 30};

    status.groups = {{GroupName{"billing"}, GroupSyncState::synced, "", 0, 2.5, 7},
                     {GroupName{"audit"}, GroupSyncState::diverged, "used", 0, 60, 3}};
    status.group_commits = {5, 1, 2};
    status.lag_records = 50;
    status.lag_seconds = 12.5;

    auto& topic = status.topics.emplace_back();
    topic.source = TopicName{"orders"};
    auto& slow = topic.partitions.emplace_back();
    slow.id = Partition{0};
    slow.state = MirrorState::active;
    slow.lag_records = 50;
    slow.lag_seconds = 12.5;
    slow.lso_age_seconds = 3;
    slow.retention_headroom = 0.25;
    slow.foreign_writes = 4;
    slow.runs = 9;
    auto& unknown = topic.partitions.emplace_back();
    unknown.id = Partition{1};
    unknown.state = MirrorState::starting;
    return status;
}

// "name{label=value,...}" and the value of every sample.
std::map<std::string, double> samples_of(const LinkStatus& status, bool per_partition)
{
    std::map<std::string, double> found;
    for (const auto& family : sampled({{status, per_partition, per_partition}})) {
        for (const auto& sample : family.samples) {
            std::string key = family.name + "{";
            for (const auto& [label, value] : sample.labels) {
                key.append(key.ends_with('{') ? "" : ",").append(label).append("=").append(value);
            }
            EXPECT_TRUE(found.emplace(key + "}", sample.value).second) << key << " twice";
        }
    }
    return found;
}

void expect(const std::map<std::string, double>& found,
            const std::vector<std::pair<std::string, double>>& wanted)
{
    for (const auto& [key, value] : wanted) {
        const auto at = found.find(key);
        if (at == found.end()) {
            ADD_FAILURE() << "no " << key;
        } else {
            EXPECT_DOUBLE_EQ(at->second, value) << key;
        }
    }
}

TEST(LinkMetrics, TellEachPartition)
{
    const auto found = samples_of(behind(), true);
    const std::string slow = "{link=orders,partition=0,topic=orders}";

    expect(found,
           {
               {"strait_link_lag_records" + slow, 50},
               {"strait_link_lag_bytes" + slow, 1'000},
               {"strait_link_lag_seconds" + slow, 12.5},
               {"strait_link_source_lso_age_seconds" + slow, 3},
               {"strait_link_retention_headroom_ratio" + slow, 0.25},
               {"strait_link_foreign_writes_total" + slow, 4},
               {"strait_link_foreign_writes_total{link=orders,partition=1,topic=orders}", 0},
           });
    for (const auto& [key, value] : found) {
        EXPECT_FALSE(key.contains("lag") && key.contains("partition=1"))
            << "not known yet: " << key;
        EXPECT_FALSE(key.contains("headroom") && key.contains("partition=1")) << key;
        EXPECT_NE(key, "strait_link_lag_records{link=orders}") << "it would be counted twice";
    }
}

TEST(LinkMetrics, TellALinkThatMaySendTwice)
{
    auto status = behind();
    const std::string name = "strait_link_at_least_once{link=orders}";
    EXPECT_EQ(samples_of(status, true).at(name), 0);
    status.delivery = Delivery::at_least_once;
    EXPECT_EQ(samples_of(status, true).at(name), 1);
}

TEST(LinkMetrics, AreOfTheWholeLinkIfTold)
{
    auto status = behind();
    auto& other = status.topics[0].partitions[1];
    other.lag_records = 2;
    other.lag_seconds = 40;
    other.retention_headroom = 0.9;
    other.foreign_writes = 1;
    const auto found = samples_of(status, false);

    expect(found,
           {
               {"strait_link_lag_records{link=orders}", 52},
               {"strait_link_lag_bytes{link=orders}", 1'040},
               {"strait_link_lag_seconds{link=orders}", 40},
               {"strait_link_source_lso_age_seconds{link=orders}", 3},
               {"strait_link_retention_headroom_ratio{link=orders}", 0.25},
               {"strait_link_foreign_writes_total{link=orders}", 5},
           });
    for (const auto& [key, value] : found) EXPECT_FALSE(key.contains("partition=")) << key;
}

TEST(LinkMetrics, TellWhatTheLinkDid)
{
    const auto found = samples_of(behind(), true);

    expect(found,
           {
               {"strait_link_records_total{link=orders}", 100},
               {"strait_link_bytes_total{link=orders}", 2'000},
               {"strait_link_buffer_bytes{link=orders}", 4'096},
               {"strait_link_transactions_total{link=orders,result=committed,shard=0}", 7},
               {"strait_link_transactions_total{link=orders,result=aborted,shard=0}", 2},
               {"strait_link_transactions_total{link=orders,result=committed,shard=1}", 3},
               {"strait_link_producer_recycles_total{link=orders}", 1},
               {"strait_link_gaps_open{link=orders}", 1},
               {"strait_link_gaps_total{cause=log_start_moved,link=orders}", 2},
               {"strait_link_gap_offsets_total{cause=log_start_moved,link=orders}", 30},
               {"strait_link_state{link=orders,state=active}", 1},
               {"strait_link_state{link=orders,state=halted}", 0},
               {"strait_link_partitions{link=orders,state=active}", 1},
               {"strait_link_partitions{link=orders,state=starting}", 1},
               {"strait_link_partitions{link=orders,state=halted}", 0},
               {"strait_link_map_runs{link=orders}", 9},
           });
}

TEST(LinkMetrics, TellWhatAFailoverNowWouldCost)
{
    const auto each = samples_of(behind(), true);
    expect(each,
           {
               {"strait_link_translation_staleness_seconds{group=billing,link=orders}", 2.5},
               {"strait_link_failover_rereads_records{group=billing,link=orders}", 7},
               {"strait_link_failover_rereads_records{group=audit,link=orders}", 3},
               {"strait_link_groups{link=orders,state=synced}", 1},
               {"strait_link_groups{link=orders,state=diverged}", 1},
               {"strait_link_groups{link=orders,state=failed}", 0},
               {"strait_link_group_commits_total{link=orders,result=written}", 5},
               {"strait_link_group_commits_total{link=orders,result=refused}", 1},
               {"strait_link_group_commits_total{link=orders,result=failed}", 2},
               {"strait_link_failover_lost_records{link=orders}", 50},
               {"strait_link_failover_lost_seconds{link=orders}", 12.5},
           });
    const auto whole = samples_of(behind(), false);
    expect(whole,
           {
               {"strait_link_translation_staleness_seconds{link=orders}", 60},
               {"strait_link_failover_rereads_records{link=orders}", 10},
           });
    for (const auto& [key, value] : whole) EXPECT_FALSE(key.contains("group=")) << key;
}

TEST(LinkMetrics, AreOneFamilyForAllLinks)
{
    const auto one = behind();
    auto two = behind();
    two.name = LinkName{"bills"};
    std::vector<std::string> names;
    for (const auto& family : sampled({{one, true}, {two, true}})) {
        names.push_back(family.name);
        const bool counter = family.name.ends_with("_total");
        EXPECT_EQ(family.kind == SampledMetric::Kind::counter, counter) << family.name;
        EXPECT_FALSE(family.help.empty()) << family.name;
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace strait::links
