#include "core/network.hpp"

#include <boost/system/error_code.hpp>

#include <concepts>

namespace strait {

namespace ip = boost::asio::ip;

std::optional<Network> Network::parse(const std::string& text)
{
    // Zones are of one machine, and mean nothing to another.
    if (text.contains('%')) return std::nullopt;
    boost::system::error_code error;
    const auto has_prefix = text.contains('/');
    if (const auto v4 = ip::make_network_v4(has_prefix ? text : text + "/32", error); !error) {
        return Network{v4.canonical()};
    }
    if (const auto v6 = ip::make_network_v6(has_prefix ? text : text + "/128", error); !error) {
        return Network{v6.canonical()};
    }
    return std::nullopt;
}

bool Network::contains(const ip::address& address) const
{
    constexpr unsigned short bits_v4 = 32;
    constexpr unsigned short bits_v6 = 128;
    if (address.is_v4()) return Network{ip::network_v4{address.to_v4(), bits_v4}}.is_within(*this);
    // Without its zone.
    const ip::address_v6 plain{address.to_v6().to_bytes()};
    return Network{ip::network_v6{plain, bits_v6}}.is_within(*this);
}

bool Network::is_within(const Network& wider) const
{
    return std::visit(
        []<class A, class B>(const A& narrow, const B& wide) {
            if constexpr (std::same_as<A, B>) return narrow == wide || narrow.is_subnet_of(wide);
            return false;
        },
        range_,
        wider.range_);
}

std::string to_string(const Network& network)
{
    return std::visit([](const auto& range) { return range.to_string(); }, network.range_);
}

}  // namespace strait
