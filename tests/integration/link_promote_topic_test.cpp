#include "tests/integration/link_two_topics.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

// Topics that move to the target one after the other.
struct LinkPromoteTopicTest : LinkTwoTopics {
    CommandResult promote(std::vector<std::string> more)
    {
        more.emplace_back("--yes");
        return tell("promote", std::move(more));
    }

    void wait_until_promoted(const TopicName& topic) { wait_until(topic, "promoted"); }
};

TEST_F(LinkPromoteTopicTest, MirrorsTheOthersOn)
{
    start_with_one_record_each();
    commit(Offset{1}, Offset{1});
    ASSERT_TRUE(wait_for([&] { return place(orders) >= Offset{1}; }));
    const auto stood = place(orders);

    const auto done = promote({"--topic", orders.value()});
    EXPECT_EQ(done.exit_code, 0) << done.output << link.strait().log();
    EXPECT_TRUE(done.output.contains("the chosen topics are ordinary ones; no record was left"))
        << done.output;
    wait_until_promoted(orders);
    EXPECT_EQ(promote({"--topic", orders.value()}).exit_code, 0) << "it is done already";

    // The target's topic has its own records and readers now.
    write(target, orders, "ours");
    write(source, orders, "theirs");
    write(source, payments, "second");
    link.wait_until_copied(payments);
    commit(Offset{2}, Offset{2});
    ASSERT_TRUE(wait_for([&] { return place(payments) > stood; }));
    EXPECT_EQ(values_at_target(orders), (std::vector<std::string>{"first", "ours"}));
    EXPECT_EQ(place(orders), stood);

    // Whatever becomes of the link's patterns, the source's topic, and the program.
    link.configure(keys(payments.value()));
    KafkaAdmin{source}.delete_topic(orders);
    link.strait().kill();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    link.start();
    write(source, payments, "third");
    link.wait_until_copied(payments);
    wait_until_promoted(orders);
    EXPECT_EQ(values_at_target(orders), (std::vector<std::string>{"first", "ours"}));

    const auto rest = promote({});
    EXPECT_EQ(rest.exit_code, 0) << rest.output << link.strait().log();
    link.wait_for([](const auto& status) { return status.state == "promoted"; });
    EXPECT_EQ(values_at_target(payments), (std::vector<std::string>{"first", "second", "third"}));
}

// A topic that is written to, or that the link does not have, stays a mirror.
TEST_F(LinkPromoteTopicTest, WaitsForNoOtherTopic)
{
    Load busy{source, {.topic = payments, .partitions = 1}, "", 200};
    write(source, orders, "first");
    link.start();
    link.wait_until_copied(orders);
    const auto refused = promote({"--topic", payments.value(), "--timeout", "2s"});
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_EQ(promote({"--topic", "nobody-has-it"}).exit_code, 1);

    const auto done = promote({"--topic", orders.value()});
    EXPECT_EQ(done.exit_code, 0) << done.output << link.strait().log();
    const auto produced = busy.finish();
    link.wait_until_copied(payments);
    const auto verdict = link.verdict({.topic = payments, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();
}

// Where the program dies meanwhile.
struct TopicPromotionDeathTest : LinkPromoteTopicTest,
                                 ::testing::WithParamInterface<std::string_view> {};

TEST_P(TopicPromotionDeathTest, LeavesItFinished)
{
    write(source, orders, "first");
    write(source, payments, "first");
    link.strait().start_with_failpoint(std::string{GetParam()});
    link.wait_until_copied(orders);
    link.wait_until_copied(payments);
    promote({"--topic", orders.value()});
    ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();

    link.start();
    wait_until_promoted(orders);
    EXPECT_TRUE(all_ended()) << link.strait().log();
    write(source, orders, "late");
    write(source, payments, "second");
    link.wait_until_copied(payments);
    EXPECT_EQ(values_at_target(orders), std::vector<std::string>{"first"});
    EXPECT_EQ(values_at_target(payments), (std::vector<std::string>{"first", "second"}));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         TopicPromotionDeathTest,
                         ::testing::Values("cut.closed:kill:1",
                                           "cut.grouped:kill:1",
                                           "claim.committed:kill:2"),
                         LinkTwoTopics::name_of_death);

}  // namespace
}  // namespace strait::testing
