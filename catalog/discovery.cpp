#include "catalog/discovery.hpp"

#include "core/blocking.hpp"

#include <boost/asio/strand.hpp>

#include <utility>

namespace strait::catalog {

namespace asio = boost::asio;

namespace {

// Changes, or products, that are taken over in one go: less than a second.
constexpr std::size_t slice_max = 1'000;

Refusal unavailable(const Error& error)
{
    return {.code = RefusalCode::unavailable, .detail = error.detail()};
}

}  // namespace

Discovery::Discovery(const Catalog& catalog, SearchIndex index, const asio::any_io_executor& pool)
    : catalog_{catalog}, index_{std::move(index)}, turn_{asio::make_strand(pool)}
{
}

asio::awaitable<Outcome<SearchPage>> Discovery::search(SearchRequest request)
{
    if (searches_ >= searches_max) {
        co_return refuse(RefusalCode::overloaded, "too many searches wait: ask again in a second");
    }
    ++searches_;
    auto found = co_await run_blocking(turn_, [&] { return search_now(request); });
    --searches_;
    co_return found;
}

asio::awaitable<Result<bool>> Discovery::catch_up()
{
    co_return co_await run_blocking(turn_,
                                    [&] { return index_.catch_up(*catalog_.read(), slice_max); });
}

Outcome<SearchPage> Discovery::search_now(const SearchRequest& request)
{
    const auto reader = catalog_.read();
    bool behind = true;
    while (behind) {
        if (!index_.state().complete) {
            return refuse(RefusalCode::index_rebuilding,
                          "the search index is being built: ask again in a few seconds");
        }
        const auto left = index_.catch_up(*reader, slice_max);
        if (!left) return refuse(unavailable(left.error()));
        behind = *left;
    }
    auto page = index_.search(request);
    if (!page) return refuse(unavailable(page.error()));
    return *std::move(page);
}

}  // namespace strait::catalog
