#pragma once

#include "catalog/catalog.hpp"
#include "catalog/commands/expiry.hpp"
#include "catalog/discovery.hpp"
#include "core/clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <set>
#include <string>

namespace strait::exchange {

// Ends what of the catalog is over: invitations, requests, keys, subscriptions, versions; and
// forgets the changes and answers that have been kept long enough. Builds the search index where it
// is not as the catalog.
//
// Not thread-safe: control thread. What it is given outlives it.
class CatalogUpkeep {
  public:
    CatalogUpkeep(catalog::Catalog& catalog,
                  catalog::Discovery& discovery,
                  Clock& clock,
                  spdlog::logger log);

    // Until cancellation. What cannot be ended keeps nothing else from its end: it is logged once,
    // and tried again.
    boost::asio::awaitable<void> run();

  private:
    boost::asio::awaitable<void> end_what_is_over();
    boost::asio::awaitable<void> forget();
    boost::asio::awaitable<void> index();
    void report(const catalog::Ending& ending, const catalog::Refusal& refusal);

    catalog::Catalog& catalog_;
    catalog::Discovery& discovery_;
    Clock& clock_;
    spdlog::logger log_;
    std::string unindexed_;               // why, as it was logged last
    std::set<catalog::IdBits> reported_;  // that could not be ended
};

}  // namespace strait::exchange
