#include "tests/integration/secured_link.hpp"
#include "tests/support/workload.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

// Which rights deleting a topic and copying it whole takes.
namespace strait::testing {
namespace {

struct LinkRebuildRightsTest : SecuredLinkTest {
    KafkaAdmin admin{secured->admin_properties()};
    ClientProperties super_user = secured->admin_properties();
    TopicName orders{topic};
    TopicName copy{"copy." + topic};

    CommandResult tell(const std::string& verb, std::vector<std::string> more) const
    {
        std::vector<std::string> words{"link", verb, topic};
        words.insert(words.end(), more.begin(), more.end());
        return strait.run(std::move(words));
    }

    CommandResult rebuild() const { return tell("reverse", {"--divergence", "rebuild", "--yes"}); }

    // The users change their roles, but for what a topic is deleted and made with.
    void grant_reversal() const
    {
        for (const auto& right : rights_at_source(copy.value())) grant("writer", right);
        for (const auto& right : rights_at_target(topic, topic + "-reverse")) {
            if (right.operation == create && right.name == topic) continue;
            grant("reader", right);
        }
        grant("reader", {alter_configs, AclResource::topic, topic});
    }
};

TEST_F(LinkRebuildRightsTest, DeletesNothingThatItMayNotMakeAgain)
{
    admin.alter_configs(orders, workload_topic_configs());
    grant_all("reader", "writer");
    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())),
               cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file())));
    expect_copied();
    ASSERT_EQ(tell("failover", {"--yes"}).exit_code, 0);
    produce(topic, super_user);
    produce(copy.value(), super_user);
    produce(copy.value(), super_user);
    grant_reversal();
    const auto old_id = admin.find_topic_id(orders);

    const auto unmade = rebuild();
    EXPECT_EQ(unmade.exit_code, 1);
    EXPECT_TRUE(unmade.output.contains("grant our user CREATE on the topic")) << unmade.output;
    EXPECT_TRUE(unmade.output.contains("no topic was deleted")) << unmade.output;
    EXPECT_EQ(admin.find_topic_id(orders), old_id);

    grant("reader", {create, AclResource::topic, topic});
    const auto undeleted = rebuild();
    EXPECT_EQ(undeleted.exit_code, 1);
    EXPECT_TRUE(undeleted.output.contains("grant our user DELETE on the topic"))
        << undeleted.output;
    EXPECT_TRUE(undeleted.output.contains("no topic was deleted")) << undeleted.output;
    EXPECT_EQ(admin.find_topic_id(orders), old_id);

    grant("reader", {all, AclResource::topic, topic});
    const auto done = rebuild();
    EXPECT_EQ(done.exit_code, 0) << done.output << strait.log();
    EXPECT_NE(admin.find_topic_id(orders), old_id);
    EXPECT_TRUE(
        wait_for([&] { return read_all(super_user, orders).size() == 3 * records_made; }, 90s))
        << status(topic + "-reverse") << strait.log();
}

}  // namespace
}  // namespace strait::testing
