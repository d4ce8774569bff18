#include "tests/integration/link_turns.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::testing {
namespace {

struct LinkReverseTest : LinkTurns {};

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

// As it does for a moment after each order.
TEST_F(LinkReverseTest, WaitsForALinkThatConnects)
{
    create();
    write(oslo, topics.front(), 40);
    link.start();
    wait_until_active(link.name());
    expect_to_agree();
    expect_done(tell("promote", link.name()));
    link.stop();

    link.strait().start_with_failpoint("link.connecting:delay");
    link.wait_for([](const auto& status) { return !status.state.empty(); });
    expect_done(tell("reverse", link.name()));
    wait_until_active(back);
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

    // Now the other one is to be reversed: this one would copy all of that again.
    expect_done(tell("promote", back));
    const auto wrong = tell("reverse", link.name(), {"--yes", "--divergence", "keep"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_TRUE(wrong.output.contains("beyond that cut")) << wrong.output;
    expect_done(tell("reverse", back));
    wait_until_active(link.name());
    expect_to_agree(7);
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
