#pragma once

#include "core/secret.hpp"

#include <optional>
#include <string_view>

namespace strait::api {

// The key that an Authorization field shows: as Bearer (RFC 6750), or as the password of Basic,
// whose user name says nothing (RFC 7617). Empty for everything else. Whether it is one is for the
// catalog to say.
std::optional<Secret> shown_key(std::string_view field);

}  // namespace strait::api
