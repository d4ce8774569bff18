#include "kafka/admin.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

namespace strait::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Who may not connect or act gets an error that names what to look at.
struct KafkaSecurityTest : ::testing::Test {
    asio::io_context io{1};
    asio::thread_pool pool{1};
    ClusterConfig config;

    static strait::testing::KafkaCluster& brokers()
    {
        static std::unique_ptr<strait::testing::KafkaCluster> cluster;
        if (!cluster) {
            cluster = std::make_unique<strait::testing::KafkaCluster>(
                strait::testing::KafkaClusterOptions{.secure = true,
                                                     .tls = true,
                                                     .users = {{"strait", "right"}},
                                                     .properties = {},
                                                     .java_options = {}});
        }
        return *cluster;
    }

    KafkaSecurityTest()
    {
        config.bootstrap = {brokers().bootstrap()};
        config.admin_timeout = 2s;  // waited out by whoever may not connect
        config.protocol = Protocol::sasl_plaintext;
        config.sasl = {.username = "strait", .password = Secret{"right"}};
    }

    static std::shared_ptr<spdlog::logger> silent()
    {
        return std::make_shared<spdlog::logger>("kafka",
                                                std::make_shared<spdlog::sinks::null_sink_st>());
    }

    std::unique_ptr<Admin> open()
    {
        auto opened = Admin::open(io.get_executor(), pool.get_executor(), config, silent());
        EXPECT_TRUE(opened) << opened.error().detail();
        return *std::move(opened);
    }

    // What an operator reads after a failed attempt.
    std::string trouble()
    {
        const auto admin = open();
        const auto described = strait::testing::run(io, admin->describe_cluster());
        EXPECT_TRUE(described && !*described);
        EXPECT_EQ((*described).error().detail(), admin->trouble()->detail()) << "what status shows";
        return admin->trouble() ? admin->trouble()->detail() : "none";
    }
};

TEST_F(KafkaSecurityTest, LogsInWithTheRightPassword)
{
    const auto admin = open();

    const auto described = strait::testing::run(io, admin->describe_cluster());

    ASSERT_TRUE(described && *described) << (*described).error().detail();
    EXPECT_EQ((*described)->id, ClusterId{brokers().cluster_id()});
    EXPECT_FALSE(admin->trouble());
}

TEST_F(KafkaSecurityTest, PointsToTheWrongPassword)
{
    config.sasl.password = Secret{"wrong"};

    const auto text = trouble();

    EXPECT_TRUE(text.ends_with("check security.sasl.username and security.sasl.password_file"))
        << text;
    EXPECT_FALSE(text.contains("wrong"));
}

TEST_F(KafkaSecurityTest, PointsToTheCertificateAuthorityThatIsMissing)
{
    config.protocol = Protocol::tls;
    config.bootstrap = {brokers().tls_bootstrap()};

    const auto text = trouble();

    EXPECT_TRUE(text.contains("check security.tls.ca_file")) << text;
}

TEST_F(KafkaSecurityTest, ConnectsWithTheRightCertificateAuthority)
{
    config.protocol = Protocol::sasl_tls;
    config.bootstrap = {brokers().tls_bootstrap()};
    config.tls.ca_file = brokers().ca_file();
    const auto admin = open();

    const auto listed = strait::testing::run(io, admin->list_topics());

    EXPECT_TRUE(listed && *listed) << (*listed).error().detail();
    EXPECT_FALSE(admin->trouble()) << admin->trouble()->detail();
}

TEST_F(KafkaSecurityTest, PointsToTheWrongProtocol)
{
    config.protocol = Protocol::plaintext;

    const auto text = trouble();

    EXPECT_TRUE(text.ends_with("check security.protocol and bootstrap")) << text;
}

TEST_F(KafkaSecurityTest, PointsToABrokerThatIsNotThere)
{
    config.bootstrap = {"127.0.0.1:1"};

    const auto text = trouble();

    EXPECT_TRUE(text.contains("Connection refused")) << text;
    EXPECT_TRUE(text.contains("check bootstrap")) << text;
}

TEST_F(KafkaSecurityTest, NamesTheMissingRight)
{
    const auto admin = open();

    const auto created =
        strait::testing::run(io, admin->create_topic(NewTopic{TopicName{"orders"}, 1, 1, {}}));

    ASSERT_TRUE(created && !*created);
    EXPECT_EQ((*created).error().code(), Errc::forbidden) << (*created).error().detail();

    const auto described = strait::testing::run(io, admin->describe_topics({TopicName{"orders"}}));
    ASSERT_TRUE(described && *described);
    EXPECT_EQ((*described)->at(TopicName{"orders"}).error().code(), Errc::forbidden);
}

}  // namespace
}  // namespace strait::kafka
