#pragma once

#include "catalog/catalog.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/search/search_index.hpp"
#include "core/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace strait::catalog {

// Finds products of the running catalog. Each search is as of all commands that were carried out
// before it: it takes over first what they changed.
//
// The index is read and written on the pool, one call after the other and beside the commands. Not
// thread-safe: one executor. The catalog and the pool outlive it; it outlives what it was asked.
class Discovery {
  public:
    // What one more than these is refused for: RefusalCode::overloaded.
    static constexpr std::size_t searches_max = 1'000;

    Discovery(const Catalog& catalog, SearchIndex index, const boost::asio::any_io_executor& pool);

    Discovery(const Discovery&) = delete;
    Discovery& operator=(const Discovery&) = delete;
    ~Discovery() = default;

    // RefusalCode::index_rebuilding until it is built: that is for catch_up().
    boost::asio::awaitable<Outcome<SearchPage>> search(SearchRequest request);

    // Takes over a slice of what has changed, or of what there is where the index has to be built.
    // False: it is as the catalog.
    boost::asio::awaitable<Result<bool>> catch_up();

  private:
    Outcome<SearchPage> search_now(const SearchRequest& request);

    const Catalog& catalog_;
    SearchIndex index_;
    boost::asio::any_io_executor turn_;  // of the pool: one call at a time
    std::size_t searches_ = 0;
};

}  // namespace strait::catalog
