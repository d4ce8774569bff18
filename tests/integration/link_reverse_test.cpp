#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_door.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// Mirroring that turns around, and back again.
struct LinkReverseTest : ::testing::Test {
    static constexpr std::int32_t partitions = 4;

    ClientProperties oslo = SharedClusters::source().admin_properties();
    ClientProperties bergen = SharedClusters::target().admin_properties();
    std::vector<TopicName> topics{unique_topic("reverse")};
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), ""};
    std::string back = link.name() + "-reverse";
    std::string prefix;  // that mirrors have at bergen
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
            40s);
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

    // Of each partition both sides have the same records in the same order, none of them twice,
    // but for so many at oslo that bergen never got.
    void expect_to_agree(std::size_t kept = 0)
    {
        std::size_t more = 0;
        for (const auto& topic : topics) {
            EXPECT_TRUE(testing::wait_for([&] {
                const auto here = contents(oslo, topic);
                const auto there = contents(bergen, mirror(topic));
                return std::ranges::all_of(here, [&](const auto& entry) {
                    const auto found = there.find(entry.first);
                    return found != there.end() && !found->second.empty() &&
                           found->second.back() == entry.second.back();
                });
            })) << topic.value()
                << link.strait().log();
            const auto here = contents(oslo, topic);
            const auto there = contents(bergen, mirror(topic));
            for (const auto& [partition, records] : here) {
                const auto& copies = there.at(partition);
                EXPECT_EQ(std::set(records.begin(), records.end()).size(), records.size());
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

    // Where a group at rest goes on, by what it reads next there.
    std::map<Partition, std::string> next_of(const ClientProperties& at,
                                             const GroupName& group,
                                             const TopicName& topic)
    {
        std::set<TopicPartition> places;
        for (std::int32_t i = 0; i < partitions; ++i) places.insert({topic, Partition{i}});
        const auto committed = KafkaGroup(at, group).committed(places);
        const auto records = read_all(at, topic);
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
            wanted = next_of(leader, group, its_topic);
            found = next_of(follower, group, other_topic);
            return wanted == found;
        })) << ::testing::PrintToString(wanted)
            << ::testing::PrintToString(found) << link.strait().log();
    }
};

TEST_F(LinkReverseTest, GoesBackAndForthAndCopiesNothingTwice)
{
    prefix = "from-oslo.";
    create();
    const auto& here = topics.front();
    const auto there = mirror(here);
    const GroupName group{here.value() + "/app"};
    write(oslo, here, 40);
    commit(oslo, group, here, 3);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_group_follows(oslo, here, bergen, there, group);
    const auto early = tell("reverse", link.name());
    EXPECT_EQ(early.exit_code, 1);
    EXPECT_TRUE(early.output.contains("only what was promoted or failed over")) << early.output;

    for (int round = 0; round < 2; ++round) {
        SCOPED_TRACE(round);
        expect_done(tell("promote", link.name()));
        write(bergen, there, 20);
        commit(bergen, group, there, 2);
        const auto plan = tell("reverse", link.name(), {"--dry-run"});
        EXPECT_TRUE(plan.output.contains("the source has nothing that is not mirrored"))
            << plan.output;
        const auto done = tell("reverse", link.name());
        expect_done(done);
        EXPECT_TRUE(done.output.contains("link " + back + " mirrors 1 topics back")) << done.output;
        expect_done(tell("reverse", link.name()));
        wait_until_active(back);
        expect_to_agree();
        expect_group_follows(bergen, there, oslo, here, group);
        write(bergen, there, 20);
        commit(bergen, group, there, 1);
        expect_to_agree();
        expect_group_follows(bergen, there, oslo, here, group);

        expect_done(tell("promote", back));
        write(oslo, here, 20);
        commit(oslo, group, here, 12);  // some of it lies in what the other link has mirrored
        expect_done(tell("reverse", back));
        wait_until_active(link.name());
        expect_to_agree();
        expect_group_follows(oslo, here, bergen, there, group);
        write(oslo, here, 20);
        expect_to_agree();
    }
}

// What a failover leaves behind is neither lost nor mixed in.
TEST_F(LinkReverseTest, LeavesWhatWasNeverMirroredUnlessToldOtherwise)
{
    create();
    const auto& orders = topics.front();
    write(oslo, orders, 40);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 7);  // nobody copies that
    write(bergen, orders, 20);

    const auto refused = tell("reverse", link.name());
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("7 records of the source were never mirrored"))
        << refused.output;
    EXPECT_TRUE(refused.output.contains("--divergence keep")) << refused.output;
    EXPECT_EQ(tell("status", back, {}).exit_code, 3) << "nothing was made";

    const auto done = tell("reverse", link.name(), {"--yes", "--divergence", "keep"});
    expect_done(done);
    EXPECT_TRUE(done.output.contains("7 records that were never mirrored stay")) << done.output;
    wait_until_active(back);
    expect_to_agree(7);
    LinkDoor door{link.strait().data_dir(), back};
    const auto gaps = door.gaps({orders, Partition{0}});
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps.front().cause, "diverged");
}

}  // namespace
}  // namespace strait::testing
