#pragma once

#include "catalog/catalog.hpp"
#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/units.hpp"
#include "exchange/reconciler/mirror_conditions.hpp"
#include "exchange/reconciler/mirror_feed.hpp"
#include "links/configured_links.hpp"
#include "links/link_directory.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::exchange {

// What the data plane is made of, for subscriptions.
struct DataPlane {
    links::ConfiguredLinks& links;
    links::LinkDirectory& running;
    ClusterConfigOf config_of;
};

// Makes the links of subscriptions what the catalog says of them, and tells the catalog what became
// of them (catalog.md 8). It remembers nothing: which links there are to be follows from the
// catalog, and what became of them from their targets. So it may end at any instant, and goes on
// from there.
//
// Not thread-safe: control thread. What it is given outlives it.
class Reconciler {
  public:
    Reconciler(catalog::Catalog& catalog,
               DataPlane plane,
               boost::asio::any_io_executor control,
               Clock& clock,
               spdlog::logger log);

    // Until cancellation.
    boost::asio::awaitable<void> run();

    [[nodiscard]] std::vector<SampledMetric> samples() const;

  private:
    boost::asio::awaitable<void> follow_catalog();
    boost::asio::awaitable<bool> take_over_news();
    boost::asio::awaitable<void> make_links();
    [[nodiscard]] links::LinkSet wanted_links(Timestamp at);

    boost::asio::awaitable<void> follow_links();
    boost::asio::awaitable<void> look_at(catalog::SubscriptionId id);
    boost::asio::awaitable<std::vector<MirrorReport>> reports_of(catalog::SubscriptionId id);
    boost::asio::awaitable<bool> count_usage(catalog::Subscription subscription,
                                             const std::vector<MirrorReport>& reports);
    boost::asio::awaitable<catalog::Outcome<bool>> count_beyond(catalog::Subscription subscription,
                                                                LinkName link);
    boost::asio::awaitable<void> finish(catalog::Subscription subscription,
                                        std::vector<MirrorReport> reports);
    boost::asio::awaitable<void> give_up(catalog::SubscriptionId id);
    boost::asio::awaitable<void> tell_conditions(catalog::Subscription subscription,
                                                 std::vector<catalog::Condition> conditions);
    boost::asio::awaitable<void> tell(std::string what,
                                      catalog::Catalog::Command<catalog::Subscription> command);
    void note(const std::string& what, const std::string& failure);
    [[nodiscard]] Timestamp now() const { return {clock_.wall_ms()}; }

    // What is known of one subscription besides what the catalog says.
    struct Watched {
        Clock::Time look_next{};
        Clock::Time tell_next{};
        Clock::Time count_next{};
        std::optional<Clock::Time> count_last{};  // an end does not wait longer for its usage
    };

    catalog::Catalog& catalog_;
    DataPlane plane_;
    boost::asio::any_io_executor control_;
    Clock& clock_;
    spdlog::logger log_;
    MirrorFeed feed_;
    std::optional<std::uint64_t> looked_at_;  // the catalog's revision when it was read last
    std::optional<links::LinkSet> told_;      // what the links were told last
    Timestamp next_end_;                      // of a subscription: it changes what is wanted
    links::ConfiguredLinks::LeftOut left_out_;
    std::map<catalog::SubscriptionId, Watched> watched_;
    std::map<std::string, std::string> failures_;  // that were logged last, by what failed
};

}  // namespace strait::exchange
