#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strait::exchange {

using TableRow = std::vector<std::string>;

// A dash where there is nothing, so that columns can be counted; control characters escaped.
std::string or_dash(std::string_view text);

// The rows, all with as many cells as the first, one below the other. REQUIRES: there is one.
std::string aligned(const std::vector<TableRow>& rows, std::string_view indent = "");

}  // namespace strait::exchange
