#pragma once

#include "catalog/search/search_index.hpp"
#include "catalog/store/catalog_store.hpp"
#include "tests/catalog/some_records.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace strait::catalog {

inline constexpr auto organisation = some_id<Noun::organisation>;

// A catalog of three organisations, in memory, and the index of it.
struct SearchIndexTest : ::testing::Test {
    testing::TempFolder folder{"search-index"};
    std::filesystem::path path = folder.path() / "search.db";
    std::unique_ptr<rocksdb::Env> env{rocksdb::NewMemEnv(rocksdb::Env::Default())};
    CatalogStore store = std::move(CatalogStore::open("/catalog", env.get()).value());
    std::unique_ptr<SearchIndex> index;

    SearchIndexTest()
    {
        for (std::uint8_t number = 1; number <= 3; ++number) {
            auto record = some_organisation(number, "acme-" + std::to_string(number));
            record.operator_ = false;
            change([&](Draft& draft) { draft.put(record); });
        }
        reopen();
    }

    void change(const std::function<void(Draft&)>& put)
    {
        ASSERT_TRUE(store.execute({}, some_time, [&](Draft& draft) -> Outcome<void> {
            put(draft);
            return {};
        }));
    }

    void put(DataProduct product)
    {
        change([&](Draft& draft) { draft.put(product); });
    }

    // Of the first organisation, published, listed and for all.
    static DataProduct product(std::uint8_t number, const std::string& name)
    {
        auto made = some_product(number, name);
        made.listed = true;
        static_cast<ProductText&>(made) = {};
        made.title = "T";
        made.summary = "S";
        made.audience.kind = AudienceKind::public_;
        return made;
    }

    void reopen()
    {
        index.reset();
        auto opened = SearchIndex::open(path);
        ASSERT_TRUE(opened) << opened.error().detail();
        index = std::make_unique<SearchIndex>(*std::move(opened));
    }

    // How often it took to get to the end.
    int catch_up(std::size_t count_max = 100) const
    {
        const auto reader = store.read();
        for (int calls = 1;; ++calls) {
            const auto more = index->catch_up(*reader, count_max);
            EXPECT_TRUE(more) << more.error().detail();
            if (!more || !*more) return calls;
        }
    }

    [[nodiscard]] SearchPage search(const std::string& text,
                                    std::uint8_t caller = 2,
                                    const std::function<void(SearchRequest&)>& more = {}) const
    {
        SearchRequest request{.caller = organisation(caller), .query = parse_query(text).value()};
        request.facets = {Facet::tags, Facet::domain, Facet::owner, Facet::classification};
        if (more) more(request);
        auto page = index->search(request);
        EXPECT_TRUE(page) << page.error().detail();
        return page ? *std::move(page) : SearchPage{};
    }

    // Empty if it does not.
    [[nodiscard]] std::optional<Errc> refuses(const std::string& text) const
    {
        SearchRequest request{.caller = organisation(2), .query = parse_query(text).value()};
        const auto page = index->search(request);
        if (page) return std::nullopt;
        return page.error().code();
    }

    // The numbers of the products, in their order.
    [[nodiscard]] std::string found(const std::string& text, std::uint8_t caller = 2) const
    {
        std::string numbers;
        for (const auto& hit : search(text, caller).hits) {
            numbers += (numbers.empty() ? "" : " ") + std::to_string(hit.bits.back());
        }
        return numbers;
    }
};

}  // namespace strait::catalog
