#include "tests/integration/link_turns.hpp"
#include "tests/support/load.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// Three topics of twelve partitions under load, twenty groups at rest in them, and the whole way:
// failed over at a moment of the load's choosing, mirrored back, and back again.
struct LinkReverseLoadTest : LinkTurns {
    static constexpr int groups_count = 20;

    LinkReverseLoadTest()
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

TEST_F(LinkReverseLoadTest, GoesTheWholeWayUnderLoad)
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

}  // namespace
}  // namespace strait::testing
