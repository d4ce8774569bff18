#include "exchange/text_table.hpp"

#include "core/document.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstddef>

namespace strait::exchange {

std::string or_dash(std::string_view text) { return text.empty() ? "-" : escaped(text); }

std::string aligned(const std::vector<TableRow>& rows, std::string_view indent)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line{indent};
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += fmt::format("{:{}}  ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace strait::exchange
