#include "tests/integration/link_two_topics.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {
namespace {

using Values = std::vector<std::string>;

// Topics that rest while the link mirrors the others on.
struct LinkPauseTopicTest : LinkTwoTopics {
    CommandResult pause_orders()
    {
        return tell("pause", {"--topic", orders.value(), "--reason", "repartitioned"});
    }

    CommandResult resume_orders() { return tell("resume", {"--topic", orders.value()}); }

    void expect_to_rest(const std::string& link_state = "active")
    {
        const auto topic = wait_until(orders, "paused", link_state);
        EXPECT_EQ(topic.reason, "paused by itself: repartitioned");
        ASSERT_EQ(topic.partitions.size(), 1U);
        EXPECT_EQ(topic.partitions.front().state, "paused");
        EXPECT_EQ(values_at_target(orders), Values{"first"});
    }
};

TEST_F(LinkPauseTopicTest, RestsWhateverComesAndGoesOnExactlyWhereItWas)
{
    start_with_one_record_each();
    expect_done(pause_orders());
    expect_to_rest();
    EXPECT_TRUE(pause_orders().output.contains("already"));

    write(source, orders, "second");
    write(source, payments, "second");
    link.wait_until_copied(payments);
    link.wait_for([](const auto& status) { return status.lag.records == 1; });
    const auto refused = tell("promote", {"--yes"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains(orders.value() + " is paused by itself: repartitioned; "
                                                         "resume it with `strait link resume"))
        << refused.output;

    // The link's own rest is another matter.
    expect_done(tell("pause", {"--reason", "all of it"}));
    wait_until(payments, "paused", "paused");
    const auto resumed = tell("resume", {});
    expect_done(resumed);
    EXPECT_TRUE(resumed.output.contains("1 topics were paused by themselves")) << resumed.output;
    wait_until(payments, "active");
    expect_to_rest();

    // A lost disk, and a configuration that leaves it out and takes it in again.
    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    link.start();
    expect_to_rest();
    for (const auto& include : {payments.value(), name.value() + ".*s"}) {
        link.configure(keys(include));
        expect_done(link.strait().run({"apply"}));
        const std::size_t count = include == payments.value() ? 1 : 2;
        link.wait_for([&](const auto& status) { return status.topics.size() == count; });
    }
    write(source, payments, "third");
    link.wait_until_copied(payments);
    expect_to_rest();

    const auto plan = tell("resume", {"--topic", orders.value(), "--dry-run"});
    EXPECT_TRUE(plan.output.contains("retention")) << plan.output;
    expect_done(resume_orders());
    link.wait_until_copied(orders);
    wait_until(orders, "active");
    EXPECT_EQ(values_at_target(orders), (Values{"first", "second"}));
    EXPECT_EQ(values_at_target(payments), (Values{"first", "second", "third"}));
    EXPECT_TRUE(resume_orders().output.contains("none of them is paused"));
    expect_done(tell("verify", {}));
}

TEST_F(LinkPauseTopicTest, LosesAndRepeatsNothingUnderLoad)
{
    Load load{source, {.topic = orders, .partitions = 1}, "", 400};
    write(source, payments, "first");
    link.start();
    for (std::size_t turn = 1; turn <= 3; ++turn) {
        ASSERT_TRUE(load.wait_for(turn * 200, std::chrono::seconds{30}));
        link.wait_for_state({orders, Partition{0}}, "active");
        expect_done(pause_orders());
        wait_until(orders, "paused");
        ASSERT_TRUE(load.wait_for(load.count() + 50, std::chrono::seconds{30}));
        const auto verified = tell("verify", {"--topic", orders.value()});
        expect_done(verified);
        expect_done(resume_orders());
    }
    const auto produced = load.finish();
    link.wait_until_copied(orders);
    const auto verdict = link.verdict({.topic = orders, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

TEST_F(LinkPauseTopicTest, LeavesTheGroupsWhereTheyAreMeanwhile)
{
    for (const auto* const value : {"first", "second"}) {
        write(source, orders, value);
        write(source, payments, value);
    }
    link.start();
    link.wait_until_copied(orders);
    link.wait_until_copied(payments);
    commit(Offset{1}, Offset{1});
    ASSERT_TRUE(wait_for([&] { return place(orders) >= Offset{1}; }));
    const auto stood = place(orders);
    expect_done(pause_orders());
    wait_until(orders, "paused");
    commit(Offset{2}, Offset{2});
    ASSERT_TRUE(wait_for([&] { return place(payments) >= Offset{2}; }));
    EXPECT_EQ(place(orders), stood);
    expect_done(resume_orders());
    EXPECT_TRUE(wait_for([&] { return place(orders) > stood; })) << place(orders).value();
}

// What was not copied of it counts as lost; so it does when mirroring turns around.
TEST_F(LinkPauseTopicTest, FailsOverWhereItStands)
{
    start_with_one_record_each();
    expect_done(pause_orders());
    wait_until(orders, "paused");
    write(source, orders, "left");
    link.wait_for([](const auto& status) { return status.lag.records == 1; });
    const auto done = tell("failover", {"--yes"});
    expect_done(done);
    EXPECT_TRUE(done.output.contains("1 records were left at the source")) << done.output;
    wait_until(orders, "failed_over", "failed_over");
    EXPECT_EQ(resume_orders().exit_code, 1);

    const auto refused = tell("reverse", {"--yes"});
    EXPECT_TRUE(refused.output.contains("1 records of the source were never mirrored"))
        << refused.output;
    expect_done(tell("reverse", {"--divergence", "keep", "--yes"}));
    write(target, orders, "back");
    EXPECT_TRUE(wait_for([&] { return read_all(source, orders).size() == 3; }))
        << link.strait().log();
    EXPECT_EQ(read_all(source, orders).back().value, "back");
}

TEST_F(LinkPauseTopicTest, NeedsNoTransactions)
{
    link.configure(keys(name.value() + ".*") + "    delivery: at_least_once\n");
    start_with_one_record_each();
    expect_done(pause_orders());
    expect_to_rest();
    write(source, orders, "second");
    write(source, payments, "second");
    link.wait_until_copied(payments);
    link.strait().kill();
    link.start();
    expect_to_rest();
    expect_done(resume_orders());
    link.wait_until_copied(orders);
    EXPECT_EQ(values_at_target(orders), (Values{"first", "second"}));

    expect_done(tell("failover", {"--topic", orders.value(), "--yes"}));
    wait_until(orders, "failed_over");
    write(source, orders, "late");
    write(source, payments, "third");
    link.wait_until_copied(payments);
    EXPECT_EQ(values_at_target(orders), (Values{"first", "second"}));
    EXPECT_EQ(values_at_target(payments), (Values{"first", "second", "third"}));
}

// Where the program dies meanwhile: what was promised is done.
struct TopicPauseDeathTest : LinkPauseTopicTest, ::testing::WithParamInterface<std::string_view> {};

TEST_P(TopicPauseDeathTest, LeavesItFinished)
{
    write(source, orders, "first");
    write(source, payments, "first");
    link.strait().start_with_failpoint(std::string{GetParam()});
    link.wait_until_copied(orders);
    link.wait_until_copied(payments);
    pause_orders();
    ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();

    write(source, orders, "late");
    write(source, payments, "second");
    link.start();
    EXPECT_TRUE(all_ended()) << link.strait().log();
    link.wait_until_copied(payments);
    expect_to_rest();
    expect_done(resume_orders());
    link.wait_until_copied(orders);
    EXPECT_EQ(values_at_target(orders), (Values{"first", "late"}));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         TopicPauseDeathTest,
                         ::testing::Values("claim.read:kill:2",
                                           "claim.committed:kill:2",
                                           "operation.done:kill:1"),
                         LinkTwoTopics::name_of_death);

}  // namespace
}  // namespace strait::testing
