#include "exchange/catalog_news.hpp"

#include "catalog/store/change_feed.hpp"
#include "catalog/store/keys.hpp"
#include "catalog/store/own_chain.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace strait::exchange {

using catalog::Draft;
using catalog::Family;
using catalog::IdBits;
using catalog::Noun;
using catalog::Outcome;

namespace {

constexpr std::size_t changes_max = 1'000;  // commands in one look

std::unexpected<catalog::Refusal> unreadable(const Error& error)
{
    return catalog::refuse(catalog::RefusalCode::unavailable, error.detail());
}

Outcome<CatalogNews> all_of(Draft& draft, std::span<const Noun> nouns)
{
    const auto head = catalog::chain_head(draft.reader(), catalog::head_key());
    if (!head) return unreadable(head.error());
    CatalogNews news{.revision = head->seq, .whole = true, .records = {}};
    for (const auto noun : nouns) {
        for (const auto& id : draft.ids_below(Family::records, catalog::record_key(noun))) {
            news.records.emplace_back(noun, id);
        }
    }
    return news;
}

}  // namespace

Outcome<CatalogNews> catalog_news(Draft& draft,
                                  std::optional<std::uint64_t> seen,
                                  std::span<const Noun> nouns)
{
    if (!seen) return all_of(draft, nouns);
    const auto changes = catalog::changes_after(draft.reader(), *seen, changes_max);
    if (!changes && changes.error().code() == Errc::out_of_range) return all_of(draft, nouns);
    if (!changes) return unreadable(changes.error());
    CatalogNews news{.revision = *seen, .whole = false, .records = {}};
    std::set<std::pair<Noun, IdBits>> changed;
    for (const auto& change : *changes) {
        news.revision = change.revision;
        for (const std::string_view key : change.records) {
            const auto noun = catalog::noun_from(static_cast<std::uint8_t>(key.front()));
            const auto id = catalog::id_in(key.substr(1));
            if (!noun || !id || std::ranges::find(nouns, *noun) == nouns.end()) continue;
            changed.emplace(*noun, *id);
        }
    }
    news.records.assign(changed.begin(), changed.end());
    return news;
}

}  // namespace strait::exchange
