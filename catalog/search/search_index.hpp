#pragma once

#include "catalog/search/facet_table.hpp"
#include "catalog/search/query.hpp"
#include "catalog/search/search_file.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::catalog {

// By relevance: what fits best first, up to `relevance_hits_max`; those that fit as well by their
// ids. Newest: the product that was made last first, to the end.
enum class SortBy { relevance, newest };

inline constexpr std::size_t relevance_hits_max = 1'000;
inline constexpr std::size_t page_hits_max = 100;

// The last hit of a page: the next one begins behind it.
struct SearchCursor {
    std::int64_t rank = 0;
    ProductId product;

    bool operator==(const SearchCursor&) const = default;
};

struct SearchRequest {
    OrganisationId caller{};
    Query query{};                   // without a term to find: always the newest first
    std::set<FacetValue> filters{};  // a hit has all of them
    std::set<Facet> facets{};        // to be counted
    SortBy sort = SortBy::relevance;
    std::optional<SearchCursor> after{};
    std::size_t hits_max = 20;  // up to `page_hits_max`
};

struct SearchPage {
    std::vector<ProductId> hits;
    std::optional<SearchCursor> next;
    bool cut = false;            // there are more, behind `relevance_hits_max`
    std::size_t total = 0;       // of all pages
    FacetCounts facets;          // of all pages
    std::uint64_t revision = 0;  // of the catalog, that this is as of
};

// Finds the products that an organisation may see; others are in no hit, no count and no facet,
// because who sees a product is one of the words that every query asks for. Derived from the
// catalog: `path` may be deleted while nobody has it open.
//
// Not thread-safe: it belongs to whoever runs the commands, on `blocking`, who calls catch_up()
// after each command and search() between them. Calls block.
class SearchIndex {
  public:
    // One that is missing, damaged, of another format or of another catalog is built by catch_up().
    static Result<SearchIndex> open(const std::filesystem::path& path);

    // Takes over up to `count_max` changes, or products where it has to be built. False: as
    // `reader` is.
    Result<bool> catch_up(const Reader& reader, std::size_t count_max);

    // Errc::unavailable until it is built.
    Result<SearchPage> search(const SearchRequest& request);

    [[nodiscard]] const IndexedState& state() const noexcept { return state_; }

  private:
    struct Row {
        ProductId product;
        bool deprecated = false;
        FacetTable::Numbers facets{};
        std::string name{};
    };

    struct Hit {
        std::int64_t rank = 0;
        ProductId product;
    };

    // What is left to do of building it.
    struct Building {
        std::string from;  // key in `records`
        ChainHead head;    // it will be as of then, and follows from there
    };

    SearchIndex(std::filesystem::path path, SearchFile file);

    Result<void> load();
    void put(IndexedProduct product);
    Result<bool> follows(const Reader& reader) const;
    Result<void> begin_building(const Reader& reader);
    Result<bool> build(const Reader& reader, Building& building, std::size_t count_max);
    Result<bool> follow(const Reader& reader, std::size_t count_max);
    Result<void> write(const Reader& reader,
                       const std::set<ProductId>& products,
                       const IndexedState& state);
    Result<std::vector<Hit>> hits_of(const SearchRequest& request,
                                     SortBy sort,
                                     std::vector<std::size_t>& counts);

    // Remembers whether the file has to be made again.
    template <class T>
    Result<T> seen(Result<T> result)
    {
        damaged_ = damaged_ || (!result && result.error().code() == Errc::corrupt);
        return result;
    }

    std::filesystem::path path_;
    std::unique_ptr<SearchFile> file_;  // none where it could not be made
    IndexedState state_;
    std::vector<Row> rows_;  // by number, from 1
    FacetTable facets_;
    std::optional<Building> building_;
    bool damaged_ = false;
};

}  // namespace strait::catalog
