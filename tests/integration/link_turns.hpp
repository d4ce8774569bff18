#pragma once

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_door.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace strait::testing {

// Mirroring that turns around, and back again.
struct LinkTurns : ::testing::Test {
    ClientProperties oslo = SharedClusters::source().admin_properties();
    ClientProperties bergen = SharedClusters::target().admin_properties();
    std::vector<TopicName> topics{unique_topic("reverse")};
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), ""};
    std::string back = link.name() + "-reverse";
    std::string prefix;  // that mirrors have at bergen
    std::int32_t partitions = 4;
    std::uint32_t producers = 0;

    void create()
    {
        std::string include;
        for (const auto& topic : topics) {
            KafkaAdmin{oslo}.create_topic(topic, partitions, workload_topic_configs());
            include += (include.empty() ? "" : "\", \"") + topic.value();
        }
        const auto rename = prefix.empty() ? "" : fmt::format("rename: {{prefix: \"{}\"}}", prefix);
        link.configure(topic_keys(include, rename, "    groups: {interval: 200ms}\n"));
    }

    [[nodiscard]] TopicName mirror(const TopicName& topic) const
    {
        return TopicName{prefix + topic.value()};
    }

    CommandResult tell(const std::string& verb,
                       const std::string& name,
                       std::vector<std::string> more = {"--yes"})
    {
        std::vector<std::string> words{"link", verb, name};
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(std::move(words));
    }

    void expect_done(const CommandResult& told)
    {
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
    }

    void wait_until_active(const std::string& name)
    {
        LinkDoor door{link.strait().data_dir(), name};
        const auto found = door.wait_for(
            [](const auto& status) {
                return status.state == "active" && !status.topics.empty() &&
                       std::ranges::all_of(status.topics, [](const auto& topic) {
                           return topic.state == "active" &&
                                  std::ranges::all_of(topic.partitions, [](const auto& each) {
                                      return each.state == "active";
                                  });
                       });
            },
            std::chrono::seconds{100});
        EXPECT_TRUE(found.found) << to_text(found.last) << link.strait().log();
    }

    // Other records at each call: the clusters must never agree by accident.
    std::size_t write(const ClientProperties& at, const TopicName& topic, int count)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            const Partition partition{i % partitions};
            records.push_back({{topic, partition}, 0, "k", fmt::format("{}-{}", producers, i), {}});
        }
        ++producers;
        write_all(at, records);
        return records.size();
    }

    [[nodiscard]] std::size_t count(const ClientProperties& at) const
    {
        std::size_t all = 0;
        for (const auto& topic : topics) {
            all += read_all(at, &at == &oslo ? topic : mirror(topic)).size();
        }
        return all;
    }

    using Contents = std::map<Partition, std::vector<std::string>>;
    static Contents contents(const ClientProperties& at, const TopicName& topic)
    {
        Contents all;
        for (const auto& record : read_all(at, topic)) {
            all[record.at.partition].push_back(record.key.value_or("-") + "|" +
                                               record.value.value_or("-"));
        }
        return all;
    }

    // Of records with a value, which is like no other.
    static void expect_no_duplicate(const std::vector<std::string>& records)
    {
        std::set<std::string> seen;
        for (const auto& record : records) {
            if (record.ends_with('|') || record.ends_with("|-")) continue;
            EXPECT_TRUE(seen.insert(record).second) << "twice";
        }
    }

    // Of each partition both sides have the same records in the same order, none of them twice,
    // but for so many at oslo that bergen never got.
    void expect_to_agree(std::size_t kept = 0)
    {
        std::size_t more = 0;
        for (const auto& topic : topics) {
            EXPECT_TRUE(testing::wait_for([&] {
                const auto here = contents(oslo, topic);
                const auto there = contents(bergen, mirror(topic));
                const bool all = here.size() == there.size();  // partitions with records
                return all && std::ranges::all_of(here, [&](const auto& entry) {
                           const auto found = there.find(entry.first);
                           return found != there.end() &&
                                  found->second.back() == entry.second.back();
                       });
            })) << topic.value()
                << link.strait().log();
            const auto here = contents(oslo, topic);
            const auto there = contents(bergen, mirror(topic));
            for (const auto& [partition, records] : here) {
                const auto& copies = there.at(partition);
                expect_no_duplicate(records);
                auto next = copies.begin();
                for (const auto& record : records) {
                    const bool same = next != copies.end() && *next == record;
                    same ? static_cast<void>(++next) : static_cast<void>(++more);
                }
                EXPECT_EQ(next, copies.end()) << topic.value() << " " << partition.value();
            }
        }
        EXPECT_EQ(more, kept) << link.strait().log();
    }

    // Where a group at rest goes on, by what it reads next there; of the records of that topic.
    std::map<Partition, std::string> next_of(const ClientProperties& at,
                                             const GroupName& group,
                                             const TopicName& topic,
                                             const std::vector<SeenRecord>& records)
    {
        std::set<TopicPartition> places;
        for (std::int32_t i = 0; i < partitions; ++i) places.insert({topic, Partition{i}});
        const auto committed = KafkaGroup(at, group).committed(places);
        std::map<Partition, std::string> next;
        for (const auto& [place, position] : committed) {
            const auto found = std::ranges::find_if(records, [&](const SeenRecord& record) {
                return record.at == place && record.offset >= position.offset;
            });
            next[place.partition] = found == records.end() ? "end" : found->value.value_or("-");
        }
        return next;
    }

    void commit(const ClientProperties& at,
                const GroupName& group,
                const TopicName& topic,
                std::int64_t before_end)
    {
        kafka::GroupOffsets offsets;
        for (const auto& [partition, end] :
             KafkaReader{at, topic, Isolation::read_committed}.ends()) {
            offsets[{topic, partition}] = {
                Offset{std::max<std::int64_t>(0, end.value() - before_end)}, ""};
        }
        KafkaGroup{at, group}.commit(offsets);
    }

    void expect_group_follows(const ClientProperties& leader,
                              const TopicName& its_topic,
                              const ClientProperties& follower,
                              const TopicName& other_topic,
                              const GroupName& group)
    {
        std::map<Partition, std::string> wanted;
        std::map<Partition, std::string> found;
        EXPECT_TRUE(testing::wait_for([&] {
            wanted = next_of(leader, group, its_topic, read_all(leader, its_topic));
            found = next_of(follower, group, other_topic, read_all(follower, other_topic));
            return wanted == found;
        })) << ::testing::PrintToString(wanted)
            << ::testing::PrintToString(found) << link.strait().log();
    }
};

}  // namespace strait::testing
