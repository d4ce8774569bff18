#pragma once

#include "core/network.hpp"

#include <boost/asio/ip/address.hpp>

#include <vector>

namespace strait::kafka {

// Where clients may connect to that do what somebody from outside says: to public addresses. A name
// is no matter, nor what its brokers advertise: each address is looked at when it is connected to.
struct AddressGuard {
    std::vector<Network> networks;  // others that they may connect to

    bool operator==(const AddressGuard&) const = default;
};

// Pure; any thread. An address of IPv6 that stands for one of IPv4 is as good as that one.
bool lets_through(const AddressGuard& guard, const boost::asio::ip::address& address);

}  // namespace strait::kafka
