#pragma once

#include "catalog/audit/audit_entry.hpp"
#include "catalog/search/document.hpp"
#include "catalog/search/query.hpp"
#include "catalog/search/sqlite.hpp"
#include "catalog/search/text_score.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace strait::catalog {

// A product of the file, but for its texts. The numbers grow from 1 on; those of products that went
// stay free, or are used again.
struct IndexedProduct {
    std::int64_t number = 0;
    ProductId product{};
    std::string name{};
    bool deprecated = false;
    std::set<FacetValue> facets{};
};

// How far the file has followed the catalog: to the entry of the audit that it holds the hash of.
struct IndexedState {
    ChainHead head;
    bool complete = false;  // false: it is being built

    bool operator==(const IndexedState&) const = default;
};

// The search index on disk: an SQLite database that may be deleted at any time. FORMAT 2, in
// `user_version`; any other is built anew. Not synced: what a power failure takes is followed
// again, and what it damages is built again.
//
// Errc::corrupt: damaged, make another. Not thread-safe; calls block.
class SearchFile {
  public:
    // Opens it, or makes an empty one where there is none, or one that is no use.
    static Result<SearchFile> open(const std::filesystem::path& path);

    // Removes the one that is there, which nobody may have open.
    static Result<SearchFile> make(const std::filesystem::path& path);

    [[nodiscard]] Result<IndexedState> state() const;

    // In the order of their numbers.
    Result<void> read(const std::function<void(IndexedProduct product)>& visit) const;

    // In one transaction: puts the documents in the place of what was known of the same products,
    // removes what was known of those that are gone, and keeps the state.
    struct Written {
        std::vector<std::int64_t> numbers;  // of the documents
        std::vector<std::int64_t> removed;
    };
    Result<Written> write(const std::vector<SearchDocument>& documents,
                          const std::vector<ProductId>& gone,
                          const IndexedState& state);

    // The numbers of all that match, and their text score; 0 where none is asked for. How rare its
    // phrases are is found once between two writes.
    Result<void> match(const MatchExpression& expression,
                       bool scored,
                       const std::function<void(std::int64_t number, std::int64_t score)>& visit);

  private:
    SearchFile(SqliteFile database, std::unique_ptr<Rarities> scored);

    static Result<SearchFile> open_database(const std::filesystem::path& path);
    Result<void> find_rarities(const std::vector<std::string>& phrases);

    [[nodiscard]] Result<std::vector<std::int64_t>> put(
        const std::vector<SearchDocument>& documents) const;
    [[nodiscard]] Result<std::vector<std::int64_t>> remove(
        const std::vector<ProductId>& products) const;
    [[nodiscard]] Result<void> put(const IndexedState& state) const;

    std::unique_ptr<Rarities> scored_;  // of the query that runs; outlives the database
    SqliteFile database_;
    std::map<std::string, double> rarities_;  // by phrase, as of the last write; bounded
};

}  // namespace strait::catalog
