#include "catalog/search/text_score.hpp"

#include "catalog/search/sqlite.hpp"

#include <array>
#include <cmath>
#include <memory>

namespace strait::catalog {

namespace {

// Of `text_columns`. Who owns a product and who sees it says nothing of how well it fits.
constexpr std::array weights{8, 8, 5, 3, 2, 2, 0, 0};

int score_phrase(const Fts5ExtensionApi& api, Fts5Context* context, int phrase, int& weight)
{
    Fts5PhraseIter at{};
    int column = -1;
    const auto code = api.xPhraseFirstColumn(context, phrase, &at, &column);
    while (code == SQLITE_OK && column >= 0) {
        weight += weights.at(static_cast<std::size_t>(column));
        api.xPhraseNextColumn(context, &at, &column);
    }
    return code;
}

void text_score(const Fts5ExtensionApi* api,
                Fts5Context* context,
                sqlite3_context* result,
                int /*count*/,
                sqlite3_value** /*arguments*/)
{
    double score = 0;
    int phrase = 0;
    for (const auto rarity : *static_cast<const Rarities*>(api->xUserData(context))) {
        int weight = 0;
        const auto code = score_phrase(*api, context, phrase++, weight);
        if (code != SQLITE_OK) return ::sqlite3_result_error_code(result, code);
        score += weight * rarity;
    }
    ::sqlite3_result_int64(result, std::llround(score));
}

}  // namespace

double rarity_of(std::int64_t rows, std::int64_t found) noexcept
{
    const auto inverse = static_cast<double>(rows + 1) / static_cast<double>(found + 1);
    return 1'000 * std::log(1 + inverse);  // scores are whole numbers
}

Result<void> register_text_score(sqlite3* database, Rarities& rarities)
{
    fts5_api* api = nullptr;
    sqlite3_stmt* raw = nullptr;
    // The one way to the interface that SQLite documents.
    if (::sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &raw, nullptr) != SQLITE_OK) {
        return fail(translated(database, "fts5"));
    }
    const std::unique_ptr<sqlite3_stmt, decltype(&::sqlite3_finalize)> asked{raw,
                                                                             &::sqlite3_finalize};
    ::sqlite3_bind_pointer(raw, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    ::sqlite3_step(raw);
    if (api == nullptr) return fail(translated(database, "fts5"));
    if (api->xCreateFunction(api, "text_score", &rarities, text_score, nullptr) != SQLITE_OK) {
        return fail(translated(database, "text_score"));
    }
    return {};
}

std::int64_t rank_of(std::int64_t text_score, bool deprecated, bool is_named) noexcept
{
    constexpr auto above_all = std::int64_t{1} << 40U;
    const auto score = deprecated ? text_score * 3 / 10 : text_score;
    return is_named ? score + above_all : score;
}

}  // namespace strait::catalog
