#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::exchange {

struct ListenAddress {
    std::string host;        // an IP address, without brackets
    std::uint16_t port = 0;  // 0: any that is free

    bool operator==(const ListenAddress&) const = default;
};

// Of "127.0.0.1:9180" and "[::1]:9180"; empty for anything else.
std::optional<ListenAddress> address_of(std::string_view text);

// The other way round.
std::string to_string(const ListenAddress& address);

}  // namespace strait::exchange
