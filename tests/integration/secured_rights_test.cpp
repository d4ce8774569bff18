#include "tests/integration/secured_link.hpp"

namespace strait::testing {
namespace {

TEST_F(SecuredLinkTest, NamesATopicThatItMayNotWriteAndCopiesTheOther)
{
    const auto other = next_topic();
    const Right lacking{write, AclResource::topic, "copy." + other};
    produce(other, secured->admin_properties());
    grant_all("reader", "lacks-15");
    for (const auto& right : rights_at_source(other)) grant("reader", right);
    for (const auto& right : rights_at_target(lacking.name, topic)) {
        if (right.name != lacking.name || right.operation != write) grant("lacks-15", right);
    }
    start(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
              cluster("target", secured->tls_bootstrap(), over_tls("lacks-15", secured->ca_file())),
          link_of(topic, "source", "target", topic + ", " + other));

    EXPECT_TRUE(comes_to("may not write to " + lacking.name)) << status(topic);
    expect_copied();

    grant("lacks-15", lacking);

    EXPECT_TRUE(is_copied(secured->admin_properties(), other)) << status(topic);
    expect_no_flood(60);
}

TEST_F(SecuredLinkTest, TakesARevokedRightForNoDeletion)
{
    grant_all("reader", "writer");
    start_link(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())),
               cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file())));
    expect_copied();
    const auto as = secured->admin_properties();
    const AclRule right{"reader", read, AclResource::topic, topic, false};

    KafkaAdmin{as}.revoke(right);
    EXPECT_TRUE(comes_to("reader may not DESCRIBE it at the source")) << status(topic);
    produce(topic, as);
    KafkaAdmin{as}.allow(right);

    EXPECT_TRUE(is_copied(as, topic, 2 * records_made)) << status(topic) << strait.log();
    EXPECT_EQ(strait.run({"link", "gaps", topic}).output, "no gaps\n");
}

// What a status has to say of a missing one.
std::string word_of(const Right& right)
{
    switch (right.operation) {
        case AclOperation::all: return "ALL";
        case AclOperation::read: return "READ";
        case AclOperation::write: return "WRITE";
        case AclOperation::create: return "CREATE";
        case AclOperation::describe: return "DESCRIBE";
        case AclOperation::describe_configs: return "DESCRIBE_CONFIGS";
        case AclOperation::alter: return "ALTER";
        case AclOperation::alter_configs: return "ALTER_CONFIGS";
    }
    std::unreachable();
}

TEST_F(SecuredLinkTest, NamesEachMissingRightAndGoesOnWhenItIsGranted)
{
    // One link for each right, which its user lacks; all in one process.
    struct Lack {
        std::string user;
        std::string topic;
        Right right;
    };
    grant_all("reader", "writer");  // `_strait.links` is made by the first link that runs
    std::vector<Lack> lacks;
    const auto rights = rights_at_source("").size() + rights_at_target("", "").size();
    auto clusters =
        cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
        cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file()));
    auto links = link_of(topic, "source", "target", topic);
    for (std::size_t i = 0; i < rights; ++i) {
        const auto user = fmt::format("lacks-{}", i);
        const auto name = next_topic();
        produce(name, secured->admin_properties());
        auto at_source = rights_at_source(name);
        auto at_target = rights_at_target("copy." + name, name);
        const bool source = i < at_source.size();
        auto& all = source ? at_source : at_target;
        const auto lacking = source ? i : i - at_source.size();
        const auto right = all[lacking];
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(lacking));
        // Reading implies describing, and a topic that one may not see is no topic.
        if (right.operation == read) all.push_back({describe, right.resource, right.name});
        if (right.resource == AclResource::transactional_id)
            all.push_back({describe, right.resource, right.name});
        for (const auto& granted : at_source) grant(source ? user : "reader", granted);
        for (const auto& granted : at_target) grant(source ? "writer" : user, granted);
        const auto own = over_tls(user, secured->ca_file());
        clusters += cluster(user, secured->tls_bootstrap(), own);
        links += link_of(name, source ? user : "source", source ? "target" : user, name);
        lacks.push_back({user, name, right});
    }
    start(clusters, links);
    expect_copied();

    for (const auto& [user, name, right] : lacks) {
        SCOPED_TRACE(
            fmt::format("{} lacks {} on {}", user, static_cast<int>(right.operation), right.name));
        const bool there = right.name == "_strait.links" && right.operation == create;
        if (there || right.operation == describe) continue;  // that of writing includes it
        const auto told = wait_for([&] { return status(name).contains(word_of(right)); }, 60s);
        EXPECT_TRUE(told) << status(name);
    }
    expect_no_flood(40 * rights);

    for (const auto& [user, name, right] : lacks) grant(user, right);

    for (const auto& [user, name, right] : lacks) {
        SCOPED_TRACE(user);
        EXPECT_TRUE(is_copied(secured->admin_properties(), name)) << status(name);
    }
    expect_no_flood(60 * rights);
}

// A link that asks for a transaction anywhere would not start here.
TEST_F(SecuredLinkTest, NeedsNoTransactionAtLeastOnce)
{
    for (const auto& right : rights_at_source(topic)) grant("reader", right);
    for (const auto& right : rights_at_target("copy." + topic, topic)) {
        if (right.resource != AclResource::transactional_id) grant("writer", right);
    }
    grant("writer", {read, AclResource::topic, "copy." + topic});
    auto link = link_of(topic, "source", "target", topic);
    link.insert(link.find("shards"), "delivery: at_least_once, ");
    start(cluster("source", secured->tls_bootstrap(), over_tls("reader", secured->ca_file())) +
              cluster("target", secured->tls_bootstrap(), over_tls("writer", secured->ca_file())),
          link);

    expect_copied();
    strait.kill();
    strait.start();
    produce(topic, secured->admin_properties());
    EXPECT_TRUE(is_copied(secured->admin_properties(), topic, 2 * records_made)) << status(topic);
    EXPECT_FALSE(strait.log().contains("ransactional")) << strait.log();
}

}  // namespace
}  // namespace strait::testing
