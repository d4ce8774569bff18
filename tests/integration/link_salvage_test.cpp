#include "tests/integration/link_turns.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {
namespace {

// What a failover left at the source is copied to a topic of its own before mirroring turns around.
struct LinkSalvageTest : LinkTurns {
    TopicName left = unique_topic("left");

    std::vector<std::string> salvaging(const TopicName& topic, std::vector<std::string> more)
    {
        more.insert(more.end(), {"--divergence", "salvage=" + topic.value()});
        return more;
    }

    void expect_refused(const TopicName& topic, const std::string& why)
    {
        const auto refused = tell("reverse", link.name(), salvaging(topic, {"--yes"}));
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_TRUE(refused.output.contains(why)) << refused.output;
        EXPECT_EQ(tell("status", back, {}).exit_code, 3) << "nothing was made";
    }

    // As records that were never mirrored, in the order of their partitions.
    [[nodiscard]] static std::vector<std::string> tail_of(const ClientProperties& at,
                                                          const TopicName& topic,
                                                          std::int64_t from)
    {
        std::vector<std::string> tail;
        for (const auto& record : read_all(at, topic)) {
            if (record.offset < Offset{from}) continue;
            tail.push_back(fmt::format("{}-{} {} {}",
                                       topic.value(),
                                       record.at.partition.value(),
                                       record.offset.value(),
                                       record.value.value_or("-")));
        }
        std::ranges::sort(tail);
        return tail;
    }

    // The same of what the other topic has, as its headers say.
    [[nodiscard]] std::vector<std::string> salvaged() const
    {
        std::vector<std::string> all;
        for (const auto& record : read_all(bergen, left)) {
            const auto header = [&](std::string_view name) {
                const auto found = std::ranges::find(record.headers, name, &SeenHeader::name);
                return found == record.headers.end() ? "?" : found->value.value_or("-");
            };
            EXPECT_EQ(record.key, "k");
            EXPECT_EQ(header("strait.partition"), std::to_string(record.at.partition.value()));
            all.push_back(fmt::format("{}-{} {} {}",
                                      header("strait.topic"),
                                      header("strait.partition"),
                                      header("strait.offset"),
                                      record.value.value_or("-")));
        }
        std::ranges::sort(all);
        return all;
    }
};

TEST_F(LinkSalvageTest, CopiesWhatWasNeverMirroredToATopicOfItsOwn)
{
    create();
    const auto& orders = topics.front();
    const auto compacted = unique_topic("compacted");
    KafkaAdmin{bergen}.create_topic(compacted, 1, {{"cleanup.policy", "compact"}});
    write(oslo, orders, 40);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 7);
    write(bergen, orders, 20);

    expect_refused(orders, "it is, or was, the mirror of " + orders.value());
    expect_refused(compacted, "it is compacted");
    expect_refused(TopicName{"_strait.links"}, "it is internal");
    const auto plan = tell("reverse", link.name(), salvaging(left, {"--dry-run"}));
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(plan.output.contains("copy those 7 records to topic " + left.value()))
        << plan.output;

    const auto done = tell("reverse", link.name(), salvaging(left, {"--yes"}));
    expect_done(done);
    EXPECT_TRUE(done.output.contains("7 records that were never mirrored stay at its target, and "
                                     "are in topic " +
                                     left.value()))
        << done.output;
    auto wanted = tail_of(oslo, orders, 10);
    std::erase_if(wanted, [](const std::string& text) { return !text.contains(" 1-"); });
    EXPECT_EQ(wanted.size(), 7U);
    EXPECT_EQ(salvaged(), wanted);
    wait_until_active(back);
    expect_to_agree(7);
    LinkDoor door{link.strait().data_dir(), back};
    const auto gaps = door.gaps({orders, Partition{0}});
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps.front().cause, "diverged");

    // The next time the topic takes what is new.
    expect_done(tell("promote", back));
    expect_done(tell("reverse", back));
    wait_until_active(link.name());
    expect_to_agree(7);
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 5);
    expect_done(tell("reverse", link.name(), salvaging(left, {"--yes"})));
    EXPECT_EQ(salvaged().size(), 12U);
    wait_until_active(back);
    write(bergen, orders, 20);
    expect_to_agree(12);
}

