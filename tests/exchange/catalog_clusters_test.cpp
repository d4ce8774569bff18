#include "exchange/catalog_clusters.hpp"

#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace strait::exchange {
namespace {

using catalog::ClusterState;
using catalog::ManagedBy;

catalog::Cluster registered()
{
    auto cluster = catalog::some_cluster();
    cluster.state = ClusterState::registered;
    cluster.managed_by = ManagedBy::api;
    cluster.security = {{"protocol", "sasl_tls"},
                        {"sasl", {{"mechanism", "plain"}, {"username", "strait"}}}};
    return cluster;
}

const kafka::ClusterSecrets secrets{{"sasl.password", Secret{"pass word"}}};
const std::vector networks{Network::parse("10.0.0.0/8").value()};

TEST(CatalogClusters, AreConnectedToWithWhatTheyKeepSealed)
{
    const auto cluster = registered();
    const auto config = cluster_config(cluster, secrets, networks);
    ASSERT_TRUE(config) << config.error().detail();
    EXPECT_EQ(config->name, link_name(cluster));
    EXPECT_EQ(config->bootstrap, cluster.bootstrap);
    EXPECT_EQ(config->protocol, kafka::Protocol::sasl_tls);
    EXPECT_EQ(config->sasl.username, "strait");
    EXPECT_EQ(config->sasl.password, Secret{"pass word"});
}

TEST(CatalogClusters, AreGuardedUnlessTheyAreOfTheFile)
{
    auto cluster = registered();
    EXPECT_EQ(cluster_config(cluster, secrets, networks)->guard, kafka::AddressGuard{networks});
    cluster.managed_by = ManagedBy::config;
    EXPECT_FALSE(cluster_config(cluster, {}, networks)->guard);
}

TEST(CatalogClusters, AreNotConnectedToWithoutSense)
{
    const auto why = [](const catalog::Cluster& cluster, const kafka::ClusterSecrets& known) {
        const auto config = cluster_config(cluster, known, networks);
        EXPECT_FALSE(config);
        return config ? Errc{} : config.error().code();
    };
    EXPECT_EQ(why(registered(), {}), Errc::invalid_argument);
    auto two = registered();
    two.bootstrap = {"a.example:9092,127.0.0.1:9092"};
    EXPECT_EQ(why(two, secrets), Errc::invalid_argument);
    auto gone = registered();
    gone.state = ClusterState::deleted;
    EXPECT_EQ(why(gone, secrets), Errc::unavailable);
}

}  // namespace
}  // namespace strait::exchange
