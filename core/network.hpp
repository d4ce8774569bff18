#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace strait {

// Addresses that begin alike: 192.0.2.0/24 or 2001:db8::/32.
class Network {
  public:
    // A single address is a network of its own. Empty for what is none.
    static std::optional<Network> parse(const std::string& text);

    // An address of IPv6 that stands for one of IPv4 is not taken for that one.
    [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
    [[nodiscard]] bool is_within(const Network& wider) const;

    bool operator==(const Network&) const = default;

    // Canonical: equal networks have equal texts.
    friend std::string to_string(const Network& network);

  private:
    using Range = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;

    explicit Network(Range range) : range_{std::move(range)} {}

    Range range_;
};

}  // namespace strait
