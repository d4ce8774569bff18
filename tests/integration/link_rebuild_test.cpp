#include "tests/integration/link_turns.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::testing {
namespace {

// What a failover left at the source is given up: its topic is deleted there, and copied whole.
struct LinkRebuildTest : LinkTurns {
    static std::vector<std::string> rebuilding(std::vector<std::string> more = {"--yes"})
    {
        more.insert(more.end(), {"--divergence", "rebuild"});
        return more;
    }

    TopicId id_at_oslo(const TopicName& topic)
    {
        return KafkaAdmin{oslo}.find_topic_id(topic).value_or(TopicId{});
    }

    // Without waiting for its end.
    void begin_by_rest()
    {
        const auto told = run_command({"curl",
                                       "-s",
                                       "-X",
                                       "POST",
                                       "-H",
                                       "Content-Type: application/json",
                                       "-d",
                                       R"({"divergence":"rebuild","delete_topics":true})",
                                       "--unix-socket",
                                       link.strait().data_dir() / "admin.sock",
                                       "http://strait/v1/links/" + link.name() + ":reverse"});
        EXPECT_TRUE(told.output.contains("\"running\"")) << told.output;
    }

    // Of the program that is started next, if it is not told to reverse anew.
    void wait_until_no_operation_runs()
    {
        EXPECT_TRUE(testing::wait_for([&] {
            const auto all = link.strait().run({"link", "operations", "--json"}).output;
            return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
        })) << link.strait().log();
    }

    // Each time from both sides in the same state: the first topic differs, the others do not.
    void fail_over_with_a_tail(int tail = 26)
    {
        for (const auto& topic : topics) write(oslo, topic, 40);
        link.start();
        wait_until_active(link.name());
        expect_to_agree();
        expect_done(tell("failover", link.name()));
        write(oslo, topics.front(), tail);
        for (const auto& topic : topics) write(bergen, mirror(topic), 20);
    }

    void die_at(const char* failpoint)
    {
        link.stop();
        link.strait().start_with_failpoint(failpoint);
        link.wait_for([](const auto& status) { return status.state == "failed_over"; });
        tell("reverse", link.name(), rebuilding());
        ASSERT_TRUE(link.strait().wait_for_end()) << link.strait().log();
    }

