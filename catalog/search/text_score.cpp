#include "catalog/search/text_score.hpp"

#include "catalog/search/sqlite.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

namespace strait::catalog {

namespace {

// Of `text_columns`. Who owns a product and who sees it says nothing of how well it fits.
constexpr std::array weights{8, 8, 5, 3, 2, 2, 0, 0};

using Frequencies = std::vector<double>;  // inverse, in thousandths, by phrase

int count_row(const Fts5ExtensionApi* /*api*/, Fts5Context* /*context*/, void* rows)
{
    ++*static_cast<std::int64_t*>(rows);
    return SQLITE_OK;
}

int read_frequencies(const Fts5ExtensionApi& api,
                     Fts5Context* context,
                     int phrases,
                     Frequencies& frequencies)
{
    sqlite3_int64 rows = 0;
    auto code = api.xRowCount(context, &rows);
    for (int phrase = 0; code == SQLITE_OK && phrase < phrases; ++phrase) {
        std::int64_t found = 0;
        code = api.xQueryPhrase(context, phrase, &found, count_row);
        const auto rare = static_cast<double>(rows + 1) / static_cast<double>(found + 1);
        frequencies.push_back(1'000 * std::log(1 + rare));
    }
    return code;
}

// Found once for each query, at its first row.
int frequencies_of(const Fts5ExtensionApi& api,
                   Fts5Context* context,
                   int phrases,
                   const Frequencies*& frequencies)
{
    frequencies = static_cast<const Frequencies*>(api.xGetAuxdata(context, 0));
    if (frequencies != nullptr) return SQLITE_OK;
    auto made = std::make_unique<Frequencies>();
    const auto code = read_frequencies(api, context, phrases, *made);
    if (code != SQLITE_OK) return code;
    frequencies = made.get();
    return api.xSetAuxdata(context, made.release(), [](void* old) {
        const std::unique_ptr<Frequencies> owned{static_cast<Frequencies*>(old)};
    });
}

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
                int count,
                sqlite3_value** values)
{
    const std::span arguments{values, static_cast<std::size_t>(count)};
    const auto asked = arguments.empty() ? 0 : ::sqlite3_value_int(arguments.front());
    const auto phrases = std::min(asked, api->xPhraseCount(context));
    const Frequencies* frequencies = nullptr;
    auto code = frequencies_of(*api, context, phrases, frequencies);
    double score = 0;
    for (int phrase = 0; code == SQLITE_OK && phrase < phrases; ++phrase) {
        int weight = 0;
        code = score_phrase(*api, context, phrase, weight);
        score += weight * frequencies->at(static_cast<std::size_t>(phrase));
    }
    if (code != SQLITE_OK) {
        ::sqlite3_result_error_code(result, code);
    } else {
        ::sqlite3_result_int64(result, std::llround(score));
    }
}

}  // namespace

Result<void> register_text_score(sqlite3* database)
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
    if (api->xCreateFunction(api, "text_score", nullptr, text_score, nullptr) != SQLITE_OK) {
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
