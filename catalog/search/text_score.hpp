#pragma once

#include "core/error.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>

namespace strait::catalog {

// The columns of the full text index, in their order.
inline constexpr const char* text_columns =
    "name, title, tags, fields, summary, description, owner, vis";

// Registers `text_score(text, phrases)` with FTS5: of a row, the sum over those first phrases of
// its query of the weights of the columns that hold it, times the phrase's inverse document
// frequency, in thousandths: the same query on the same rows gives the same number.
Result<void> register_text_score(sqlite3* database);

// What a hit is ranked by: a product whose name is the query comes before all others, and one that
// is deprecated counts 0.3 of its score.
std::int64_t rank_of(std::int64_t text_score, bool deprecated, bool is_named) noexcept;

}  // namespace strait::catalog
