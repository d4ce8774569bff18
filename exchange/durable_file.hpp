#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string_view>

namespace strait::exchange {

// Makes the file, with mode 0600, so that a crash of the machine leaves all of it or none: written
// aside, made durable and renamed. Errc::unavailable if the disk does not do it.
Result<void> write_durably(const std::filesystem::path& file, std::string_view content);

}  // namespace strait::exchange
