#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace strait::exchange {

// Which records a follower of the catalog has to read, up to a revision.
struct CatalogNews {
    std::uint64_t revision = 0;
    bool whole = false;  // all there are: what it knew before is nothing
    std::vector<std::pair<catalog::Noun, catalog::IdBits>> records;
};

// Of these nouns, what changed since `seen`, a part of it if it is much; or all of them, without it
// and where the feed does not reach back so far.
catalog::Outcome<CatalogNews> catalog_news(catalog::Draft& draft,
                                           std::optional<std::uint64_t> seen,
                                           std::span<const catalog::Noun> nouns);

}  // namespace strait::exchange
