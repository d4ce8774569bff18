#include "catalog/search/query.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace strait::catalog {

namespace {

using boost::algorithm::join;

bool is_space(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f;
}

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Letters of other alphabets are bytes beyond ASCII, of which nothing more is asked.
bool has_word(std::string_view text)
{
    return std::ranges::any_of(
        text, [](char c) { return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80; });
}

std::size_t characters_in(std::string_view utf8)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct ScopeWord {
    std::string_view word;
    TermScope scope{};
};

constexpr std::array scope_words{ScopeWord{"field:", TermScope::field},
                                 ScopeWord{"tag:", TermScope::tag},
                                 ScopeWord{"owner:", TermScope::owner}};

TermScope take_scope(std::string_view& rest)
{
    for (const auto& each : scope_words) {
        const bool has_more =
            rest.size() > each.word.size() && !is_space(rest.at(each.word.size()));
        if (!rest.starts_with(each.word) || !has_more) continue;
        rest.remove_prefix(each.word.size());
        return each.scope;
    }
    return TermScope::anywhere;
}

// What stands between quotes, or up to a space or a quote; a quote that is not closed goes on to
// the end.
std::string take_text(std::string_view& rest)
{
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const auto* const end =
        std::ranges::find_if(rest, [&](char c) { return c == '"' || (!quoted && is_space(c)); });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    std::string text{rest.substr(0, size)};
    std::ranges::replace_if(text, is_space, ' ');
    rest.remove_prefix(quoted && size < rest.size() ? size + 1 : size);
    return text;
}

std::optional<Term> take_term(std::string_view& rest)
{
    Term term;
    if (rest.size() > 1 && rest.front() == '-' && !is_space(rest.at(1))) {
        term.excluded = true;
        rest.remove_prefix(1);
    }
    term.scope = take_scope(rest);
    const bool quoted = rest.starts_with('"');
    term.text = take_text(rest);
    term.prefix = !quoted && !term.excluded;  // if it turns out to be the last
    if (!has_word(term.text)) return std::nullopt;
    return term;
}

std::string_view columns_of(TermScope scope)
{
    switch (scope) {
        case TermScope::anywhere: return "{name title tags fields summary description}";
        case TermScope::field: return "fields";
        case TermScope::tag: return "tags";
        case TermScope::owner: return "owner";
    }
    std::unreachable();
}

std::string expression_of(const Term& term)
{
    std::string text{columns_of(term.scope)};
    text.append(" : \"").append(term.text).append("\"");
    return term.prefix ? text + " *" : text;
}

}  // namespace

Result<Query> parse_query(std::string_view text)
{
    if (characters_in(text) > query_characters_max || text.size() > 4 * query_characters_max) {
        return fail(Errc::invalid_argument,
                    "q: longer than " + std::to_string(query_characters_max) + " characters");
    }
    Query query;
    query.whole = text;
    std::ranges::transform(query.whole, query.whole.begin(), lower);
    boost::algorithm::trim_if(query.whole, is_space);
    for (auto rest = text; !rest.empty();) {
        if (is_space(rest.front())) {
            rest.remove_prefix(1);
            continue;
        }
        if (auto term = take_term(rest)) query.terms.push_back(*std::move(term));
        if (query.terms.size() > query_terms_max) {
            return fail(Errc::invalid_argument,
                        "q: more than " + std::to_string(query_terms_max) + " terms");
        }
    }
    for (std::size_t i = 0; i + 1 < query.terms.size(); ++i) query.terms.at(i).prefix = false;
    return query;
}

MatchExpression expression_of(const Query& query, OrganisationId caller)
{
    MatchExpression made;
    std::vector<std::string> excluded;
    for (const auto& term : query.terms) {
        (term.excluded ? excluded : made.scored).push_back(expression_of(term));
    }
    made.text = "vis : (" + std::string{public_token} + " OR " + token_of(caller) + ")";
    if (!made.scored.empty()) {
        made.text = "(" + join(made.scored, " AND ") + ") AND " + made.text;
    }
    if (!excluded.empty()) made.text = "(" + made.text + ") NOT (" + join(excluded, " OR ") + ")";
    return made;
}

std::string token_of(OrganisationId organisation)
{
    std::string token{"o"};
    boost::algorithm::hex_lower(organisation.bits, std::back_inserter(token));
    return token;
}

}  // namespace strait::catalog
