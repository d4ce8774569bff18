#include "tests/integration/link_two_topics.hpp"
#include "tests/support/kafka_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {
namespace {

using Values = std::vector<std::string>;

// Topics that are taken from a source that may be gone, while the link mirrors the others on.
struct LinkFailoverTopicTest : LinkTwoTopics {
    using LinkTwoTopics::LinkTwoTopics;

    CommandResult fail_over(const TopicName& topic)
    {
        return tell("failover", {"--topic", topic.value(), "--yes"});
    }
};

TEST_F(LinkFailoverTopicTest, CutsThatTopicAndMirrorsTheOthersOn)
{
    Load busy{source, {.topic = orders, .partitions = 1}, "", 200};
    write(source, payments, "first");
    link.start();
    ASSERT_TRUE(busy.wait_for(200, std::chrono::seconds{30}));
    link.wait_for_state({orders, Partition{0}}, "active");
    link.wait_until_copied(payments);
    commit(Offset{1}, Offset{1});
    ASSERT_TRUE(wait_for([&] { return place(orders) >= Offset{1}; }));
    const auto plan = tell("failover", {"--topic", orders.value()});
    EXPECT_TRUE(plan.output.contains("mirror the other topics on")) << plan.output;
    EXPECT_EQ(fail_over(TopicName{"nobody-has-it"}).exit_code, 1);

    const auto done = fail_over(orders);
    expect_done(done);
    EXPECT_TRUE(done.output.contains("the chosen topics are ordinary ones")) << done.output;
    const auto shown = wait_until(orders, "failed_over");
    EXPECT_TRUE(shown.reason.contains("it was failed over by itself")) << shown.reason;
    const auto copied = values_at_target(orders).size();
    const auto stood = place(orders);
    ASSERT_TRUE(busy.wait_for(busy.count() + 100, std::chrono::seconds{30}));
    busy.finish();
    expect_done(fail_over(orders));

    write(source, payments, "second");
    link.wait_until_copied(payments);
    commit(Offset{100}, Offset{2});
    ASSERT_TRUE(wait_for([&] { return place(payments) >= Offset{2}; }));
    EXPECT_EQ(place(orders), stood);
    EXPECT_EQ(values_at_target(orders).size(), copied);

    // It stays so, whatever is lost here.
    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    link.start();
    write(source, payments, "third");
    link.wait_until_copied(payments);
    wait_until(orders, "failed_over");
    EXPECT_EQ(values_at_target(orders).size(), copied);
    EXPECT_EQ(values_at_target(payments), (Values{"first", "second", "third"}));
    expect_done(tell("promote", {"--yes"}));
    wait_until(orders, "failed_over", "promoted");
    wait_until(payments, "promoted", "promoted");
}

// Topics take the configs that a mirror cannot have, whether the link runs or rests.
TEST_F(LinkFailoverTopicTest, TakesATopicFromALinkThatRests)
{
    KafkaAdmin{source}.alter_configs(orders, {{"message.timestamp.type", "LogAppendTime"}});
    start_with_one_record_each();
    expect_done(tell("pause", {}));
    write(source, orders, "left");
    write(source, payments, "second");
    link.wait_for([](const auto& status) { return status.lag.records == 2; });
    const auto plan = tell("failover", {"--topic", orders.value()});
    EXPECT_TRUE(plan.output.contains("1 records of the last")) << plan.output;

    const auto done = fail_over(orders);
    expect_done(done);
    EXPECT_TRUE(done.output.contains("1 records were left at the source")) << done.output;
    EXPECT_FALSE(done.output.contains("timestamp configs")) << done.output;
    wait_until(payments, "paused", "paused");
    EXPECT_EQ(KafkaAdmin{target}.config(orders, "message.timestamp.type").value, "LogAppendTime");
    EXPECT_EQ(KafkaAdmin{target}.config(payments, "message.timestamp.type").value, "CreateTime");
    expect_done(tell("resume", {}));
    wait_until(orders, "failed_over");
    link.wait_until_copied(payments);
    EXPECT_EQ(values_at_target(orders), Values{"first"});

    // What it left at the source is known when all of it turns around.
    expect_done(tell("promote", {"--yes"}));
    const auto refused = tell("reverse", {"--yes"});
    EXPECT_TRUE(refused.output.contains("1 records of the source were never mirrored, at " +
                                        orders.value() + "-0"))
        << refused.output;
    expect_done(tell("reverse", {"--divergence", "keep", "--yes"}));
    for (const auto& topic : {orders, payments}) {
        write(target, topic, "back");
        EXPECT_TRUE(wait_for([&] { return read_all(source, topic).size() == 3; }))
            << link.strait().log();
        EXPECT_EQ(read_all(source, topic).back().value, "back");
    }
}

// A source of its own, to be taken away.
struct OwnSource {
    KafkaCluster own;
};

struct FailoverWithoutSourceTest : OwnSource, LinkFailoverTopicTest {
    FailoverWithoutSourceTest() : LinkFailoverTopicTest{own, SharedClusters::target()} {}
};

TEST_F(FailoverWithoutSourceTest, AsksTheSourceNothing)
{
    KafkaAdmin{source}.alter_configs(orders, {{"message.timestamp.type", "LogAppendTime"}});
    start_with_one_record_each();
    link.wait_for([](const auto& status) {
        return std::ranges::all_of(
            status.topics, [](const auto& topic) { return topic.partitions.front().lag == 0; });
    });
    own.freeze();
    const auto done = fail_over(orders);
    expect_done(done);
    EXPECT_TRUE(done.output.contains("no record was left at the source")) << done.output;
    EXPECT_FALSE(done.output.contains("timestamp configs")) << done.output;
    EXPECT_EQ(KafkaAdmin{target}.config(orders, "message.timestamp.type").value, "LogAppendTime");

    // A program that has never seen its source, and does not know what it has.
    link.strait().kill();
    link.start();
    wait_until(orders, "failed_over", "starting");
    const auto blind = fail_over(payments);
    expect_done(blind);
    EXPECT_TRUE(blind.output.contains("nobody knows how many records")) << blind.output;
    own.thaw();
    wait_until(payments, "failed_over");
    write(source, orders, "late");
    write(source, payments, "late");
    wait_until(orders, "failed_over");
    EXPECT_EQ(values_at_target(orders), Values{"first"});
    EXPECT_EQ(values_at_target(payments), Values{"first"});
}

// The target knows which source it was.
TEST_F(FailoverWithoutSourceTest, NeedsNoViewEither)
{
    start_with_one_record_each();
    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    own.freeze();
    link.start();
    link.wait_for([](const auto& status) { return status.state == "starting"; });
    expect_done(tell("failover", {"--yes"}));
    wait_until(orders, "failed_over", "failed_over");
    own.thaw();
    write(source, orders, "late");
    EXPECT_EQ(values_at_target(orders), Values{"first"});
}

// A claim that knows nothing of the source does not make it the owner's.
TEST_F(FailoverWithoutSourceTest, LeavesALinkAsItIsThatHasNeverRun)
{
    write(source, orders, "first");
    own.freeze();
    link.start();
    link.wait_for([](const auto& status) { return status.state == "starting"; });
    const auto refused = tell("failover", {"--yes"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("the link has never run")) << refused.output;
    own.thaw();
    link.wait_until_copied(orders);
    EXPECT_EQ(values_at_target(orders), Values{"first"});
}

// Where the program dies meanwhile: what was promised is done.
struct TopicFailoverDeathTest : LinkFailoverTopicTest,
                                ::testing::WithParamInterface<std::string_view> {};

TEST_P(TopicFailoverDeathTest, LeavesItFinished)
{
    write(source, orders, "first");
    write(source, payments, "first");
    link.strait().start_with_failpoint(std::string{GetParam()});
    link.wait_until_copied(orders);
    link.wait_until_copied(payments);
    fail_over(orders);
    ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();

    link.start();
    wait_until(orders, "failed_over");
    EXPECT_TRUE(all_ended()) << link.strait().log();
    write(source, orders, "late");
    write(source, payments, "second");
    link.wait_until_copied(payments);
    EXPECT_EQ(values_at_target(orders), Values{"first"});
    EXPECT_EQ(values_at_target(payments), (Values{"first", "second"}));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         TopicFailoverDeathTest,
                         ::testing::Values("operation.stored:kill:1",
                                           "cut.closed:kill:1",
                                           "cut.grouped:kill:1",
                                           "claim.committed:kill:2",
                                           "operation.done:kill:1"),
                         LinkTwoTopics::name_of_death);

}  // namespace
}  // namespace strait::testing