    void expect_failed(const std::string& why)
    {
        link.start();
        EXPECT_TRUE(testing::wait_for([&] {
            const auto all = link.strait().run({"link", "operations", "--json"}).output;
            return all.contains("\"state\":\"failed\"") && all.contains(why);
        })) << link.strait().run({"link", "operations", "--json"}).output
            << link.strait().log();
    }
};

TEST_F(LinkRebuildTest, DeletesTopicsThatDifferAndCopiesThemWhole)
{
    prefix = "from-oslo.";
    topics.push_back(unique_topic("calm"));
    create();
    const auto orders = topics.front();
    const auto calm = topics.back();
    const GroupName group{orders.value() + "/app"};
    for (const auto& topic : topics) write(oslo, topic, 4);
    commit(oslo, group, orders, 0);
    fail_over_with_a_tail();
    commit(oslo, group, orders, 0);  // somebody has read what nobody will see again
    commit(bergen, group, mirror(orders), 3);
    const auto old_id = id_at_oslo(orders);
    const auto calm_id = id_at_oslo(calm);

    const auto plan = tell("reverse", link.name(), rebuilding({"--dry-run"}));
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(plan.output.contains(
        fmt::format("topic {} of id {}, with 70 offsets, 26 records of it never mirrored",
                    orders.value(),
                    to_string(old_id))))
        << plan.output;
    EXPECT_TRUE(plan.output.contains("delete 1 topics of ")) << plan.output;
    EXPECT_FALSE(plan.output.contains("topic " + calm.value())) << plan.output;
    const auto shown = tell("reverse", link.name(), rebuilding({}));
    EXPECT_TRUE(shown.output.contains("do it with --yes")) << shown.output;
    EXPECT_EQ(id_at_oslo(orders), old_id);
    EXPECT_EQ(tell("status", back, {}).exit_code, 3) << "nothing was made";

    const auto done = tell("reverse", link.name(), rebuilding());
    expect_done(done);
    EXPECT_TRUE(done.output.contains("; deleted: topic " + orders.value())) << done.output;
    EXPECT_FALSE(done.output.contains("stay at its target")) << done.output;
    wait_until_active(back);
    expect_to_agree();
    EXPECT_NE(id_at_oslo(orders), old_id);
    EXPECT_EQ(id_at_oslo(calm), calm_id);
    EXPECT_EQ(KafkaAdmin{oslo}.config(orders, "cleanup.policy"),
              KafkaAdmin{bergen}.config(mirror(orders), "cleanup.policy"));
    const auto all = link.strait().run({"link", "operations", "--json"}).output;
    EXPECT_TRUE(all.contains("\"lost_records\":26,\"counted\":true")) << all;
    EXPECT_TRUE(all.contains("\"deleted\":true")) << all;
    expect_group_follows(bergen, mirror(orders), oslo, orders, group);
    expect_done(tell("reverse", link.name(), rebuilding()));  // once more it has nothing to do
    for (const auto& topic : topics) write(bergen, mirror(topic), 20);
    commit(bergen, group, mirror(orders), 7);
    expect_to_agree();
    expect_group_follows(bergen, mirror(orders), oslo, orders, group);
}

// All the way back, by the maps of both, and once more with what they know of each other.
TEST_F(LinkRebuildTest, GoesOnFromWhatItHasCopiedWhole)
{
    prefix = "from-oslo.";
    topics.push_back(unique_topic("calm"));
    create();
    const auto orders = topics.front();
    const auto calm = topics.back();
    const GroupName group{orders.value() + "/app"};
    write(oslo, orders, 4);
    commit(oslo, group, orders, 0);
    fail_over_with_a_tail();
    commit(bergen, group, mirror(orders), 3);
    const auto calm_id = id_at_oslo(calm);
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    for (const auto& topic : topics) write(bergen, mirror(topic), 20);
    expect_to_agree();
    expect_group_follows(bergen, mirror(orders), oslo, orders, group);

    expect_done(tell("promote", back));
    const auto wrong = tell("reverse", link.name(), rebuilding());
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_TRUE(wrong.output.contains("beyond that cut")) << wrong.output;
    EXPECT_EQ(id_at_oslo(calm), calm_id) << "what the other link has mirrored";
    for (const auto& topic : topics) write(oslo, topic, 12);
    commit(oslo, group, orders, 30);
    expect_done(tell("reverse", back));
    wait_until_active(link.name());
    expect_to_agree();
    expect_group_follows(oslo, orders, bergen, mirror(orders), group);
    expect_done(tell("failover", link.name()));
    write(oslo, orders, 9);
    write(bergen, mirror(orders), 8);
    commit(bergen, group, mirror(orders), 25);
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
    EXPECT_EQ(id_at_oslo(calm), calm_id);
    expect_group_follows(bergen, mirror(orders), oslo, orders, group);
    expect_done(tell("verify", back, {}));
}

// One that nobody has any more at the source is made again, and what the mirror has lost is said.
TEST_F(LinkRebuildTest, CopiesWhatIsThereToTopicsThatAreGone)
{
    topics.push_back(unique_topic("gone"));
    create();
    const auto orders = topics.front();
    const auto gone = topics.back();
    fail_over_with_a_tail(8);
    KafkaAdmin{oslo}.delete_topic(gone);
    KafkaAdmin{bergen}.delete_records({orders, Partition{0}}, Offset{6});

    const auto refused = tell("reverse", link.name(), {"--dry-run", "--divergence", "refuse"});
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    const auto plan = tell("reverse", link.name(), rebuilding({"--dry-run"}));
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(plan.output.contains("8 records of it never mirrored, and 6 offsets before those"))
        << plan.output;
    EXPECT_TRUE(plan.output.contains("1 topics are not at ")) << plan.output;
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
}

// Whatever another link has to do with a topic keeps it.
TEST_F(LinkRebuildTest, RefusesTopicsThatAnotherLinkReads)
{
    create();
    const auto orders = topics.front();
    fail_over_with_a_tail();
    const auto old_id = id_at_oslo(orders);
    const TempFolder folder{"rebuild"};
    const auto file = folder.path() / "other.yaml";
    const auto other = link.name() + "-other";
    write_file(
        file,
        fmt::format("name: {}\nsource: left\ntarget: right\npaused: true\ntopics: {{include: "
                    "[\"{}\"], rename: {{prefix: \"other.\"}}}}\n",
                    other,
                    orders.value()));
    const auto made = link.strait().run({"link", "create", "-f", file.string()});
    ASSERT_EQ(made.exit_code, 0) << made.output;

    const auto refused = tell("reverse", link.name(), rebuilding());
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_TRUE(refused.output.contains("is not deleted: link " + other + " mirrors it"))
        << refused.output;
    EXPECT_EQ(id_at_oslo(orders), old_id);
    ASSERT_EQ(link.strait().run({"link", "delete", other, "--yes"}).exit_code, 0);
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
}

// What nobody has agreed to lose stays.
TEST_F(LinkRebuildTest, DeletesNothingThatCameAfterTheComparison)
{
    create();
    const auto orders = topics.front();
    fail_over_with_a_tail();
    const auto old_id = id_at_oslo(orders);
    die_at("reverse.noted:kill:1");
    write(oslo, orders, 1);
    expect_failed("records came to " + orders.value() + " since it was compared");
    EXPECT_EQ(id_at_oslo(orders), old_id);

    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
}

// It would take what is deleted for a topic that is new to it.
TEST_F(LinkRebuildTest, DeletesNothingUnderALinkBackThatRuns)
{
    create();
    const auto orders = topics.front();
    fail_over_with_a_tail();
    const auto old_id = id_at_oslo(orders);
    die_at("reverse.noted:kill:1");
    write(oslo, orders, 1);
    expect_failed("records came to " + orders.value());
    expect_done(tell("resume", back, {}));
    const auto refused = tell("reverse", link.name(), rebuilding());
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("pause it with `strait link pause " + back))
        << refused.output;
    EXPECT_EQ(id_at_oslo(orders), old_id);

