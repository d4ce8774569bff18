#include "tests/integration/secured_link.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/workload.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Promotions that keep producers from the source themselves, by ACLs.
namespace strait::testing {
namespace {

constexpr auto denied = "User:* may not WRITE";

struct LinkFenceTest : SecuredLinkTest {
    KafkaAdmin admin{secured->admin_properties()};
    ClientProperties super_user = secured->admin_properties();
    ClientProperties alice = secured->user_properties("lacks-0", "right");
    TopicName orders{topic};
    TopicName copy{"copy." + topic};

    void SetUp() override
    {
        SecuredLinkTest::SetUp();
        admin.alter_configs(orders, workload_topic_configs());
        grant_all("reader", "writer");
        grant("reader", {describe, AclResource::cluster, "kafka-cluster"});
        grant("reader", {alter, AclResource::cluster, "kafka-cluster"});
        grant("lacks-0", {write, AclResource::topic, topic});
    }

    void configure_and_start(const std::string& topics,
                             const std::string& failpoint = "",
                             const std::string& more_links = "")
    {
        auto link = link_of(topic, "source", "target", topics);
        link.replace(
            link.find("shards: 1"), 9, "shards: 1, acl_sync: {enabled: true, interval: 1s}");
        const auto ca = secured->ca_file();
        strait.write_configuration(
            "ops: {listen: \"\"}\nclusters:\n" +
            cluster("source", secured->tls_bootstrap(), over_tls("reader", ca)) +
            cluster("target", secured->tls_bootstrap(), over_tls("writer", ca)) + "links:\n" +
            link + more_links);
        failpoint.empty() ? strait.start() : strait.start_with_failpoint(failpoint);
        EXPECT_TRUE(comes_to("active")) << status(topic) << strait.log();
        expect_copied();
    }

    // With ACL sync at work: a copied fence would stop the link.
    void grant_acl_sync() const
    {
        grant("writer", {alter, AclResource::cluster, "kafka-cluster"});
        grant("writer", {describe, AclResource::cluster, "kafka-cluster"});
    }

    CommandResult tell(const std::string& verb, std::vector<std::string> more) const
    {
        std::vector<std::string> words{"link", verb, topic};
        words.insert(words.end(), more.begin(), more.end());
        return strait.run(std::move(words));
    }

    CommandResult promote(const std::string& timeout = "90s") const
    {
        return tell("promote", {"--fence-source", "--timeout", timeout, "--yes"});
    }

    [[nodiscard]] bool is_fenced(const TopicName& name)
    {
        const auto lines = admin.acls_on(name);
        return std::ranges::find(lines, denied) != lines.end();
    }

    [[nodiscard]] std::string operations() const
    {
        return strait.run({"link", "operations", "--json"}).output;
    }

    bool ends_with(const std::string& state)
    {
        return wait_for(
            [&] {
                const auto all = operations();
                return all.contains(state) && !all.contains("\"state\":\"running\"");
            },
            90s);
    }

