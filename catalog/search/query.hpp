#pragma once

#include "catalog/records/id.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What somebody searches for: words that all have to be found, the last one as the begin of a word,
// `"a phrase"`, `-word`, `field:email`, `tag:retail`, `owner:acme`.
namespace strait::catalog {

inline constexpr std::size_t query_characters_max = 256;
inline constexpr std::size_t query_terms_max = 8;

// Where a term is looked for.
enum class TermScope { anywhere, field, tag, owner };

struct Term {
    std::string text;  // without control characters and quotes
    TermScope scope = TermScope::anywhere;
    bool excluded = false;
    bool prefix = false;

    bool operator==(const Term&) const = default;
};

struct Query {
    std::vector<Term> terms;
    std::string whole;  // as it came, in lower case and trimmed: what a name is compared with

    bool operator==(const Query&) const = default;
};

// Any bytes may come. Errc::invalid_argument for too many characters or terms. What holds no letter
// and no digit is no term.
Result<Query> parse_query(std::string_view text);

// For FTS5: the terms as quoted strings, and that a row has the token of the caller, or of
// everybody. `scored`: its first phrases, that a row is ranked by, each as an expression.
struct MatchExpression {
    std::string text;
    std::vector<std::string> scored;

    bool operator==(const MatchExpression&) const = default;
};

MatchExpression expression_of(const Query& query, OrganisationId caller);

// The tokens that a row is seen by.
inline constexpr std::string_view public_token = "vpublic";
std::string token_of(OrganisationId organisation);

}  // namespace strait::catalog
