#include "kafka/address_guard.hpp"

#include "kafka/library_client.hpp"
#include "tests/kafka/mock_cluster.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strait::kafka {
namespace {

bool lets(const std::string& address, const std::vector<std::string>& networks = {})
{
    AddressGuard guard;
    for (const auto& network : networks) guard.networks.push_back(Network::parse(network).value());
    return lets_through(guard, boost::asio::ip::make_address(address));
}

TEST(AddressGuard, LetsThroughWhatIsPublic)
{
    for (const auto* const address : {"8.8.8.8", "172.32.0.1", "::ffff:8.8.8.8", "2a00:1450::1"}) {
        EXPECT_TRUE(lets(address)) << address;
    }
}

TEST(AddressGuard, StopsWhatIsNot)
{
    for (const auto* const address : {"127.0.0.1",
                                      "127.255.255.254",
                                      "0.0.0.0",
                                      "10.1.2.3",
                                      "172.16.0.1",
                                      "172.31.255.255",
                                      "192.168.0.1",
                                      "100.64.0.1",
                                      "169.254.169.254",
                                      "169.254.0.1",
                                      "192.0.0.192",
                                      "168.63.129.16",
                                      "192.0.2.1",
                                      "192.88.99.1",
                                      "198.18.0.1",
                                      "198.51.100.1",
                                      "203.0.113.1",
                                      "224.0.0.1",
                                      "239.1.1.1",
                                      "255.255.255.255",
                                      "::",
                                      "::1",
                                      "fe80::1",
                                      "fe80::1%1",
                                      "fc00::1",
                                      "fd00:ec2::254",
                                      "ff02::1",
                                      "::ffff:127.0.0.1",
                                      "::ffff:10.0.0.1",
                                      "::ffff:169.254.169.254",
                                      "::127.0.0.1",
                                      "64:ff9b::7f00:1",
                                      "2002:7f00:1::1",
                                      "2001:db8::1",
                                      "3fff::1",
                                      "2001::1",
                                      "fec0::1"}) {
        EXPECT_FALSE(lets(address)) << address;
    }
}

TEST(AddressGuard, LetsThroughWhatIsListed)
{
    EXPECT_TRUE(lets("10.1.2.3", {"10.1.0.0/16"}));
    EXPECT_TRUE(lets("::ffff:10.1.2.3", {"10.1.0.0/16"}));
    EXPECT_FALSE(lets("10.2.2.3", {"10.1.0.0/16"}));
    EXPECT_FALSE(lets("::1", {"127.0.0.0/8"}));
    EXPECT_TRUE(lets("fd00::1", {"127.0.0.0/8", "fd00::/8"}));
    EXPECT_TRUE(lets("8.8.8.8", {"127.0.0.0/8"}));
}

constexpr std::int16_t api_versions = 18;  // what a client says first

// Whether a client with these settings gets through to the broker.
bool reaches(testing::MockCluster& cluster, ClientSettings settings, int timeout_ms)
{
    boost::asio::io_context pool;
    settings = cluster.settings(std::move(settings));
    auto client =
        open_client(RD_KAFKA_PRODUCER, settings, 0, pool.get_executor(), testing::silent());
    if (!client) throw std::runtime_error{client.error().detail()};
    const ErrorHandle error{connect(client->handle.get(), timeout_ms)};
    const bool heard = cluster.count(api_versions) > 0;
    EXPECT_EQ(heard, error == nullptr);
    client->handle.reset();
    pool.run();
    return heard;
}

TEST(AddressGuard, KeepsAClientFromABrokerOfThisMachine)
{
    testing::MockCluster cluster;
    ClientSettings settings;
    settings.guard = AddressGuard{};
    EXPECT_FALSE(reaches(cluster, settings, 500));
    settings.guard->networks.push_back(Network::parse("10.0.0.0/8").value());
    EXPECT_FALSE(reaches(cluster, settings, 500));
    settings.guard->networks.push_back(Network::parse("127.0.0.0/8").value());
    EXPECT_TRUE(reaches(cluster, settings, 30'000));
}

TEST(AddressGuard, IsNotThereUnlessAClusterHasOne)
{
    testing::MockCluster cluster;
    EXPECT_TRUE(reaches(cluster, {}, 30'000));
    EXPECT_FALSE(client_settings({}).guard);
    ClusterConfig guarded;
    guarded.guard = AddressGuard{};
    EXPECT_EQ(client_settings(guarded).guard, AddressGuard{});
}

}  // namespace
}  // namespace strait::kafka