// Nothing that a link would carry on is a place to keep it.
TEST_F(LinkSalvageTest, RefusesATopicThatALinkMirrors)
{
    create();
    const auto& orders = topics.front();
    write(oslo, orders, 8);
    link.start();
    wait_until_active(link.name());
    expect_done(tell("promote", link.name()));
    expect_done(tell("reverse", link.name()));
    wait_until_active(back);
    expect_done(tell("promote", back));
    expect_done(tell("reverse", back));
    wait_until_active(link.name());
    const TempFolder folder{"salvage"};
    const auto change = folder.path() / "change.yaml";
    write_file(
        change,
        fmt::format("topics: {{include: [\"{}\", \"{}\"]}}\n", orders.value(), left.value()));
    const auto changed = link.strait().run({"link", "change", back, "-f", change.string()});
    ASSERT_EQ(changed.exit_code, 0) << changed.output;
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 4);
    const auto refused = tell("reverse", link.name(), salvaging(left, {"--yes"}));
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("link " + back + " would mirror topic " + left.value() +
                                        ": exclude it there, or name another topic"))
        << refused.output;
}

// What the topic does not take ends the reversal, and a retry takes only what is left.
TEST_F(LinkSalvageTest, GoesOnWhereATopicRefusedARecord)
{
    create();
    const auto& orders = topics.front();
    KafkaAdmin{bergen}.create_topic(left, partitions, {{"max.message.bytes", "2000"}});
    write(oslo, orders, 8);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 8);
    std::string large;  // however it is compressed
    for (int i = 0; large.size() < 20'000; ++i) large += std::to_string(i * 7'919 % 104'729);
    write_all(oslo, {{{orders, Partition{3}}, 0, "k", large, {}}});

    const auto refused = tell("reverse", link.name(), salvaging(left, {"--yes"}));
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains(fmt::format("salvaging {}-3", orders.value())))
        << refused.output;
    EXPECT_EQ(salvaged().size(), 6U)
        << "three partitions, and nothing of the transaction that failed";
    EXPECT_EQ(tell("status", back, {}).exit_code, 3) << "nothing was made";

    KafkaAdmin{bergen}.alter_configs(left, {{"max.message.bytes", "100000"}});
    expect_done(tell("reverse", link.name(), salvaging(left, {"--yes"})));
    EXPECT_EQ(salvaged().size(), 9U);
    wait_until_active(back);
    write(bergen, orders, 8);
    expect_to_agree(9);
}

// Wherever the program dies: afterwards all of it is there, and nothing twice.
struct SalvageDeathTest : LinkSalvageTest, ::testing::WithParamInterface<const char*> {};

TEST_P(SalvageDeathTest, LeavesASalvageThatIsFinished)
{
    create();
    const auto& orders = topics.front();
    write(oslo, orders, 40);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 26);
    write(bergen, orders, 20);
    link.stop();

    link.strait().start_with_failpoint(GetParam());
    link.wait_for([](const auto& status) { return status.state == "failed_over"; });
    tell("reverse", link.name(), salvaging(left, {"--yes"}));
    ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();
    link.start();
    wait_until_active(back);
    EXPECT_TRUE(testing::wait_for([&] {
        const auto all = link.strait().run({"link", "operations", "--json"}).output;
        return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
    })) << link.strait().log();
    auto wanted = tail_of(oslo, orders, 10);
    std::erase_if(wanted, [](const std::string& text) { return !text.contains(" 1-"); });
    EXPECT_EQ(wanted.size(), 26U);
    EXPECT_EQ(salvaged(), wanted) << link.strait().log();
    expect_to_agree(26);
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info)
{
    std::string name{info.param};
    std::erase(name, '.');
    std::erase(name, ':');
    return name;
}

// A transaction for each of the four partitions.
INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         SalvageDeathTest,
                         ::testing::Values("operation.stored:kill:1",
                                           "reverse.salvaging:kill:1",
                                           "reverse.salvaging:kill:3",
                                           "reverse.salvaged:kill:1",
                                           "reverse.salvaged:kill:4",
                                           "reverse.made:kill:1",
                                           "reverse.prepared:kill:1",
                                           "operation.done:kill:1"),
                         name_of);

}  // namespace
}  // namespace strait::testing