    expect_done(tell("pause", back, {}));
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
}

// Nor what comes in the moment before it is deleted.
TEST_F(LinkRebuildTest, LooksOnceMoreRightBeforeItDeletes)
{
    create();
    const auto orders = topics.front();
    fail_over_with_a_tail();
    auto id = id_at_oslo(orders);
    for (const bool made_anew : {false, true}) {
        SCOPED_TRACE(made_anew);
        link.stop();
        link.strait().start_with_failpoint("reverse.noted:delay:1");
        link.wait_for([](const auto& status) { return status.state == "failed_over"; });
        begin_by_rest();
        const auto operations = [&] {
            return link.strait().run({"link", "operations", "--json"}).output;
        };
        const auto noted =
            fmt::format("\"id\":\"{}\",\"offsets\":{},", to_string(id), made_anew ? 67 : 66);
        ASSERT_TRUE(testing::wait_for([&] {
            const auto all = operations();
            return all.contains("\"state\":\"running\"") && all.contains(noted);
        })) << operations();
        if (made_anew) {
            KafkaAdmin{oslo}.delete_topic(orders);
            KafkaAdmin{oslo}.create_topic(orders, partitions);
        }
        write(oslo, orders, 1);
        id = id_at_oslo(orders);
        const std::string why = made_anew ? "is another one than was compared" : "records came to ";
        EXPECT_TRUE(testing::wait_for([&] {
            const auto all = operations();
            return !all.contains("\"state\":\"running\"") && all.contains(why);
        })) << operations();
        EXPECT_FALSE(operations().contains("\"deleted\":true")) << operations();
        EXPECT_EQ(id_at_oslo(orders), id);
    }
}

TEST_F(LinkRebuildTest, LeavesATopicThatSomebodyElseMadeMeanwhile)
{
    create();
    const auto orders = topics.front();
    fail_over_with_a_tail();
    die_at("reverse.deleted:kill:1");
    ASSERT_TRUE(testing::wait_for([&] { return !KafkaAdmin{oslo}.find_topic_id(orders); }));
    KafkaAdmin{oslo}.create_topic(orders, partitions);
    write(oslo, orders, 3);
    const auto their_id = id_at_oslo(orders);
    expect_failed(orders.value() + " at the source is not the topic any more that was mirrored");
    EXPECT_EQ(id_at_oslo(orders), their_id);
    EXPECT_EQ(read_all(oslo, orders).size(), 3U);

    // Deleted by who made it, it is as one that is gone.
    KafkaAdmin{oslo}.delete_topic(orders);
    expect_done(tell("reverse", link.name(), rebuilding()));
    wait_until_active(back);
    expect_to_agree();
}

// Wherever the program dies: afterwards both sides agree, and what did not differ is untouched.
struct RebuildDeathTest : LinkRebuildTest, ::testing::WithParamInterface<const char*> {};

TEST_P(RebuildDeathTest, LeavesARebuildThatIsFinished)
{
    topics.push_back(unique_topic("second"));
    topics.push_back(unique_topic("calm"));
    create();
    const auto second = topics[1];
    const auto calm = topics.back();
    const GroupName group{second.value() + "/app"};
    write(oslo, second, 4);
    commit(oslo, group, second, 2);
    fail_over_with_a_tail();
    write(oslo, second, 11);
    commit(oslo, group, second, 0);
    commit(bergen, group, second, 2);
    const auto calm_id = id_at_oslo(calm);

    die_at(GetParam());
    link.start();
    wait_until_active(back);
    wait_until_no_operation_runs();
    expect_to_agree();
    EXPECT_EQ(id_at_oslo(calm), calm_id);
    expect_group_follows(bergen, second, oslo, second, group);
    const auto all = link.strait().run({"link", "operations", "--json"}).output;
    EXPECT_TRUE(all.contains("\"lost_records\":26,\"counted\":true")) << all;
    EXPECT_TRUE(all.contains("\"lost_records\":11,\"counted\":true")) << all;
    EXPECT_FALSE(all.contains("\"deleted\":false")) << all;
    for (const auto& topic : topics) write(bergen, topic, 20);
    expect_to_agree();
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info)
{
    std::string name{info.param};
    std::erase(name, '.');
    std::erase(name, ':');
    return name;
}

// Two topics are deleted, one after the other.
INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         RebuildDeathTest,
                         ::testing::Values("operation.stored:kill:1",
                                           "reverse.made:kill:1",
                                           "reverse.noted:kill:1",
                                           "reverse.deleted:kill:1",
                                           "reverse.deleted:kill:2",
                                           "reverse.remade:kill:1",
                                           "reverse.prepared:kill:1",
                                           "operation.done:kill:1"),
                         name_of);

}  // namespace
}  // namespace strait::testing