    [[nodiscard]] bool may_write(const ClientProperties& as) const
    {
        try {
            write_all(as, {{{orders, Partition{0}}, 0, "k", "probe", {}}});
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    // Brokers hear of a change after it was acknowledged.
    bool comes_to_be_open()
    {
        return wait_for([&] { return !is_fenced(orders) && may_write(alice); });
    }

    // So that a link in the other direction may do what it needs: the users change their roles.
    void grant_reversal() const
    {
        for (const auto& right : rights_at_source(copy.value())) grant("writer", right);
        for (const auto& right : rights_at_target(topic, topic + "-reverse")) {
            grant("reader", right);
        }
        grant("reader", {alter_configs, AclResource::topic, topic});
    }

    // A reversal that came true: what was written at the new source arrives at the old one.
    void expect_mirrored_back()
    {
        EXPECT_FALSE(is_fenced(orders));
        EXPECT_TRUE(
            wait_for([&] { return read_all(super_user, orders).size() == 2 * records_made; }, 90s))
            << status(topic + "-reverse") << strait.log();
    }

    // What the source has taken is at the target, once; what it has refused is not.
    void expect_nothing_lost(const std::vector<ProducedRecord>& produced) const
    {
        std::map<RecordIdentity, int> copies;
        for (const auto& record : read_all(super_user, copy)) {
            if (const auto identity = identity_of(record)) ++copies[*identity];
        }
        std::size_t refused = 0;
        for (const auto& [identity, at, outcome, offset, digest] : produced) {
            const auto found = copies.find(identity);
            const int count = found == copies.end() ? 0 : found->second;
            if (outcome == Outcome::ok) EXPECT_EQ(count, 1) << to_string(identity);
            if (outcome == Outcome::fail) EXPECT_EQ(count, 0) << to_string(identity);
            if (outcome == Outcome::fail) ++refused;
            EXPECT_LE(count, 1) << to_string(identity);
        }
        EXPECT_GT(refused, 0U) << "it was to be fenced while it wrote";
        EXPECT_GT(produced.size(), refused);
    }
};

TEST_F(LinkFenceTest, LosesNothingOfAProducerThatWritesUntilItIsRefused)
{
    grant_acl_sync();
    configure_and_start(topic);
    Load load{alice, {.topic = orders}, "", 300};
    ASSERT_TRUE(load.wait_for(300, 30s));
    const auto plan = tell("promote", {"--fence-source", "--dry-run"});
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(plan.output.contains("DENY WRITE to everybody on 1 topics of source"))
        << plan.output;
    EXPECT_TRUE(plan.output.contains("DENY wins over every ALLOW")) << plan.output;
    EXPECT_FALSE(is_fenced(orders)) << "a dry run changes nothing";

    const auto done = promote();
    const auto produced = load.finish();

    EXPECT_EQ(done.exit_code, 0) << done.output << strait.log();
    EXPECT_TRUE(done.output.contains("no record was left at the source")) << done.output;
    EXPECT_TRUE(done.output.contains("everybody is kept from writing to 1 topics of source"))
        << done.output;
    expect_nothing_lost(produced);
    EXPECT_TRUE(is_fenced(orders));
    EXPECT_FALSE(is_fenced(copy)) << "it is about the source";
    EXPECT_FALSE(may_write(alice));
}

TEST_F(LinkFenceTest, IsTakenBackByTheReversalThatWritesThere)
{
    configure_and_start(topic);
    const auto done = promote();
    ASSERT_EQ(done.exit_code, 0) << done.output << strait.log();
    ASSERT_TRUE(is_fenced(orders));
    grant_reversal();
    produce(copy.value(), super_user);

    const auto plan = tell("reverse", {"--dry-run"});
    EXPECT_TRUE(plan.output.contains("take back DENY WRITE on 1 topics of source")) << plan.output;
    EXPECT_TRUE(is_fenced(orders));
    const auto turned = tell("reverse", {"--yes"});

    EXPECT_EQ(turned.exit_code, 0) << turned.output << strait.log();
    EXPECT_TRUE(turned.output.contains("everybody may write to 1 topics there again"))
        << turned.output;
    expect_mirrored_back();
}

TEST_F(LinkFenceTest, IsGoneAfterADeathInTheMiddleOfAReversal)
{
    configure_and_start(topic, "fence.removed:kill:1");
    const auto done = promote();
    ASSERT_EQ(done.exit_code, 0) << done.output << strait.log();
    grant_reversal();
    produce(copy.value(), super_user);
    const auto told = tell("reverse", {"--yes"});
    ASSERT_TRUE(strait.wait_for_end()) << told.output << strait.log();

    strait.start();
    EXPECT_TRUE(wait_for([&] { return !operations().contains("\"state\":\"running\""); }, 90s))
        << operations();
    expect_mirrored_back();
    EXPECT_FALSE(operations().contains("\"state\":\"failed\"")) << operations();
}

TEST_F(LinkFenceTest, LeavesTheSourceAsItWasWhenThePromotionFails)
{
    const TopicName other{next_topic()};
    produce(other.value(), super_user);
    for (const auto& right : rights_at_source(other.value())) grant("reader", right);
    for (const auto& right : rights_at_target("copy." + other.value(), topic)) {
        grant("writer", right);
    }
    admin.allow({"*", write, AclResource::topic, other.value(), false, true});
    configure_and_start(topic + ", " + other.value());
    ASSERT_TRUE(is_copied(super_user, other.value())) << status(topic);
    const auto plan = tell("promote", {"--fence-source", "--dry-run"});
    EXPECT_TRUE(plan.output.contains("1 topics of source are kept from writers already"))
        << plan.output;
    Load load{super_user, {.topic = orders}, "", 100};  // whom no ACL stops
    ASSERT_TRUE(load.wait_for(100, 30s));

    const auto failed = promote("3s");

    EXPECT_EQ(failed.exit_code, 1) << failed.output;
    EXPECT_TRUE(failed.output.contains("its fence at source is taken back")) << failed.output;
    EXPECT_TRUE(comes_to_be_open());
    EXPECT_TRUE(is_fenced(other)) << "that one is not ours";
    load.finish();
    EXPECT_TRUE(comes_to("active")) << status(topic);
}

// Of two links that are promoted with one topic the first keeps its fence when the other one fails.
TEST_F(LinkFenceTest, LeavesWhatAnotherPromotionHasMade)
{
    const auto second = topic + "-b";
    auto other = link_of(second, "source", "target", topic);
    other.replace(other.find("copy."), 5, "other.");
    for (const auto& right : rights_at_target("other." + topic, second)) grant("writer", right);
    configure_and_start(topic, "", other);
    ASSERT_TRUE(wait_for(
        [&] { return read_all(super_user, TopicName{"other." + topic}).size() == records_made; }));
    const auto done = promote();
    ASSERT_EQ(done.exit_code, 0) << done.output << strait.log();
    Load load{super_user, {.topic = orders}, "", 100};
    ASSERT_TRUE(load.wait_for(100, 30s));
    const auto plan = strait.run({"link", "promote", second, "--fence-source", "--dry-run"});
    EXPECT_FALSE(plan.output.contains("kept from writers already")) << plan.output;

    const auto failed =
        strait.run({"link", "promote", second, "--fence-source", "--timeout", "3s", "--yes"});

    EXPECT_EQ(failed.exit_code, 1) << failed.output;
    EXPECT_TRUE(failed.output.contains("its fence at source is taken back")) << failed.output;
    load.finish();
    EXPECT_FALSE(may_write(alice));
    EXPECT_TRUE(is_fenced(orders));
}

TEST_F(LinkFenceTest, NeedsTheRightToChangeAcls)
{
    configure_and_start(topic);
    admin.revoke({"reader", alter, AclResource::cluster, "kafka-cluster"});
    const auto failed = promote();
    EXPECT_EQ(failed.exit_code, 1) << failed.output;
    EXPECT_TRUE(failed.output.contains("grant our user ALTER on the cluster")) << failed.output;
    EXPECT_TRUE(comes_to_be_open()) << "and the link runs on";
    EXPECT_TRUE(is_copied(super_user, topic, records_made + 1)) << status(topic);

    admin.revoke({"reader", describe, AclResource::cluster, "kafka-cluster"});
    const auto refused = promote();
    EXPECT_EQ(refused.exit_code, 1) << refused.output;
    EXPECT_TRUE(refused.output.contains("grant our user DESCRIBE on the cluster"))
        << refused.output;
}

TEST(LinkFence, NeedsAnAuthorizer)
{
    const auto topic = unique_topic("fence");
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), topic_keys(topic.value())};
    KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic);
    link.start();
    link.wait_for_state({topic, Partition{0}}, "active");

