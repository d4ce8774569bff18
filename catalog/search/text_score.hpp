#pragma once

#include "core/error.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <vector>

namespace strait::catalog {

// The columns of the full text index, in their order.
inline constexpr const char* text_columns =
    "name, title, tags, fields, summary, description, owner, vis";

// How much it says that a row has a phrase, of the first phrases of a query.
using Rarities = std::vector<double>;

// The inverse frequency of what `found` of `rows` have.
double rarity_of(std::int64_t rows, std::int64_t found) noexcept;

// Registers `text_score(text)` with FTS5: of a row, the sum over the phrases that `rarities` is of
// of the weights of the columns that hold the phrase, times its rarity. The same query on the same
// rows gives the same number. `rarities` is read while the query runs, and outlives the database.
Result<void> register_text_score(sqlite3* database, Rarities& rarities);

// What a hit is ranked by: a product whose name is the query comes before all others, and one that
// is deprecated counts 0.3 of its score.
std::int64_t rank_of(std::int64_t text_score, bool deprecated, bool is_named) noexcept;

}  // namespace strait::catalog
