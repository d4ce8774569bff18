#pragma once

#include "catalog/records/id.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// Who acts. Whoever may open the admin socket is the `host`: the file's permissions are the
// credential, and there is no record of that person. `anyone` has shown nothing, as the holder of a
// link before it is redeemed.
struct Principal {
    enum class Kind : std::uint8_t { system = 0, host = 1, user = 2, application = 3, anyone = 4 };

    Kind kind = Kind::system;
    IdBits bits{};  // of a user or an application

    Principal() = default;
    explicit Principal(Kind known) noexcept : kind{known} {}
    explicit Principal(UserId id) noexcept : kind{Kind::user}, bits{id.bits} {}
    explicit Principal(ApplicationId id) noexcept : kind{Kind::application}, bits{id.bits} {}

    auto operator<=>(const Principal&) const = default;
};

// "system", "host", "anyone", "usr_..." or "app_...", and back; empty for everything else.
std::string to_string(const Principal& principal);
std::optional<Principal> principal_from(std::string_view text);

}  // namespace strait::catalog