    const auto refused =
        link.strait().run({"link", "promote", link.name(), "--fence-source", "--yes"});

    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.output.contains("promote without --fence-source")) << refused.output;
    link.wait_for_state({topic, Partition{0}}, "active");
}

// Wherever the program dies: afterwards the link is promoted, and its source fenced.
struct FenceDeathTest : LinkFenceTest, ::testing::WithParamInterface<const char*> {};

TEST_P(FenceDeathTest, LeavesAPromotionThatIsFinished)
{
    configure_and_start(topic, GetParam());
    Load load{alice, {.topic = orders}, "", 300};
    ASSERT_TRUE(load.wait_for(300, 30s));
    const auto told = promote();
    ASSERT_TRUE(strait.wait_for_end()) << told.output << strait.log();

    strait.start();
    EXPECT_TRUE(ends_with("\"state\":\"succeeded\"")) << operations() << strait.log();
    const auto produced = load.finish();

    EXPECT_TRUE(comes_to("promoted")) << status(topic);
    EXPECT_TRUE(operations().contains("everybody is kept from writing to 1 topics"))
        << operations();
    expect_nothing_lost(produced);
    EXPECT_TRUE(is_fenced(orders));
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info)
{
    const std::string_view text = info.param;
    std::string name{text.substr(0, text.find(':'))};
    std::erase(name, '.');
    return name;
}

INSTANTIATE_TEST_SUITE_P(AtEachStep,
                         FenceDeathTest,
                         ::testing::Values("fence.noted:kill:1",
                                           "fence.made:kill:1",
                                           "cut.closed:kill:1",
                                           "claim.committed:kill:2",
                                           "operation.done:kill:1"),
                         name_of);

// Or nothing has changed, for a promotion that was given up.
struct FenceGivenUpTest : LinkFenceTest {
    void expect_given_up()
    {
        EXPECT_TRUE(ends_with("\"state\":\"failed\"")) << operations() << strait.log();
        EXPECT_TRUE(comes_to_be_open());
    }
};

TEST_F(FenceGivenUpTest, AfterADeathWhileItIsTakenBack)
{
    configure_and_start(topic, "fence.removed:kill:1");
    Load load{super_user, {.topic = orders}, "", 100};
    ASSERT_TRUE(load.wait_for(100, 30s));
    const auto told = promote("3s");
    ASSERT_TRUE(strait.wait_for_end()) << told.output << strait.log();

    strait.start();
    expect_given_up();
    load.finish();
    EXPECT_TRUE(comes_to("active")) << status(topic);
}

TEST_F(FenceGivenUpTest, ForAnotherVerbAfterADeath)
{
    configure_and_start(topic, "fence.made:kill:1");
    Load load{super_user, {.topic = orders}, "", 100};
    ASSERT_TRUE(load.wait_for(100, 30s));
    const auto told = promote();
    ASSERT_TRUE(strait.wait_for_end()) << told.output << strait.log();
    EXPECT_TRUE(is_fenced(orders));

    admin.revoke({"reader", alter, AclResource::cluster, "kafka-cluster"});
    strait.start();
    EXPECT_TRUE(wait_for([&] { return tell("pause", {}).exit_code == 0; }));
    EXPECT_TRUE(wait_for([&] { return operations().contains("is still to be taken back"); }))
        << operations();
    EXPECT_TRUE(is_fenced(orders));
    grant("reader", {alter, AclResource::cluster, "kafka-cluster"});
    expect_given_up();
    EXPECT_TRUE(operations().contains("another verb of this link came after it")) << operations();
    EXPECT_TRUE(comes_to("paused")) << status(topic);
}

}  // namespace
}  // namespace strait::testing
