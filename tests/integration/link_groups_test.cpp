#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t partitions = 3;

// Positions of consumer groups, kept at the target of a link.
struct LinkGroupsTest : ::testing::Test {
    ClientProperties source = SharedClusters::source().admin_properties();
    ClientProperties target = SharedClusters::target().admin_properties();
    KafkaAdmin at_source{source};
    TopicName orders = unique_topic("groups");
    TopicName mirror{"copy." + orders.value()};
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys()};

    void SetUp() override { at_source.create_topic(orders, partitions); }

    [[nodiscard]] std::string keys(const std::string& more = {}) const
    {
        return topic_keys(orders.value(),
                          "rename: {prefix: copy.}",
                          "    groups: {interval: 200ms" + more + "}\n");
    }

    GroupName group(const std::string& name) const
    {
        return GroupName{orders.value() + "/" + name};
    }

    // Transactions, some of which abort: the two sides drift apart.
    void write(int transactions)
    {
        KafkaWriter writer{source, orders.value()};
        for (int i = 0; i < transactions; ++i) {
            writer.begin();
            for (std::int32_t partition = 0; partition < partitions; ++partition) {
                for (int k = 0; k <= i % 4; ++k) {
                    writer.send({{orders, Partition{partition}},
                                 0,
                                 {},
                                 fmt::format("{}-{}-{}", partition, i, k),
                                 {}});
                }
            }
            if (i % 5 == 2) {
                writer.abort();
            } else {
                EXPECT_EQ(writer.commit(), Outcome::ok);
            }
        }
    }

    std::set<TopicPartition> all(const TopicName& topic) const
    {
        std::set<TopicPartition> places;
        for (std::int32_t i = 0; i < partitions; ++i) places.insert({topic, Partition{i}});
        return places;
    }

    // The next record of each partition from these offsets on; none at the end.
    using Unread = std::map<Partition, std::string>;
    static Unread unread(const std::vector<SeenRecord>& records, const kafka::GroupOffsets& from)
    {
        Unread next;
        for (const auto& [at, committed] : from) {
            const auto found = std::ranges::find_if(records, [&](const SeenRecord& record) {
                return record.at == at && record.offset >= committed.offset;
            });
            next[at.partition] = found == records.end() ? "none" : *found->value;
        }
        return next;
    }

    // Every group goes on at the target with the record that it would read next at the source.
    void expect_to_go_on(const std::vector<GroupName>& groups)
    {
        const auto originals = read_all(source, orders);
        const auto copies = read_all(target, mirror);
        for (const auto& name : groups) {
            KafkaGroup here{source, name};
            KafkaGroup there{target, name};
            const auto wanted = unread(originals, here.committed(all(orders)));
            EXPECT_EQ(unread(copies, there.committed(all(mirror))), wanted) << name.value();
        }
    }

    // Waits until as many groups are there, each in this state, with nothing to read again.
    void wait_until(std::size_t count, const std::string& state)
    {
        link.wait_for([&](const auto& status) {
            return status.groups.size() == count &&
                   std::ranges::all_of(status.groups, [&](const auto& each) {
                       return each.state == state && each.rereads == 0;
                   });
        });
    }
};

TEST_F(LinkGroupsTest, GoOnAtTheTargetWithTheRecordThatTheyWouldReadNext)
{
    write(40);
    const auto ends = KafkaReader{source, orders, Isolation::read_committed}.ends();
    std::vector<GroupName> groups;
    for (const int percent : {0, 1, 13, 50, 77, 99, 100}) {
        const auto name = group(std::to_string(percent));
        kafka::GroupOffsets offsets;
        for (const auto& [partition, end] : ends) {
            offsets[{orders, partition}] = {Offset{end.value() * percent / 100}, ""};
        }
        KafkaGroup{source, name}.commit(offsets);
        groups.push_back(name);
    }
    KafkaGroup{source, group("elsewhere")};

    link.start();
    link.wait_until_copied(orders);
    wait_until(groups.size(), "synced");
    expect_to_go_on(groups);

    // Back, and on.
    KafkaGroup{source, groups[3]}.commit({{{orders, Partition{1}}, {Offset{3}, "by hand"}}});
    KafkaGroup{source, groups[1]}.commit({{{orders, Partition{2}}, {Offset{30}, ""}}});
    write(10);
    link.wait_until_copied(orders);
    ASSERT_TRUE(testing::wait_for([&] {
        KafkaGroup there{target, groups[3]};
        return there.committed({{mirror, Partition{1}}}).begin()->second.metadata == "by hand";
    }));
    wait_until(groups.size(), "synced");
    expect_to_go_on(groups);
}

TEST_F(LinkGroupsTest, AreHeldOnceTheyWereUsedAtTheTarget)
{
    write(20);
    const auto name = group("moves over");
    KafkaGroup at_home{source, name};
    at_home.commit({{{orders, Partition{0}}, {Offset{5}, ""}}});
    link.start();
    link.wait_until_copied(orders);
    wait_until(1, "synced");

    KafkaGroup there{target, name};
    there.join(mirror);
    wait_until(1, "active_on_target");
    at_home.commit({{{orders, Partition{0}}, {Offset{9}, ""}}});
    link.wait_for([&](const auto& status) { return status.groups.front().rereads == 4; });
    while (!there.next(100ms)) {
    }
    there.commit();
    const auto own = there.committed(all(mirror));
    there.leave();
    link.wait_for([&](const auto& status) { return status.groups.front().state == "diverged"; });
    EXPECT_EQ(KafkaGroup(target, name).committed(all(mirror)), own);

    // Also over a restart, and a policy that is taken over while the link runs.
    link.strait().kill();
    link.start();
    link.wait_for([&](const auto& status) {
        return status.groups.size() == 1 && status.groups.front().state == "diverged";
    });
    link.configure(keys(", on_diverged: overwrite"));
    EXPECT_EQ(link.strait().run({"apply"}).exit_code, 0);
    wait_until(1, "synced");
    expect_to_go_on({name});
}

TEST_F(LinkGroupsTest, LeaveNothingBehindIfSoWished)
{
    write(5);
    const auto name = group("short-lived");
    KafkaGroup{source, name}.commit({{{orders, Partition{0}}, {Offset{2}, ""}}});
    link.configure(keys(", on_source_delete: delete"));
    link.start();
    link.wait_until_copied(orders);
    wait_until(1, "synced");
    EXPECT_EQ(KafkaGroup(target, name).committed(all(mirror)).size(), 1U);

    KafkaGroup(source, name).destroy();
    wait_until(0, "");
    EXPECT_TRUE(KafkaGroup(target, name).committed(all(mirror)).empty());
}

TEST_F(LinkGroupsTest, AreChosenByName)
{
    write(5);
    const auto kept = group("kept");
    const auto left = group("left");
    for (const auto& name : {kept, left}) {
        KafkaGroup{source, name}.commit({{{orders, Partition{0}}, {Offset{2}, ""}}});
    }
    link.configure(keys(", exclude: [\"*/left\"]"));
    link.start();
    link.wait_until_copied(orders);
    wait_until(1, "synced");
    EXPECT_TRUE(KafkaGroup(target, left).committed(all(mirror)).empty());
}

}  // namespace
}  // namespace strait::testing
