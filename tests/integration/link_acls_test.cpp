#include "tests/integration/secured_link.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using Lines = std::vector<std::string>;

// A link of the secured cluster that copies ACLs, and looks at them in quick succession.
struct LinkAclsTest : SecuredLinkTest {
    KafkaAdmin admin{secured->admin_properties()};
    TopicName copy{"copy." + topic};

    void start_syncing(const std::string& more = "")
    {
        auto link = link_of(topic, "source", "target", topic);
        link.replace(link.find("shards: 1"),
                     9,
                     "shards: 1, acl_sync: {enabled: true, interval: 1s" + more + "}");
        const auto ca = secured->ca_file();
        start(cluster("source", secured->tls_bootstrap(), over_tls("reader", ca)) +
                  cluster("target", secured->tls_bootstrap(), over_tls("writer", ca)),
              link);
    }

    void grant_all_for_acls() const
    {
        grant_all("reader", "writer");
        grant("reader", {describe, AclResource::cluster, "kafka-cluster"});
        grant("writer", {alter, AclResource::cluster, "kafka-cluster"});
    }

    [[nodiscard]] AclRule rule(const std::string& user, AclOperation operation, bool deny = false)
    {
        return {user, operation, AclResource::topic, topic, false, deny};
    }

    // Those of the copy, without our own.
    [[nodiscard]] Lines copied()
    {
        auto lines = admin.acls_on(copy);
        std::erase_if(lines, [](const auto& line) {
            return line.starts_with("User:writer ") || line.starts_with("User:reader ") ||
                   line.starts_with("User:lacks-");
        });
        return lines;
    }

    void expect_copied_acls(const Lines& wanted)
    {
        EXPECT_TRUE(wait_for([&] { return copied() == wanted; }))
            << fmt::format("{}", fmt::join(copied(), "\n")) << "\n"
            << status(topic) << strait.log();
    }
};

TEST_F(LinkAclsTest, FollowTheSourceAndLeaveWhatOthersMade)
{
    grant_all_for_acls();
    admin.allow(rule("alice", read));
    admin.allow(rule("bob", AclOperation::all));
    admin.allow(rule("carol", write));
    admin.allow(rule("dave", write, true));
    admin.allow({"erin", describe_configs, AclResource::topic, "orders-", true});
    const AclRule foreign{"frank", read, AclResource::topic, copy.value()};
    admin.allow(foreign);

    start_syncing(", principals: {\"User:alice\": \"User:anna\"}");
    expect_copied_acls({"User:anna may READ",
                        "User:bob may DESCRIBE",
                        "User:bob may READ",
                        "User:dave may not WRITE",
                        "User:erin may DESCRIBE_CONFIGS",
                        "User:frank may READ"});

    // The view is lost as well: the target knows which of them are ours.
    strait.kill();
    fs::remove_all(strait.data_dir() / "links");
    admin.revoke(rule("alice", read));
    admin.allow(rule("gina", describe));
    strait.start();
    expect_copied_acls({"User:bob may DESCRIBE",
                        "User:bob may READ",
                        "User:dave may not WRITE",
                        "User:erin may DESCRIBE_CONFIGS",
                        "User:frank may READ",
                        "User:gina may DESCRIBE"});
    EXPECT_TRUE(strait.log().contains("acl removed acl=\"ALLOW READ on TOPIC " + copy.value() +
                                      " for User:anna from *\""))
        << strait.log();
    admin.revoke({"erin", describe_configs, AclResource::topic, "orders-", true});
}

TEST_F(LinkAclsTest, ChangeNothingWhereTooManyWouldGo)
{
    grant_all_for_acls();
    const Lines users{"alice", "bob", "carol", "dave", "erin", "frank"};
    Lines all;
    for (const auto& user : users) {
        admin.allow(rule(user, read));
        all.push_back("User:" + user + " may READ");
    }
    start_syncing();
    expect_copied_acls(all);

    // Beside these there are the rights of the link's own user on the source topic.
    for (const auto& user : users) admin.revoke(rule(user, read));

    EXPECT_TRUE(comes_to("acl_mass_removal: 6 of ")) << status(topic);
    EXPECT_EQ(copied(), all);
    EXPECT_TRUE(status(topic).contains("active")) << "the link goes on: " << status(topic);

    for (const auto& user : {"alice", "bob", "carol", "dave"}) admin.allow(rule(user, read));
    expect_copied_acls({all.begin(), all.begin() + 4});
    EXPECT_TRUE(wait_for([&] { return !status(topic).contains("acl_mass_removal"); }));
}

TEST_F(LinkAclsTest, NameTheRightsThatAreMissing)
{
    grant_all("reader", "lacks-13");
    admin.allow(rule("alice", read));
    auto link = link_of(topic, "source", "target", topic);
    link.replace(link.find("shards: 1"), 9, "shards: 1, acl_sync: {enabled: true, interval: 1s}");
    const auto ca = secured->ca_file();
    start(cluster("source", secured->tls_bootstrap(), over_tls("lacks-12", ca)) +
              cluster("target", secured->tls_bootstrap(), over_tls("lacks-13", ca)),
          link);
    for (const auto& right : rights_at_source(topic)) grant("lacks-12", right);

    EXPECT_TRUE(comes_to("grant our user DESCRIBE on the cluster")) << status(topic);
    EXPECT_TRUE(status(topic).contains("ACLs of the source")) << status(topic);
    grant("lacks-12", {describe, AclResource::cluster, "kafka-cluster"});
    EXPECT_TRUE(comes_to("ACLs of the target")) << status(topic);
    grant("lacks-13", {describe, AclResource::cluster, "kafka-cluster"});
    EXPECT_TRUE(comes_to("grant our user ALTER on the cluster")) << status(topic);
    expect_copied();
    EXPECT_EQ(copied(), Lines{});

    grant("lacks-13", {alter, AclResource::cluster, "kafka-cluster"});

    EXPECT_TRUE(wait_for([&] {
        const auto lines = copied();
        return std::ranges::find(lines, "User:alice may READ") != lines.end();
    })) << status(topic)
        << strait.log();
    expect_no_flood(60);
}

TEST(LinkAcls, OfAClusterWithoutAnyAreNoFailure)
{
    const auto topic = unique_topic("acls");
    LinkProcess link{
        SharedClusters::source(),
        SharedClusters::target(),
        topic_keys(topic.value(), {}, "    acl_sync: {enabled: true, interval: 1s}\n")};
    KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic);

    link.start();

    const auto status = link.wait_for([](const auto& seen) { return !seen.acls.empty(); });
    EXPECT_TRUE(status.acls.contains("ACLs of the source")) << status.acls;
    link.wait_for_state({topic, Partition{0}}, "active");
}

}  // namespace
}  // namespace strait::testing
