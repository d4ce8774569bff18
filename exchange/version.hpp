#pragma once

#include <string>
#include <string_view>

namespace strait::exchange {

// "0.1.0"
std::string_view version() noexcept;

// The same, and every library in use: with the version that is linked, or else that of the build.
std::string version_text();

}  // namespace strait::exchange
