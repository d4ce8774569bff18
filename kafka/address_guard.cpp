#include "kafka/address_guard.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <array>
#include <cassert>

namespace strait::kafka {

namespace ip = boost::asio::ip;

namespace {

// What is global unicast, and what of that is not: it is of a machine, a network or a tunnel, or
// for examples. 168.63.129.16 is what a machine at Azure asks about itself.
constexpr std::array global{"0.0.0.0/0", "2000::/3"};
constexpr std::array not_public{
    "0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",   "127.0.0.0/8",    "168.63.129.16",
    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    "2001::/23",      "2001:db8::/32", "2002::/16",       "3fff::/20",
};

template <class Texts>
std::vector<Network> parsed(const Texts& texts)
{
    std::vector<Network> networks;
    networks.reserve(texts.size());
    for (const auto* const text : texts) {
        const auto network = Network::parse(text);
        assert(network);  // these are our own, and each has its test
        if (network) networks.push_back(*network);
    }
    return networks;
}

bool has(const std::vector<Network>& networks, const ip::address& address)
{
    return std::ranges::any_of(networks, [&](const auto& each) { return each.contains(address); });
}

bool is_public(const ip::address& address)
{
    static const auto all = parsed(global);
    static const auto except = parsed(not_public);
    return has(all, address) && !has(except, address);
}

}  // namespace

bool lets_through(const AddressGuard& guard, const ip::address& address)
{
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    const auto meant =
        mapped ? ip::address{ip::make_address_v4(ip::v4_mapped, address.to_v6())} : address;
    return is_public(meant) || has(guard.networks, meant);
}

}  // namespace strait::kafka
