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
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// Mirroring that turns around, and back again.
struct LinkReverseTest : ::testing::Test {
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

// Three topics of twelve partitions under load, twenty groups at rest in them, and the whole way:
// failed over at a moment of the load's choosing, mirrored back, and back again.
struct LargeLinkReverseTest : LinkReverseTest {
    static constexpr int groups_count = 20;

    LargeLinkReverseTest()
    {
        partitions = 12;
        topics = {unique_topic("reverse"), unique_topic("reverse"), unique_topic("reverse")};
        create();
    }

    // One for each topic.
    using Loads = std::vector<std::unique_ptr<Load>>;
    Loads load(const ClientProperties& at)
    {
        Loads loads;
        for (const auto& topic : topics) {
            loads.push_back(std::make_unique<Load>(at,
                                                   WorkloadOptions{.seed = ++producers,
                                                                   .producer = producers,
                                                                   .topic = topic,
                                                                   .partitions = partitions,
                                                                   .body_bytes_max = 1'024},
                                                   "",
                                                   200));
        }
        for (const auto& each : loads) EXPECT_TRUE(each->wait_for(600, 60s));
        return loads;
    }

    GroupName group(int number) const
    {
        return GroupName{fmt::format("{}/{}", topics.front().value(), number)};
    }

    // Each somewhere in one of the topics, and at rest there: it does not follow the load.
    void commit_groups(const ClientProperties& at)
    {
        for (int i = 0; i < groups_count; ++i) {
            commit(at, group(i), topic_of(i), std::uniform_int_distribution{0, 60}(random_));
        }
    }

    const TopicName& topic_of(int group) const
    {
        return topics[static_cast<std::size_t>(group) % topics.size()];
    }

    void wait_until_groups_rest(const std::string& name)
    {
        LinkDoor door{link.strait().data_dir(), name};
        const auto found = door.wait_for(
            [](const auto& status) {
                return status.groups.size() == groups_count && status.failover_now.rereads == 0 &&
                       std::ranges::all_of(status.groups,
                                           [](const auto& each) { return each.state == "synced"; });
            },
            60s);
        EXPECT_TRUE(found.found) << to_text(found.last) << link.strait().log();
    }

    // Every group reads next there what it would have read next here, as far as that is there.
    void expect_groups_to_go_on(const ClientProperties& here, const ClientProperties& there)
    {
        std::map<TopicName, std::vector<SeenRecord>> read_here;
        std::map<TopicName, std::vector<SeenRecord>> read_there;
        for (const auto& topic : topics) {
            read_here.emplace(topic, read_all(here, topic));
            read_there.emplace(topic, read_all(there, topic));
        }
        for (int i = 0; i < groups_count; ++i) {
            const auto& topic = topic_of(i);
            const auto wanted = next_of(here, group(i), topic, read_here.at(topic));
            for (const auto& [partition, next] :
                 next_of(there, group(i), topic, read_there.at(topic))) {
                if (next == "end") continue;
                EXPECT_EQ(next, wanted.at(partition))
                    << group(i).value() << " " << partition.value();
            }
        }
    }

  private:
    std::mt19937 random_{7};
};

TEST_F(LargeLinkReverseTest, GoesTheWholeWayUnderLoad)
{
    auto loads = load(oslo);
    link.start();
    wait_until_active(link.name());
    commit_groups(oslo);
    wait_until_groups_rest(link.name());
    const auto failed_over = tell("failover", link.name());
    expect_done(failed_over);
    EXPECT_TRUE(failed_over.output.contains("20 of 20 groups in place, with 0 records to be read"))
        << failed_over.output;
    loads.clear();
    expect_groups_to_go_on(oslo, bergen);
    const auto kept = count(oslo) - count(bergen);

    loads = load(bergen);
    commit_groups(bergen);
    expect_done(tell("reverse", link.name(), {"--yes", "--divergence", "keep"}));
    wait_until_active(back);
    wait_until_groups_rest(back);
    loads.clear();
    expect_to_agree(kept);
    expect_groups_to_go_on(bergen, oslo);

    expect_done(tell("promote", back));
    expect_groups_to_go_on(bergen, oslo);
    loads = load(oslo);
    commit_groups(oslo);
    expect_done(tell("reverse", back));
    wait_until_active(link.name());
    wait_until_groups_rest(link.name());
    loads.clear();
    expect_to_agree(kept);
    expect_groups_to_go_on(oslo, bergen);
}

// Wherever the program dies while it turns around: afterwards it has, and nothing is there twice.
struct ReverseDeathTest : LinkReverseTest, ::testing::WithParamInterface<const char*> {};

TEST_P(ReverseDeathTest, LeavesAReversalThatIsFinished)
{
    create();
    const auto& orders = topics.front();
    const GroupName group{orders.value() + "/app"};
    write(oslo, orders, 40);
    commit(oslo, group, orders, 3);
    link.start();
    wait_until_active(link.name());
    expect_group_follows(oslo, orders, bergen, orders, group);
    expect_done(tell("failover", link.name()));
    write(bergen, orders, 20);
    commit(bergen, group, orders, 2);
    link.stop();

    link.strait().start_with_failpoint(GetParam());
    link.wait_for([](const auto& status) { return status.state == "failed_over"; });
    tell("reverse", link.name());
    ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();
    link.start();
    wait_until_active(back);
    EXPECT_TRUE(testing::wait_for([&] {
        const auto all = link.strait().run({"link", "operations", "--json"}).output;
        return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
    })) << link.strait().log();
    expect_to_agree();
    expect_group_follows(bergen, orders, oslo, orders, group);
    write(bergen, orders, 20);
    expect_to_agree();
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info)
{
    const std::string_view text = info.param;
    std::string name{text.substr(0, text.find(':'))};
    std::erase(name, '.');
    return name;
}

// The claim of the link that is reversed comes first, at the start.
INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         ReverseDeathTest,
                         ::testing::Values("operation.stored:kill:1",
                                           "link.stored:kill:1",
                                           "reverse.made:kill:1",
                                           "reverse.prepared:kill:1",
                                           "claim.committed:kill:2",
                                           "operation.done:kill:1",
                                           "operation.ended:kill:1"),
                         name_of);

}  // namespace
}  // namespace strait::testing
