#include "catalog/commands/networks.hpp"

#include "catalog/commands/limits.hpp"
#include "core/ids.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <optional>
#include <variant>

namespace strait::catalog {

namespace {

namespace ip = boost::asio::ip;

using Network = std::variant<ip::network_v4, ip::network_v6>;

std::optional<Network> network_of(const std::string& text)
{
    // Zones are of one machine, and mean nothing to another.
    if (text.contains('%')) return std::nullopt;
    boost::system::error_code error;
    const auto has_prefix = text.contains('/');
    if (const auto v4 = ip::make_network_v4(has_prefix ? text : text + "/32", error); !error) {
        return v4.canonical();
    }
    if (const auto v6 = ip::make_network_v6(has_prefix ? text : text + "/128", error); !error) {
        return v6.canonical();
    }
    return std::nullopt;
}

bool is_within(const Network& one, const Network& other)
{
    return std::visit(
        []<class A, class B>(const A& narrow, const B& wide) {
            if constexpr (std::same_as<A, B>) return narrow == wide || narrow.is_subnet_of(wide);
            return false;
        },
        one,
        other);
}

}  // namespace

std::vector<std::string> read_networks(std::string_view pointer,
                                       const std::vector<std::string>& texts,
                                       Problems& problems)
{
    if (texts.size() > networks_max) {
        reject(problems, pointer, "at most " + std::to_string(networks_max));
        return {};
    }
    std::vector<std::string> networks;
    networks.reserve(texts.size());
    for (const auto& text : texts) {
        const auto network = network_of(text);
        if (network) {
            networks.push_back(
                std::visit([](const auto& known) { return known.to_string(); }, *network));
        } else {
            reject(problems,
                   std::string{pointer} + "/" + std::to_string(&text - texts.data()),
                   in_quotes(text) + " is no network, as 192.0.2.0/24 and 2001:db8::/32 are");
        }
    }
    return networks;
}

bool is_within(const std::vector<std::string>& networks, const std::vector<std::string>& wider)
{
    if (wider.empty()) return true;
    return !networks.empty() && std::ranges::all_of(networks, [&](const auto& text) {
        const auto one = network_of(text);
        return one && std::ranges::any_of(wider, [&](const auto& other_text) {
                   const auto other = network_of(other_text);
                   return other && is_within(*one, *other);
               });
    });
}

}  // namespace strait::catalog
