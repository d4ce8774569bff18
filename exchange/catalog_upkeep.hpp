#pragma once

#include "catalog/catalog.hpp"
#include "catalog/commands/expiry.hpp"
#include "core/clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <set>

namespace strait::exchange {

// Ends what of the catalog is over: invitations, requests, keys, subscriptions, versions; and
// forgets the changes and answers that have been kept long enough.
//
// Not thread-safe: control thread. What it is given outlives it.
class CatalogUpkeep {
  public:
    CatalogUpkeep(catalog::Catalog& catalog, Clock& clock, spdlog::logger log);

    // Until cancellation. What cannot be ended keeps nothing else from its end: it is logged once,
    // and tried again.
    boost::asio::awaitable<void> run();

  private:
    boost::asio::awaitable<void> end_what_is_over();
    boost::asio::awaitable<void> forget();
    void report(const catalog::Ending& ending, const catalog::Refusal& refusal);

    catalog::Catalog& catalog_;
    Clock& clock_;
    spdlog::logger log_;
    std::set<catalog::IdBits> reported_;  // that could not be ended
};

}  // namespace strait::exchange
