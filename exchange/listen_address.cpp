#include "exchange/listen_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <system_error>

namespace strait::exchange {

std::optional<ListenAddress> address_of(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);

    ListenAddress address{std::string{host}, 0};
    boost::system::error_code not_an_address;
    const auto ip = boost::asio::ip::make_address(address.host, not_an_address);
    if (not_an_address || ip.is_v6() != bracketed) return std::nullopt;
    const auto* const last = port.data() + port.size();
    const auto [end, failure] =
        std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (failure != std::errc{} || end != last) return std::nullopt;
    return address;
}

std::string to_string(const ListenAddress& address)
{
    const auto host = address.host.contains(':') ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

}  // namespace strait::exchange
