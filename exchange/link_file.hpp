#pragma once

#include "core/document.hpp"

#include <expected>
#include <string>

namespace strait::exchange {

// A file that holds one link, or a patch of one, as the body of a request: YAML, or JSON if its
// name ends in .json. Only its grammar is checked here; what it says is judged by the server.
std::expected<std::string, Problems> read_link_file(const std::string& file);

}  // namespace strait::exchange
