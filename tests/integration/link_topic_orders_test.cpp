#include "tests/integration/link_two_topics.hpp"

#include <chrono>
#include <string>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

// Orders for single topics that come while an earlier one is on its way to the target.
struct LinkTopicOrdersTest : LinkTwoTopics {
    // Does not wait for its end.
    std::string tell_at_once(const std::string& verb, const TopicName& topic)
    {
        return run_command({"curl",
                            "-s",
                            "-H",
                            "Content-Type: application/json",
                            "-d",
                            "{\"topics\": [\"" + topic.value() + "\"]}",
                            "--unix-socket",
                            link.strait().data_dir() / "admin.sock",
                            "http://strait/v1/links/" + link.name() + ":" + verb})
            .output;
    }

    std::string operations() { return link.strait().run({"link", "operations", "--json"}).output; }

    void start_with(const std::string& failpoint)
    {
        start_with_one_record_each();
        link.stop();
        link.strait().start_with_failpoint(failpoint);
        wait_until(orders, "active");
    }
};

TEST_F(LinkTopicOrdersTest, LetTheLastOneWin)
{
    start_with("claim.read:delay:2");
    EXPECT_TRUE(tell_at_once("pause", orders).contains("\"running\""));
    EXPECT_TRUE(tell_at_once("resume", orders).contains("\"running\""));

    ASSERT_TRUE(wait_for([&] { return !operations().contains("\"running\""); }, 40s));
    EXPECT_TRUE(operations().contains("another ")) << operations();
    wait_until(orders, "active");
    write(source, orders, "second");
    link.wait_until_copied(orders);
}

TEST_F(LinkTopicOrdersTest, SayOfACutThatItHappened)
{
    start_with("cut.closed:delay:1");
    EXPECT_TRUE(tell_at_once("failover", orders).contains("\"running\""));
    ASSERT_TRUE(link.strait().wait_for_log("cutting off"));
    EXPECT_TRUE(tell_at_once("pause", payments).contains("\"running\""));

    ASSERT_TRUE(wait_for([&] { return !operations().contains("\"running\""); }, 40s));
    EXPECT_FALSE(operations().contains("\"failed\"")) << operations();
    wait_until(orders, "failed_over");
    wait_until(payments, "paused");
}

}  // namespace
}  // namespace strait::testing
